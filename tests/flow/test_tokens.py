"""Tokens: made, listed without their secrets, limited in scope, revoked."""

import json
from typing import Any

import pytest
from checkin.rules.people import MOST_TOKENS

from tests.flow.refusals import pointers, refusal
from tests.flow.world import Somebody, World, body_of

LISTED = {"id", "scope", "name", "last_four", "created_at", "current", "recovered"}


def made(world: World, somebody: Somebody, scope: str = "write") -> tuple[str, Somebody]:
    token = somebody.ok("POST", "/v1/tokens", {"scope": scope})
    return token["id"], Somebody(world.http, somebody.id, token["token"])


def test_a_token_is_made_with_its_scope_in_its_prefix(ana: Somebody) -> None:
    answer = ana.ask("POST", "/v1/tokens", {"scope": "read"})

    token = body_of(answer)
    assert answer.status_code == 201
    assert token == {"id": token["id"], "token": token["token"], "scope": "read"}
    assert token["token"].startswith(f"atr_{ana.id}_")


def test_a_token_can_write_unless_asked_otherwise(world: World, ana: Somebody) -> None:
    assert ana.ok("POST", "/v1/tokens", {})["scope"] == "write"


def test_a_read_only_token_reads_and_never_writes(world: World, ana: Somebody) -> None:
    _, reader = made(world, ana, "read")
    before = len(world.log.records)
    answer = reader.ask("POST", "/v1/check-ins", {"kind": "feeling"})

    assert reader.get("/v1/people/me")["person"] == ana.id
    assert refusal(answer) == (403, "read_only")
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]
    assert len(world.log.records) == before


def test_a_read_only_token_does_not_write_under_the_other_prefix(world: World, ana: Somebody) -> None:
    _, reader = made(world, ana, "read")
    disguised = Somebody(world.http, ana.id, reader.token.replace("atr_", "atw_"))

    assert refusal(disguised.ask("GET", "/v1/people/me")) == (401, "unauthorized")


def test_the_list_shows_no_secret_and_which_token_is_in_use(world: World, ana: Somebody) -> None:
    other, phone = made(world, ana, "read")
    listed = phone.get("/v1/tokens")["tokens"]

    assert sorted((t["scope"], t["current"]) for t in listed) == [("read", True), ("write", False)]
    assert all(set(token) == LISTED for token in listed)
    assert other in {token["id"] for token in listed}


def test_a_token_is_listed_with_its_name_its_end_and_when_it_was_made(world: World, ana: Somebody) -> None:
    world.wait(hours=2)
    token = ana.ok("POST", "/v1/tokens", {"scope": "read", "name": "  The kitchen tablet "})

    assert ana.get("/v1/tokens")["tokens"][-1] == {
        "id": token["id"],
        "scope": "read",
        "name": "The kitchen tablet",
        "last_four": token["token"][-4:],
        "created_at": "2026-11-24T13:00:00.000Z",
        "current": False,
        "recovered": False,
    }


def test_the_first_token_has_no_name(ana: Somebody) -> None:
    (mine,) = ana.get("/v1/tokens")["tokens"]

    assert (mine["name"], mine["last_four"]) == (None, ana.token[-4:])
    assert mine["created_at"] == ana.get("/v1/people/me")["registered_at"]


@pytest.mark.parametrize("name", ["", "   ", "a" * 81, 1, ["tablet"]])
def test_a_name_that_cannot_be_taken_is_named(ana: Somebody, name: Any) -> None:
    assert pointers(ana.ask("POST", "/v1/tokens", {"name": name})) == ["/name"]


def test_a_name_has_up_to_80_characters_of_any_script(ana: Somebody) -> None:
    name = "é🌿" * 40
    ana.ok("POST", "/v1/tokens", {"name": name})

    assert ana.get("/v1/tokens")["tokens"][-1]["name"] == name


def test_a_name_is_sealed_in_the_log(world: World, ana: Somebody) -> None:
    ana.ok("POST", "/v1/tokens", {"name": "Rumpelstilzchen"})

    assert not any(b"Rumpelstilzchen" in (raw.value or b"") for raw in world.log.records)


def test_a_name_under_another_tokens_id_does_not_open(world: World, ana: Somebody) -> None:
    """It is bound to its event: copied to another token it is no name."""
    ana.ok("POST", "/v1/tokens", {"name": "The phone"})
    one = world.journal()[-1].value or b""
    made = ana.get("/v1/tokens")["tokens"][-1]["id"]
    world.plant(one.replace(made.encode(), made[:-1].encode() + b"x"))

    assert [token["name"] for token in ana.get("/v1/tokens")["tokens"]] == [None, "The phone", None]


def test_a_token_from_before_names_and_ends_is_listed(world: World, ana: Somebody) -> None:
    data = {"token": "t-2", "scope": "read", "digest": "d"}
    event = {"id": "t-2", "type": "token.issued", "source": "attune/checkin", "time": ""}
    world.plant(json.dumps({**event, "subject": f"person/{ana.id}", "data": data}).encode())

    listed = ana.get("/v1/tokens")["tokens"][-1]
    assert (listed["id"], listed["name"], listed["last_four"]) == ("t-2", None, None)


def test_a_read_only_token_makes_none_and_revokes_none(world: World, ana: Somebody) -> None:
    token, reader = made(world, ana, "read")
    (mine, *_) = ana.get("/v1/tokens")["tokens"]
    attempts = [
        reader.ask("POST", "/v1/tokens", {"scope": "read"}),
        *(reader.ask("DELETE", f"/v1/tokens/{one}") for one in (token, mine["id"], "nothing")),
    ]

    assert {refusal(answer) for answer in attempts} == {(403, "read_only")}
    assert len(ana.get("/v1/tokens")["tokens"]) == 2


def test_a_revoked_token_is_refused_everywhere(world: World, ana: Somebody) -> None:
    token, phone = made(world, ana)
    answer = ana.ask("DELETE", f"/v1/tokens/{token}")

    assert (answer.status_code, answer.text) == (204, "")
    assert refusal(phone.ask("GET", "/v1/people/me")) == (401, "unauthorized")
    assert refusal(phone.ask("POST", "/v1/check-ins", {"kind": "feeling"})) == (401, "unauthorized")


def test_a_token_can_revoke_itself(ana: Somebody) -> None:
    (mine,) = ana.get("/v1/tokens")["tokens"]

    assert ana.ask("DELETE", f"/v1/tokens/{mine['id']}").status_code == 204
    assert refusal(ana.ask("GET", "/v1/tokens")) == (401, "unauthorized")


@pytest.mark.parametrize("token", ["nothing", "0190e000-0000-7000-8000-00000000000e", "%00", "a b"])
def test_an_unknown_token_cannot_be_revoked(ana: Somebody, token: str) -> None:
    assert refusal(ana.ask("DELETE", f"/v1/tokens/{token}")) == (404, "unknown_token")


def test_somebody_elses_token_cannot_be_revoked(world: World, ana: Somebody, eve: Somebody) -> None:
    token, phone = made(world, ana)

    assert refusal(eve.ask("DELETE", f"/v1/tokens/{token}")) == (404, "unknown_token")
    assert phone.get("/v1/people/me")["person"] == ana.id


def test_a_scope_that_does_not_exist_is_named(ana: Somebody) -> None:
    assert pointers(ana.ask("POST", "/v1/tokens", {"scope": "admin"})) == ["/scope"]


def test_tokens_are_not_made_without_end(ana: Somebody) -> None:
    for _ in range(MOST_TOKENS - 1):
        ana.ok("POST", "/v1/tokens", {})

    assert refusal(ana.ask("POST", "/v1/tokens", {})) == (409, "too_many_tokens")


def test_no_secret_of_a_token_stands_in_the_log(world: World, ana: Somebody) -> None:
    secret = ana.token[-43:].encode()

    assert not any(secret in (raw.value or b"") for raw in world.log.records)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic YW5hOmFuYQ==",
        "Bearer atw_",
        "Bearer nonsense",
        "Bearer atw_0190e000-0000-7000-8000-00000000000e_short",
        "Bearer atw_0190e000-0000-7000-8000-00000000000e_" + "A" * 43,
        "Bearer atx_0190e000-0000-7000-8000-00000000000e_" + "A" * 43,
        "Bearer atw_0190E000-0000-7000-8000-00000000000E_" + "A" * 43,
        "Bearer atw_0190e000-0000-7000-8000-00000000000e_" + "é" * 43,
        "Bearer " + "A" * 5000,
    ],
)
def test_whatever_is_no_token_is_answered_with_401(world: World, header: str) -> None:
    answer = world.http.get("/v1/people/me", headers={"Authorization": header.encode().decode("latin-1")})

    assert refusal(answer) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="attune"')


def test_an_unknown_person_and_a_wrong_secret_look_the_same(world: World, ana: Somebody) -> None:
    secret = "A" * 43
    wrong = Somebody(world.http, ana.id, f"atw_{ana.id}_{secret}").ask("GET", "/v1/people/me")
    unknown = Somebody(world.http, "", f"atw_{ana.id[:-1]}f_{secret}").ask("GET", "/v1/people/me")

    assert refusal(wrong) == refusal(unknown) == (401, "unauthorized")
    assert wrong.data == unknown.data
    told = [{n: v for n, v in answer.headers if n != "RateLimit"} for answer in (wrong, unknown)]
    assert told[0] == told[1]


def test_tokens_made_at_once_do_not_pass_the_limit(world: World, ana: Somebody) -> None:
    world.at_once(*[lambda: ana.ask("POST", "/v1/tokens", {})] * (MOST_TOKENS + 5))

    assert len(ana.get("/v1/tokens")["tokens"]) == MOST_TOKENS
