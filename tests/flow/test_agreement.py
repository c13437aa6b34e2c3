"""The pact and pauses over HTTP: either member may agree anew, at once, and both see it."""

from typing import Any

import pytest

from tests.flow.refusals import refusal
from tests.flow.world import Somebody, World

TODAY, TOMORROW = "2026-11-24", "2026-11-25"


def test_the_pact_that_holds_unless_something_else_is_agreed(couple: str, ana: Somebody) -> None:
    assert ana.get("/v1/couple/pact") == {"mode": "daily", "agreed_days": 3.5, "reply_to_reveal": False}


def test_what_one_member_agrees_holds_for_both_and_shows_at_once(
    couple: str, ana: Somebody, bo: Somebody
) -> None:
    pact = ana.ok("PUT", "/v1/couple/pact", {"mode": "weekly:3"})

    assert (
        pact
        == bo.get("/v1/couple/pact")
        == {"mode": "weekly:3", "agreed_days": 3.5, "reply_to_reveal": False}
    )
    assert (bo.get("/v1/streak")["mode"], bo.get("/v1/streak")["unit"]) == ("weekly:3", "week")


def test_both_are_told_of_a_new_pact(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.ok("PUT", "/v1/couple/pact", {"agreed_days": 7})
    # In New York it is six in the morning: quiet hours end at eight.
    world.wait(hours=3)

    kinds = [[nudge["kind"] for nudge in somebody.get("/v1/nudges")["nudges"]] for somebody in (ana, bo)]
    assert kinds == [["pact.renewed"], ["pact.renewed"]]


@pytest.mark.parametrize("mode", ["", "weekly:0", "weekly:8", "hourly", "weekly:3 "])
def test_a_mode_that_is_none_is_refused(couple: str, ana: Somebody, mode: str) -> None:
    answer = ana.ask("PUT", "/v1/couple/pact", {"mode": mode})

    assert refusal(answer) == (422, "invalid")
    assert answer.json["errors"][0]["pointer"] == "/mode"  # type: ignore[index]


def test_a_person_alone_agrees_with_themselves(ana: Somebody) -> None:
    ana.ok("PUT", "/v1/couple/pact", {"mode": "two_misses"})

    assert ana.get("/v1/streak")["mode"] == "two_misses"


# --- pauses -------------------------------------------------------------------------------------------


def test_a_pause_is_seen_by_both_and_who_opened_it_by_nobody(
    couple: str, ana: Somebody, bo: Somebody
) -> None:
    pause = ana.ok("POST", "/v1/pauses", {"from": TODAY, "until": TOMORROW})

    seen = {"id": pause["id"], "from": TODAY, "until": TOMORROW}
    assert ana.get("/v1/pauses") == bo.get("/v1/pauses") == {"pauses": [seen]}


def test_while_a_pause_covers_today_each_sees_only_their_own_entries(
    couple: str, ana: Somebody, bo: Somebody
) -> None:
    entry = ana.check_in("appreciation")
    bo.check_in()
    shown = [e["author"] for e in bo.get("/v1/check-ins")["check_ins"]]
    masked = next(e["id"] for e in bo.get("/v1/check-ins")["check_ins"] if e["author"] == ana.id)
    ana.ok("POST", "/v1/pauses", {"from": TODAY})

    assert set(shown) == {ana.id, bo.id}
    assert {e["author"] for e in bo.get("/v1/check-ins")["check_ins"]} == {bo.id}
    assert refusal(bo.ask("GET", f"/v1/check-ins/{masked}")) == (404, "unknown_entry")
    assert ana.get(f"/v1/check-ins/{entry}")["id"] == entry


def test_only_who_opened_a_pause_can_end_it(couple: str, ana: Somebody, bo: Somebody) -> None:
    pause = ana.ok("POST", "/v1/pauses", {"from": TODAY})["id"]

    assert refusal(bo.ask("DELETE", f"/v1/pauses/{pause}")) == (403, "cannot_end_pause")
    assert ana.ask("DELETE", f"/v1/pauses/{pause}").status_code == 204


def test_a_pause_that_is_ended_still_covers_today(couple: str, ana: Somebody) -> None:
    pause = ana.ok("POST", "/v1/pauses", {"from": TODAY})["id"]
    ana.ask("DELETE", f"/v1/pauses/{pause}")

    assert ana.get("/v1/pauses")["pauses"] == [{"id": pause, "from": TODAY, "until": TODAY}]
    assert ana.get("/v1/streak")["today"]["state"] == "excused"


def test_a_members_own_pauses_never_overlap(couple: str, ana: Somebody) -> None:
    ana.ok("POST", "/v1/pauses", {"from": TOMORROW, "until": "2026-11-30"})

    assert refusal(ana.ask("POST", "/v1/pauses", {"from": "2026-11-30"})) == (422, "pauses_overlap")


def test_nobodys_pause_keeps_the_other_from_pausing(couple: str, ana: Somebody, bo: Somebody) -> None:
    theirs = bo.ok("POST", "/v1/pauses", {"from": TODAY})["id"]
    ana.ok("POST", "/v1/pauses", {"from": TODAY, "until": "2026-11-30"})
    bo.ask("DELETE", f"/v1/pauses/{theirs}")

    assert ana.get("/v1/streak")["today"]["state"] == "excused"
    assert len(ana.get("/v1/pauses")["pauses"]) == 2


def test_a_pause_begins_today_at_the_earliest(couple: str, ana: Somebody) -> None:
    answer = ana.ask("POST", "/v1/pauses", {"from": "2026-11-23"})

    assert (refusal(answer), answer.json["errors"][0]["pointer"]) == ((422, "invalid"), "/from")  # type: ignore[index]


def test_a_day_in_a_pause_is_excused_and_the_streak_goes_on(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.check_in()
    bo.check_in()
    ana.ok("POST", "/v1/pauses", {"from": TOMORROW, "until": "2026-12-02"})
    world.wait(hours=24 * 9)

    assert ana.get("/v1/streak")["count"] == 1
    states = {
        day["date"]: day["state"] for day in bo.get("/v1/calendar?from=2026-11-24&to=2026-12-02")["days"]
    }
    assert (states[TODAY], set(list(states.values())[1:])) == ("kept", {"excused"})


def test_a_command_about_the_couple_is_known_by_its_id_to_whoever_gave_it(couple: str, ana: Somebody) -> None:
    pause = ana.ok("POST", "/v1/pauses", {"from": TODAY})["id"]

    assert refusal(ana.ask("GET", f"/v1/commands/{pause}")) == (404, "unknown_command")


@pytest.mark.parametrize("body", [{"from": TODAY, "until": "2999-01-01"}, {"from": "2999-01-01"}])
def test_a_pause_of_ages_is_refused(world: World, ana: Somebody, body: Any) -> None:
    answer = ana.ask("POST", "/v1/pauses", body)

    assert refusal(answer) == (422, "pause_too_far_ahead")
    assert ana.get("/v1/pauses") == {"pauses": []}
