"""Leaving: in two steps, alone, and so that whoever remains cannot tell it from a pause without an end."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.flow.endpoints import PRIVATE
from tests.flow.partners import Pair, others
from tests.flow.refusals import pointers, refusal
from tests.flow.world import Somebody, World
from tests.people import CHI

LEAVE = "/v1/couple/members/me"
TODAY, TOMORROW = "2026-11-24", "2026-11-25"


def leave(somebody: Somebody) -> None:
    word = somebody.ok("DELETE", LEAVE)["confirm"]
    assert somebody.ask("DELETE", f"{LEAVE}?confirm={word}").status_code == 204


# --- the two steps ------------------------------------------------------------------------------------


def test_the_first_step_changes_nothing(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    written = world.wishes()
    bo.ok("DELETE", LEAVE)

    assert world.wishes() == written
    assert bo.get("/v1/couple")["couple"] == couple


@pytest.mark.parametrize("word", ["", "x", "9999999999999.00", "²." + "0" * 32, "1" * 99])
def test_a_word_that_was_not_given_leaves_nobody(couple: str, bo: Somebody, word: str) -> None:
    answer = bo.ask("DELETE", f"{LEAVE}?confirm={word}")

    assert pointers(answer) == ["/confirm"]
    assert bo.get("/v1/couple")["couple"] == couple


def test_the_others_word_does_not_do(couple: str, ana: Somebody, bo: Somebody) -> None:
    word = ana.ok("DELETE", LEAVE)["confirm"]

    assert pointers(bo.ask("DELETE", f"{LEAVE}?confirm={word}")) == ["/confirm"]


def test_the_word_expires(world: World, couple: str, bo: Somebody) -> None:
    word = bo.ok("DELETE", LEAVE)["confirm"]
    world.wait(hours=0.2)

    assert pointers(bo.ask("DELETE", f"{LEAVE}?confirm={word}")) == ["/confirm"]


def test_somebody_alone_has_nothing_to_leave(ana: Somebody) -> None:
    assert refusal(ana.ask("DELETE", LEAVE)) == (409, "not_in_a_couple")


def test_a_repeat_of_the_second_step_is_answered_as_the_first(couple: str, bo: Somebody) -> None:
    word = bo.ok("DELETE", LEAVE)["confirm"]
    answers = [bo.ask("DELETE", f"{LEAVE}?confirm={word}", Idempotency_Key="k") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]


def test_leaving_twice_at_once_is_leaving_once(world: World, couple: str, bo: Somebody) -> None:
    word = bo.ok("DELETE", LEAVE)["confirm"]
    answers = world.at_once(*[lambda: bo.ask("DELETE", f"{LEAVE}?confirm={word}")] * 2)

    assert sorted(answer.status_code for answer in answers) == [204, 409]


# --- what the one who remains can observe ---------------------------------------------------------------


def observed(pair: "Lived") -> list[Any]:
    """All that Ana can read, with tags and links, and the answers to all that she could try."""
    reads = [pair.ana.ask("GET", endpoint.path) for endpoint in PRIVATE if endpoint.method == "GET"]
    found: list[Any] = [(a.status_code, a.text, a.headers.get("Link")) for a in reads]
    tries: list[tuple[str, str, Any]] = [
        ("POST", "/v1/invites", {}),
        ("POST", "/v1/couple/confirm", {}),
        ("POST", f"/v1/invites/{pair.bo.id}.{'A' * 43}/accept", {}),
        ("PUT", "/v1/couple/pact", {"agreed_days": 5}),
        ("PUT", "/v1/topics", {"off": ["money"]}),
        ("POST", "/v1/check-ins", {"kind": "appreciation", "note": "Thank you."}),
        ("POST", "/v1/check-ins", {"kind": "reflection", "in_reply_to": pair.seen}),
        ("POST", "/v1/pauses", {"from": pair.ana.get("/v1/streak")["today"]["date"]}),
    ]
    for method, path, body in tries:
        # What happens at one instant is listed by ids, which are another in each world.
        pair.world.wait(seconds=1)
        answer = pair.ana.ask(method, path, body)
        found.append((answer.status_code, answer.text))
    for pause in pair.ana.get("/v1/pauses")["pauses"]:
        answer = pair.ana.ask("DELETE", f"/v1/pauses/{pause['id']}")
        found.append((answer.status_code, answer.text))
    return found


class Lived(Pair):
    """A week together; `seen` is an entry of Bo's that Ana has seen."""

    seen: str

    def __init__(self) -> None:
        super().__init__()
        for _ in range(7):
            self.ana.check_in()
            self.bo.check_in("quality_time", visibility="shared", note="A walk.")
            self.world.wait(hours=24)
        self.bo.check_in(visibility="shared", note="Hello.")
        self.seen = others(self.ana)[0]["id"]


def pause_for_good(pair: Pair) -> None:
    """What a leave must look like."""
    today = pair.bo.get("/v1/streak")["today"]["date"]
    tomorrow = f"{today[:8]}{int(today[8:]) + 1:02}"
    first = today
    for pause in pair.bo.get("/v1/pauses")["pauses"]:
        if pair.bo.ask("DELETE", f"/v1/pauses/{pause['id']}").status_code == 204:
            first = tomorrow if pause["from"] <= today else first
    pair.bo.ok("POST", "/v1/pauses", {"from": first})


def without_new_ids(found: list[Any]) -> str:
    """Ids in the order in which they come: those that are new differ from world to world."""
    names: dict[str, str] = {}
    return re.sub(
        r"[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]{43}|eyJ[\w.=-]+|(?<=last_four\":\")[\w-]{4}",
        lambda match: names.setdefault(match[0], f"<{len(names)}>"),
        repr(found),
    )


def nothing(_pair: Pair) -> None:
    pass


def bo_has_paused(pair: Pair) -> None:
    pair.bo.ok(
        "POST", "/v1/pauses", {"from": pair.bo.get("/v1/streak")["today"]["date"], "until": "2026-12-03"}
    )


def ana_has_paused(pair: Pair) -> None:
    pair.ana.ok("POST", "/v1/pauses", {"from": "2026-12-02", "until": "2026-12-04"})


def goes_on_elsewhere(bo: Somebody) -> None:
    """What somebody who has left may do, and none of it is the other's business."""
    bo.ask("PATCH", "/v1/people/me", {"name": "Robert", "zone": "Asia/Tokyo"})
    bo.ok("PUT", "/v1/topics", {"off": ["loss", "family", "future"]})
    bo.check_in("quality_time", visibility="shared", note="On my own.")
    bo.ok("PUT", "/v1/couple/pact", {"mode": "two_misses"})


@pytest.mark.parametrize("before", [nothing, bo_has_paused, ana_has_paused])
def test_no_observation_tells_a_leave_from_a_pause_without_an_end(before: Callable[[Pair], None]) -> None:
    left, paused = Lived(), Lived()
    for pair in (left, paused):
        before(pair)
    leave(left.bo)
    pause_for_good(paused)
    goes_on_elsewhere(left.bo)

    for hours in (0, 20, 24, 24 * 14):
        for pair in (left, paused):
            pair.world.wait(hours=hours)
        assert without_new_ids(observed(left)) == without_new_ids(observed(paused))


def test_nobody_is_told(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in()
    bo.check_in()
    inbox = ana.get("/v1/nudges")
    leave(bo)
    world.wait(hours=24 * 30)

    assert ana.get("/v1/nudges") == inbox


def test_the_leavers_entries_are_gone_at_once(couple: str, ana: Somebody, bo: Somebody) -> None:
    bo.check_in(visibility="shared", note="Hello.")
    (seen,) = others(ana)
    leave(bo)

    assert others(ana) == []
    assert ana.ask("GET", f"/v1/check-ins/{seen['id']}").status_code == 404
    assert "Hello." not in ana.ask("GET", "/v1/check-ins").text


def test_whoever_was_left_can_leave_too(couple: str, ana: Somebody, bo: Somebody) -> None:
    leave(bo)
    leave(ana)

    assert ana.get("/v1/couple")["couple"] is None


def test_both_can_leave_at_the_same_time(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    words = [somebody.ok("DELETE", LEAVE)["confirm"] for somebody in (ana, bo)]
    answers = world.at_once(
        lambda: ana.ask("DELETE", f"{LEAVE}?confirm={words[0]}"),
        lambda: bo.ask("DELETE", f"{LEAVE}?confirm={words[1]}"),
    )

    assert [answer.status_code for answer in answers] == [204, 204]
    assert [somebody.get("/v1/couple")["couple"] for somebody in (ana, bo)] == [None, None]


# --- how the leaver goes on ---------------------------------------------------------------------------


def test_the_leaver_keeps_their_own_entries_and_sees_no_others(
    couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.check_in(visibility="shared", note="Ana's.")
    entry = bo.check_in(visibility="shared", note="Mine.")
    leave(bo)

    assert [e["id"] for e in bo.get("/v1/check-ins")["check_ins"]] == [entry]
    assert bo.get(f"/v1/check-ins/{entry}")["note"] == "Mine."


def test_the_leaver_begins_a_streak_of_their_own(world: World, couple: str, bo: Somebody) -> None:
    leave(bo)
    for _ in range(3):
        bo.check_in()
        world.wait(hours=24)

    assert bo.get("/v1/streak")["count"] == 3


def test_a_zone_that_changed_meanwhile_is_in_force_for_the_leaver(
    world: World, couple: str, bo: Somebody
) -> None:
    bo.ok("PATCH", "/v1/people/me", {"zone": "Asia/Tokyo"})
    world.wait(hours=48)
    leave(bo)

    assert [b["zone"] for b in bo.get("/v1/streak/explain?day=2026-11-26")["boundaries"]] == ["Asia/Tokyo"]


def test_nothing_of_the_couple_reaches_the_leaver(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    leave(bo)
    inbox = bo.get("/v1/nudges")
    ana.ok("POST", "/v1/check-ins", {"kind": "appreciation", "note": "Come back."})
    ana.ok("PUT", "/v1/couple/pact", {"mode": "two_misses"})
    world.wait(hours=48)

    assert bo.get("/v1/nudges") == inbox
    assert bo.get("/v1/couple/pact")["mode"] == "daily"


def test_an_entry_on_its_way_when_its_author_left_is_the_authors_alone(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    word = bo.ok("DELETE", LEAVE)["confirm"]
    world.at_once(
        lambda: bo.ask("DELETE", f"{LEAVE}?confirm={word}"),
        lambda: bo.ask("POST", "/v1/check-ins", {"kind": "feeling", "visibility": "shared", "note": "Bye."}),
    )

    assert [e["note"] for e in bo.get("/v1/check-ins")["check_ins"]] == ["Bye."]
    assert others(ana) == []


def test_the_same_two_again_are_a_new_couple_with_a_new_day_one(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.check_in(visibility="shared")
    leave(bo)
    leave(ana)
    world.wait(hours=24)
    again = world.pair(ana, bo)

    assert again != couple
    assert bo.get("/v1/couple")["day_one"] == TOMORROW
    assert others(bo) == []
    assert bo.get("/v1/streak")["count"] == 0


def test_an_invite_from_before_cannot_bring_the_leaver_back(
    world: World, ana: Somebody, bo: Somebody
) -> None:
    old = ana.ok("POST", "/v1/invites", {})["code"]
    world.pair(ana, bo)
    leave(ana)
    leave(bo)

    assert refusal(bo.ask("POST", f"/v1/invites/{old}/accept", {})) == (404, "unknown_invite")


def test_who_has_left_can_pair_with_somebody_else_unseen(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    leave(bo)
    before = (ana.get("/v1/couple"), ana.get("/v1/streak"))
    world.pair(bo, world.register(CHI))

    assert (ana.get("/v1/couple"), ana.get("/v1/streak")) == before


def test_a_paused_partner_has_no_name(couple: str, ana: Somebody, bo: Somebody) -> None:
    bo.ok("POST", "/v1/pauses", {"from": TODAY})

    assert ana.get("/v1/couple")["partner"] == {"person": bo.id, "name": None}
