"""Repeats of commands that change settings, tokens and channels."""

from tests.flow.refusals import refusal
from tests.flow.world import Somebody, World

CHANNEL = {"kind": "webhook", "url": "https://hooks.example/ana"}


def test_a_channel_is_added_once_and_its_secret_shown_again(ana: Somebody) -> None:
    first = ana.ask("POST", "/v1/channels", CHANNEL, Idempotency_Key="k")
    again = ana.ask("POST", "/v1/channels", CHANNEL, Idempotency_Key="k")

    assert (again.status_code, again.data) == (201, first.data)
    assert len(ana.get("/v1/channels")["channels"]) == 1


def test_another_address_under_the_same_key_is_refused(ana: Somebody) -> None:
    ana.ok("POST", "/v1/channels", CHANNEL, Idempotency_Key="k")
    answer = ana.ask("POST", "/v1/channels", CHANNEL | {"url": "https://b.example/"}, Idempotency_Key="k")

    assert refusal(answer) == (422, "idempotency_mismatch")


def test_a_channel_that_was_removed_since_is_not_added_again(ana: Somebody) -> None:
    channel = ana.ok("POST", "/v1/channels", CHANNEL, Idempotency_Key="k")["id"]
    ana.ok("DELETE", f"/v1/channels/{channel}")

    assert refusal(ana.ask("POST", "/v1/channels", CHANNEL, Idempotency_Key="k")) == (409, "removed")


def test_a_token_that_was_revoked_since_is_not_made_again(ana: Somebody) -> None:
    token = ana.ok("POST", "/v1/tokens", {}, Idempotency_Key="k")["id"]
    ana.ok("DELETE", f"/v1/tokens/{token}")

    assert ana.ask("POST", "/v1/tokens", {}, Idempotency_Key="k").status_code == 409


def test_removing_again_gives_the_first_answer(ana: Somebody) -> None:
    channel = ana.ok("POST", "/v1/channels", CHANNEL)["id"]
    answers = [ana.ask("DELETE", f"/v1/channels/{channel}", Idempotency_Key="k") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]


def test_other_settings_under_the_same_key_are_refused(ana: Somebody) -> None:
    ana.ok("PATCH", "/v1/people/me", {"name": "Ana"}, Idempotency_Key="k")
    answer = ana.ask("PATCH", "/v1/people/me", {"name": "Anna"}, Idempotency_Key="k")

    assert refusal(answer) == (422, "idempotency_mismatch")


def test_another_scope_under_the_same_key_is_refused(ana: Somebody) -> None:
    ana.ok("POST", "/v1/tokens", {"scope": "write"}, Idempotency_Key="k")
    answer = ana.ask("POST", "/v1/tokens", {"scope": "read"}, Idempotency_Key="k")

    assert refusal(answer) == (422, "idempotency_mismatch")


def test_another_name_under_the_same_key_is_refused(ana: Somebody) -> None:
    ana.ok("POST", "/v1/tokens", {"name": "The phone"}, Idempotency_Key="k")
    answer = ana.ask("POST", "/v1/tokens", {"name": "The tablet"}, Idempotency_Key="k")

    assert refusal(answer) == (422, "idempotency_mismatch")


def test_a_late_repeat_does_not_undo_what_was_changed_since(world: World, ana: Somebody) -> None:
    ana.ok("PATCH", "/v1/people/me", {"name": "First"}, Idempotency_Key="k")
    world.wait(hours=2)
    ana.ok("PATCH", "/v1/people/me", {"name": "Second"})
    ana.ok("PATCH", "/v1/people/me", {"name": "First"}, Idempotency_Key="k")

    assert ana.get("/v1/people/me")["name"] == "Second"


def test_a_repeat_within_the_hour_undoes_nothing(ana: Somebody) -> None:
    ana.ok("PATCH", "/v1/people/me", {"name": "First"}, Idempotency_Key="k")
    ana.ok("PATCH", "/v1/people/me", {"name": "Second"})
    ana.ok("PATCH", "/v1/people/me", {"name": "First"}, Idempotency_Key="k")

    assert ana.get("/v1/people/me")["name"] == "Second"
