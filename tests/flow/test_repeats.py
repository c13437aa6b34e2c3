"""Repeats: the same key and body give the first answer, another body is refused, nothing is done twice."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from checkin.door.front import Claimed, Mark
from checkin.door.rates import Use

from shared.events import Event
from tests.flow.refusals import refusal
from tests.flow.world import Somebody, World
from tests.people import ANA

ENTRY = {"kind": "feeling", "note": "Once."}
UUID7 = "0193a000-0000-7000-8000-000000000001"


def listed(somebody: Somebody) -> int:
    return len(somebody.get("/v1/check-ins")["check_ins"])


# --- check-ins


def test_a_repeat_with_the_same_key_gives_the_first_answer(world: World, ana: Somebody) -> None:
    first = ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k")
    written = world.wishes()
    world.wait(hours=71)
    again = ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k")

    assert (again.status_code, again.data) == (first.status_code, first.data) == (202, first.data)
    assert world.wishes() == written


def test_a_repeat_with_the_same_id_gives_the_first_answer(world: World, ana: Somebody) -> None:
    first = ana.ask("POST", "/v1/check-ins", ENTRY | {"id": UUID7})
    written = len(world.log.records)
    again = ana.ask("POST", "/v1/check-ins", ENTRY | {"id": UUID7})

    assert (again.status_code, again.data) == (202, first.data)
    assert len(world.log.records) == written


@pytest.mark.parametrize("how", [{"Idempotency_Key": "k"}, {}])
def test_another_body_is_refused(ana: Somebody, how: dict[str, str]) -> None:
    ana.ask("POST", "/v1/check-ins", ENTRY | {"id": UUID7}, **how)
    answer = ana.ask("POST", "/v1/check-ins", {"kind": "repair", "id": UUID7}, **how)

    assert refusal(answer) == (422, "idempotency_mismatch")
    assert listed(ana) == 1


def test_the_order_of_names_makes_no_other_body(ana: Somebody) -> None:
    first = ana.ask("POST", "/v1/check-ins", {"kind": "feeling", "busy": 1}, Idempotency_Key="k")
    again = ana.ask("POST", "/v1/check-ins", {"busy": 1, "kind": "feeling"}, Idempotency_Key="k")

    assert again.data == first.data


def test_a_quoted_key_and_a_bare_one_are_the_same(ana: Somebody) -> None:
    first = ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key='"k"')

    assert ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k").data == first.data


@pytest.mark.parametrize("key", ["", " ", '""', '"', 'a"' * 200, "é", "a" * 256, "\x7f", "a\tb"])
def test_a_key_that_is_none_is_refused(ana: Somebody, key: str) -> None:
    sent = key.encode().decode("latin-1")
    answer = ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key=sent)

    assert refusal(answer) == (400, "malformed")


def test_two_peoples_keys_are_two(ana: Somebody, bo: Somebody) -> None:
    first = ana.ok("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k")
    second = bo.ok("POST", "/v1/check-ins", {"kind": "repair"}, Idempotency_Key="k")

    assert first["id"] != second["id"]


def test_a_stranger_learns_nothing_of_a_key(world: World, ana: Somebody) -> None:
    ana.ok("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k")
    stranger = Somebody(world.http, ana.id, f"atw_{ana.id}_{'A' * 43}")
    known, unknown = (stranger.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key=k) for k in "kx")

    assert refusal(known) == (401, "unauthorized")
    assert known.data == unknown.data


def test_a_stranger_leaves_no_lease_in_somebodys_name(world: World, ana: Somebody) -> None:
    stranger = Somebody(world.http, ana.id, f"atw_{ana.id}_{'A' * 43}")
    stranger.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k")

    assert world.marks.kept == {}


def test_a_repeat_while_the_first_is_in_flight_is_asked_to_wait() -> None:
    world = World()
    meanwhile = _Meanwhile(world)
    ana = world.register(ANA)
    meanwhile.then = lambda: ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k").status_code
    first = ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k")

    assert (first.status_code, meanwhile.found) == (202, 409)
    assert listed(ana) == 1


def test_a_lease_that_nobody_took_back_ends_by_itself(world: World, ana: Somebody) -> None:
    world.marks.release = lambda lease: None  # type: ignore[method-assign]
    world.log.away = True
    ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k")
    world.log.away = False
    at_once = ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k")
    world.wait(seconds=10)

    assert refusal(at_once) == (409, "in_flight")
    assert at_once.headers["Retry-After"] == "1"
    assert ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k").status_code == 202


def test_a_record_that_arrives_twice_is_one_entry(world: World, couple: str, ana: Somebody) -> None:
    ana.check_in()
    raw = world.journal()[-1]
    world.log.put(raw.topic, raw.partition, raw.key, raw.value or b"")
    world.settle()

    assert listed(ana) == 1


def test_a_lease_that_redis_was_asked_for_twice_is_ones_own(world: World, ana: Somebody) -> None:
    """The client sends a command again when its reply is lost: it then finds what it has written itself."""
    claim = world.marks.claim

    def claim_twice(person: str, lease: Mark | None, use: Use | None = None) -> Claimed:
        claim(person, lease, use)
        return claim(person, lease, use)

    world.marks.claim = claim_twice  # type: ignore[method-assign]

    assert ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k").status_code == 202


def test_an_id_that_was_used_is_not_accepted_for_another_entry(ana: Somebody) -> None:
    ana.ok("POST", "/v1/check-ins", ENTRY | {"id": UUID7}, Idempotency_Key="k1")
    answer = ana.ask("POST", "/v1/check-ins", {"kind": "repair", "id": UUID7}, Idempotency_Key="k2")

    assert answer.status_code == 422


class _Meanwhile:
    """Lets `then` happen while the first check-in is on its way to the log."""

    def __init__(self, world: World) -> None:
        self.then: Callable[[], int] | None = None
        self.found = 0
        self._append, self.append_all = world.log.append, world.log.append_all
        world.front = replace(world.front, log=self)

    def append(self, topic: str, event: Event, mark: object = None) -> int:
        then, self.then = self.then, None
        if then is not None:
            self.found = then()
        return self._append(topic, event, mark)  # type: ignore[arg-type]


# --- commands


def test_an_invite_is_shown_again(ana: Somebody) -> None:
    first = ana.ask("POST", "/v1/invites", {}, Idempotency_Key="k")
    again = ana.ask("POST", "/v1/invites", {}, Idempotency_Key="k")

    assert (again.status_code, again.data) == (201, first.data)


def test_accepting_and_confirming_again_gives_the_first_answer(ana: Somebody, bo: Somebody) -> None:
    code = ana.ok("POST", "/v1/invites", {})["code"]
    accepted = [bo.ask("POST", f"/v1/invites/{code}/accept", {}, Idempotency_Key="k") for _ in range(2)]
    formed = [ana.ask("POST", "/v1/couple/confirm", {}, Idempotency_Key="k") for _ in range(2)]

    assert [a.status_code for a in (*accepted, *formed)] == [200] * 4
    assert (accepted[0].data, formed[0].data) == (accepted[1].data, formed[1].data)


def test_one_key_serves_each_route_by_itself(ana: Somebody) -> None:
    invite = ana.ask("POST", "/v1/invites", {}, Idempotency_Key="k")
    token = ana.ask("POST", "/v1/tokens", {}, Idempotency_Key="k")

    assert (invite.status_code, token.status_code) == (201, 201)


def test_a_token_is_made_once_and_its_secret_shown_once(ana: Somebody) -> None:
    ana.ok("POST", "/v1/tokens", {}, Idempotency_Key="k")
    again = ana.ask("POST", "/v1/tokens", {}, Idempotency_Key="k")

    assert refusal(again) == (409, "shown_before")
    assert len(ana.get("/v1/tokens")["tokens"]) == 2
