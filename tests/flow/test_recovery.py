"""Recovery codes: eight on paper, each of which gets its person in once when every token is lost."""

from typing import Any

import pytest
from checkin.api.recovery import CODES, TRIES_PER_ADDRESS, TRIES_PER_PERSON
from checkin.rules.people import MOST_TOKENS
from werkzeug.test import TestResponse

from tests.flow.refusals import pointers, refusal
from tests.flow.world import Somebody, World, body_of
from tests.people import ANA
from tests.streams import HOUR_MS

NOBODYS = "-".join(["0000"] * 13)


def codes_of(somebody: Somebody) -> list[str]:
    """Fresh recovery codes."""
    return [str(code) for code in somebody.ok("POST", "/v1/recovery-codes", {})["codes"]]


def recover(world: World, code: str, address: str = "192.0.2.1", key: str = "", **more: Any) -> TestResponse:
    """What somebody without a token is answered who has this code."""
    headers = {"Idempotency-Key": key} if key else {}
    seen = {"REMOTE_ADDR": address}
    body = {"code": code, **more}
    return world.http.post("/v1/recovery", json=body, headers=headers, environ_base=seen)


def recovered(world: World, code: str, **more: Any) -> Somebody:
    """Whoever got in with this code."""
    made = body_of(recover(world, code, **more))
    return Somebody(world.http, made["person"], made["token"])


def left(somebody: Somebody) -> int:
    return int(somebody.get("/v1/recovery-codes")["left"])


# --- codes


def test_eight_different_codes_are_made(ana: Somebody) -> None:
    answer = ana.ask("POST", "/v1/recovery-codes", {})

    assert answer.status_code == 201
    assert len(set(body_of(answer)["codes"])) == CODES == 8


def test_how_many_are_left_and_when_they_were_made_can_be_read(world: World, ana: Somebody) -> None:
    none = ana.get("/v1/recovery-codes")
    codes = codes_of(ana)
    reader = ana.ok("POST", "/v1/tokens", {"scope": "read"})["token"]
    fresh = Somebody(world.http, ana.id, reader).get("/v1/recovery-codes")
    world.wait(hours=1)

    assert none == {"left": 0, "made_at": None}
    assert fresh == {"left": 8, "made_at": "2026-11-24T11:00:00.000Z"}
    assert recovered(world, codes[0]).get("/v1/recovery-codes") == fresh | {"left": 7}


def test_new_codes_replace_all_earlier_ones(world: World, ana: Somebody) -> None:
    first, second = codes_of(ana), codes_of(ana)

    assert {refusal(recover(world, code))[0] for code in first[:3]} == {401}
    assert recover(world, second[0]).status_code == 201


def test_a_read_only_token_makes_no_codes(world: World, ana: Somebody) -> None:
    codes = codes_of(ana)
    reader = Somebody(world.http, ana.id, ana.ok("POST", "/v1/tokens", {"scope": "read"})["token"])

    assert refusal(reader.ask("POST", "/v1/recovery-codes", {})) == (403, "read_only")
    assert recover(world, codes[0]).status_code == 201


def test_no_code_stands_in_the_log(world: World, ana: Somebody) -> None:
    codes = codes_of(ana)
    recovered(world, codes[0])
    words = {text.encode() for code in codes for text in (code, code.replace("-", ""), code[-27:])}

    assert not any(word in (raw.value or b"") for raw in world.log.records for word in words)


def test_a_repeat_does_not_show_the_codes_again(ana: Somebody) -> None:
    ana.ok("POST", "/v1/recovery-codes", {}, Idempotency_Key="k")

    assert refusal(ana.ask("POST", "/v1/recovery-codes", {}, Idempotency_Key="k")) == (409, "shown_before")
    assert left(ana) == 8


# --- getting in


def test_a_code_gives_a_token_that_can_write(world: World, ana: Somebody) -> None:
    answer = recover(world, codes_of(ana)[3])

    made = body_of(answer)
    assert answer.status_code == 201
    assert (made["person"], made["scope"]) == (ana.id, "write")
    assert Somebody(world.http, ana.id, made["token"]).check_in()


def test_recovering_revokes_every_other_token(world: World, ana: Somebody) -> None:
    ana.ok("POST", "/v1/tokens", {"scope": "read"})
    fresh = recovered(world, codes_of(ana)[0])

    assert refusal(ana.ask("GET", "/v1/people/me")) == (401, "unauthorized")
    assert [token["current"] for token in fresh.get("/v1/tokens")["tokens"]] == [True]


def test_other_tokens_can_be_kept(world: World, ana: Somebody) -> None:
    recovered(world, codes_of(ana)[0], keep_tokens=True)

    assert len(ana.get("/v1/tokens")["tokens"]) == 2


def test_a_code_works_in_any_case_and_however_it_is_grouped(world: World, ana: Somebody) -> None:
    first, second, third, *_ = codes_of(ana)

    assert recover(world, first.lower().replace("-", " ")).status_code == 201
    assert recover(world, f" {second.replace('-', '')}\n").status_code == 201
    assert recover(world, third.replace("0", "o").replace("1", "l").replace("-", "–")).status_code == 201


def test_one_finds_out_that_somebody_recovered(world: World, ana: Somebody) -> None:
    codes = codes_of(ana)
    before = ana.get("/v1/people/me")["recovered_at"]
    world.wait(hours=2)
    recovered(world, codes[0], keep_tokens=True)

    assert (before, ana.get("/v1/people/me")["recovered_at"]) == (None, "2026-11-24T13:00:00.000Z")
    assert [token["recovered"] for token in ana.get("/v1/tokens")["tokens"]] == [False, True]


def test_recovering_needs_no_room_for_one_more_token(world: World, ana: Somebody) -> None:
    codes = codes_of(ana)
    for _ in range(MOST_TOKENS - 1):
        ana.ok("POST", "/v1/tokens", {})

    assert recovered(world, codes[0], keep_tokens=True).check_in()


def test_what_one_person_has_entered_is_there_after_recovering(world: World, ana: Somebody) -> None:
    ana.check_in(note="Before the phone was lost.")
    fresh = recovered(world, codes_of(ana)[0])

    assert fresh.get("/v1/check-ins")["check_ins"][0]["note"] == "Before the phone was lost."


# --- once


def test_a_code_works_once(world: World, ana: Somebody) -> None:
    code = codes_of(ana)[0]
    fresh = recovered(world, code)

    assert refusal(recover(world, code)) == (401, "unknown_code")
    assert fresh.check_in()
    assert left(fresh) == 7


def test_of_two_who_use_a_code_at_once_one_gets_in(world: World, ana: Somebody) -> None:
    code = codes_of(ana)[0]
    answers = world.at_once(*[lambda: recover(world, code)] * 2)
    (won, lost) = sorted(answers, key=lambda answer: answer.status_code)

    fresh = Somebody(world.http, ana.id, body_of(won)["token"])
    assert len(fresh.get("/v1/tokens")["tokens"]) == 1
    assert left(fresh) == 7
    assert_alike(lost, recover(world, NOBODYS))


def test_a_repeat_under_the_same_key_does_not_show_the_token_again(world: World, ana: Somebody) -> None:
    code = codes_of(ana)[0]
    fresh = recovered(world, code, key="k")
    again = recover(world, code, key="k")
    world.marks.kept.clear()
    much_later = recover(world, code, key="k")

    assert refusal(again) == refusal(much_later) == (409, "shown_before")
    assert left(fresh) == 7


def test_another_code_under_the_same_key_is_another_recovery(world: World, ana: Somebody) -> None:
    first, second, *_ = codes_of(ana)
    recovered(world, first, key="k")

    assert refusal(recover(world, second, key="k")) == (422, "idempotency_mismatch")
    assert recovered(world, second, key="l").check_in()


def test_a_repeat_before_the_first_is_decided_gives_one_token(world: World, ana: Somebody) -> None:
    code = codes_of(ana)[0]
    world.slow = True
    first = body_of(recover(world, code, key="k"))
    second = body_of(recover(world, code, key="k"))
    world.slow = False
    world.settle()

    works = [Somebody(world.http, ana.id, made["token"]).ask("GET", "/v1/tokens") for made in (first, second)]
    assert [answer.status_code for answer in works] == [200, 401]
    assert first["state"] == "pending"


# --- whoever has no code


def assert_alike(*answers: TestResponse) -> None:
    """Nobody can tell these refusals apart."""
    assert {refusal(answer) for answer in answers} == {(401, "unknown_code")}
    assert len({answer.data for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


def test_wrong_used_unknown_and_meaningless_codes_are_answered_alike(world: World, ana: Somebody) -> None:
    used, code, *_ = codes_of(ana)
    recovered(world, used)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    other_person = ("1" if code[0] != "1" else "2") + code[1:]
    nothing = ("", "nonsense", code[:-1], code + "0", "U" * 52, "é" * 52)

    refused = (used, wrong, NOBODYS, other_person, *nothing)
    assert_alike(*[recover(world, text, f"192.0.2.{n}") for n, text in enumerate(refused)])
    assert recover(world, code).status_code == 201


def test_a_person_without_codes_is_as_unknown_as_nobody(world: World, ana: Somebody, bo: Somebody) -> None:
    code = world.front.tokens.recovery_code(bo.id).text

    assert_alike(recover(world, code), recover(world, NOBODYS))


def test_a_code_of_somebody_elses_does_not_get_in_here(world: World, ana: Somebody, eve: Somebody) -> None:
    """The secret of a code of Eve's, under Ana's name."""
    eves = codes_of(eve)[0].replace("-", "")
    codes_of(ana)
    anas = world.front.tokens.recovery_code(ana.id).text.replace("-", "")

    assert refusal(recover(world, anas[:26] + eves[26:])) == (401, "unknown_code")


def test_what_is_refused_is_not_written(world: World, ana: Somebody) -> None:
    used = codes_of(ana)[0]
    recovered(world, used)
    written = world.wishes()
    for code in (used, NOBODYS, world.front.tokens.recovery_code(ana.id).text, "nonsense"):
        recover(world, code)

    assert world.wishes() == written


def test_while_the_views_are_behind_no_code_is_told_to_be_wrong(world: World, ana: Somebody) -> None:
    used, *_ = codes_of(ana)
    recovered(world, used)
    world.clock.ms += 5001
    answers = [
        recover(world, code) for code in (used, world.front.tokens.recovery_code(ana.id).text, NOBODYS)
    ]

    assert {refusal(answer) for answer in answers} == {(503, "unavailable")}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/code"),
        ({"code": 1}, "/code"),
        ({"code": "0" * 201}, "/code"),
        ({"code": "", "keep_tokens": "no"}, "/keep_tokens"),
    ],
)
def test_a_field_that_cannot_be_taken_is_named(world: World, body: Any, pointer: str) -> None:
    assert pointers(world.http.post("/v1/recovery", json=body)) == [pointer]


def test_codes_cannot_be_tried_without_end_from_one_address(world: World, ana: Somebody) -> None:
    code = codes_of(ana)[0]
    tried = [recover(world, NOBODYS).status_code for _ in range(TRIES_PER_ADDRESS)]
    answer = recover(world, code)

    assert set(tried) == {401}
    assert refusal(answer) == (429, "too_many_requests")
    assert int(answer.headers["Retry-After"]) > 0
    assert recover(world, code, "192.0.2.2").status_code == 201


def test_nor_for_one_person_from_many(world: World, ana: Somebody, bo: Somebody) -> None:
    codes, wrong = codes_of(ana), world.front.tokens.recovery_code(ana.id).text
    for n in range(TRIES_PER_PERSON):
        recover(world, wrong, f"198.51.100.{n}")
    held_up = recover(world, codes[0])
    world.clock.ms += HOUR_MS
    world.beat()

    assert refusal(held_up) == (429, "too_many_requests")
    assert recover(world, codes[0]).status_code == 201


def test_the_limits_do_not_tell_who_exists(world: World) -> None:
    there, gone = World(), World()
    ana = there.register(ANA)
    answers = [recover(at, at.front.tokens.recovery_code(ana.id).text, "192.0.2.9") for at in (there, gone)]

    assert_alike(*answers)
