"""Commands that take longer than a request may: 202, an address to ask, and the outcome there."""

from collections.abc import Iterator

import pytest

from tests.flow.refusals import refusal
from tests.flow.world import Somebody, World, body_of

CHANNEL = {"kind": "webhook", "url": "https://hooks.example/"}


@pytest.fixture
def late(world: World, ana: Somebody, bo: Somebody) -> Iterator[World]:
    """A world in which nothing is folded until it is settled."""
    world.slow = True
    yield world
    world.slow = False


def pending(somebody: Somebody, method: str, path: str, json: object) -> tuple[str, dict[str, object]]:
    """The address of a command that was answered with 202, and what was shown."""
    answer = somebody.ask(method, path, json)
    shown: dict[str, object] = body_of(answer)
    assert (answer.status_code, shown.pop("state")) == (202, "pending")
    assert answer.headers["Location"] == f"/v1/commands/{shown['command']}"
    return answer.headers["Location"], shown


def test_a_command_that_is_not_decided_in_time_is_pending(late: World, ana: Somebody) -> None:
    began_ms = late.clock.ms
    address, _ = pending(ana, "POST", "/v1/invites", {})
    waited_ms = late.clock.ms - began_ms
    late.beat()
    answer = ana.ask("GET", address)

    assert 5000 <= waited_ms < 5100
    assert (answer.status_code, body_of(answer)["state"]) == (202, "pending")


def test_its_outcome_is_found_later(late: World, ana: Somebody, bo: Somebody) -> None:
    address, shown = pending(ana, "POST", "/v1/invites", {})
    late.settle()

    assert ana.get(address) == {
        "command": shown["command"],
        "state": "done",
        "status": 201,
        "result": {},
        "error": None,
        "detail": None,
    }


def test_an_invite_that_was_shown_with_202_works_once_folded(
    late: World, ana: Somebody, bo: Somebody
) -> None:
    _, shown = pending(ana, "POST", "/v1/invites", {})
    late.slow = False
    late.settle()

    assert bo.ok("POST", f"/v1/invites/{shown['code']}/accept", {}) == {"state": "accepted"}


def test_a_token_that_was_shown_with_202_works_once_folded(late: World, ana: Somebody) -> None:
    _, shown = pending(ana, "POST", "/v1/tokens", {})
    late.beat()
    phone = Somebody(late.http, ana.id, str(shown["token"]))
    before = phone.ask("GET", "/v1/people/me").status_code
    late.settle()

    assert (before, phone.ask("GET", "/v1/people/me").status_code) == (401, 200)


def test_a_channel_that_was_shown_with_202_has_the_secret_that_was_shown(late: World, ana: Somebody) -> None:
    answer = ana.ask("POST", "/v1/channels", CHANNEL, Idempotency_Key="k")
    late.slow = False
    late.settle()
    again = ana.ok("POST", "/v1/channels", CHANNEL, Idempotency_Key="k")

    assert answer.status_code == 202
    assert again["secret"] == body_of(answer)["secret"]


def test_a_refusal_is_found_there_too(late: World, ana: Somebody) -> None:
    address, shown = pending(ana, "POST", "/v1/couple/confirm", {})
    late.settle()

    assert ana.get(address) == {
        "command": shown["command"],
        "state": "refused",
        "status": 409,
        "result": None,
        "error": "nothing_to_confirm",
        "detail": "Nobody has accepted an invite of yours.",
    }


def test_somebody_who_registers_meanwhile_has_a_token_that_will_work(world: World) -> None:
    world.slow = True
    answer = world.http.post("/v1/people", json={"name": "Ana", "zone": "Europe/Paris"})
    shown = body_of(answer)
    world.settle()

    assert (answer.status_code, shown["state"]) == (202, "pending")
    assert Somebody(world.http, shown["person"], shown["token"]).get("/v1/people/me")["name"] == "Ana"


def test_a_check_in_waits_for_no_fold(late: World, ana: Somebody) -> None:
    began_ms = late.clock.ms
    ana.check_in()

    assert late.clock.ms == began_ms


def test_an_answer_waits_until_streaks_has_seen_it_too(world: World, couple: str, ana: Somebody) -> None:
    ana.ok("PATCH", "/v1/people/me", {"day_start": "04:00"})

    assert ana.get("/v1/streak")["today"]["date"] == "2026-11-24"


def test_somebody_elses_command_is_unknown(late: World, ana: Somebody, bo: Somebody) -> None:
    address, _ = pending(ana, "POST", "/v1/invites", {})
    late.settle()

    assert refusal(bo.ask("GET", address)) == (404, "unknown_command")


@pytest.mark.parametrize("command", ["0190e000-0000-7000-8000-00000000000e", "x", "%00"])
def test_a_command_that_never_was_is_unknown(ana: Somebody, command: str) -> None:
    assert refusal(ana.ask("GET", f"/v1/commands/{command}"))[0] == 404


def test_of_many_commands_at_once_each_is_answered(world: World, ana: Somebody) -> None:
    answers = world.at_once(*[lambda: ana.ask("PATCH", "/v1/people/me", {"language": "fr"})] * 34)

    assert {answer.status_code for answer in answers} == {200}
