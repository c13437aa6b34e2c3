"""A couple's first days, from the first request to the nudge, through every service."""

from typing import Any

from tests.flow.world import Somebody, World


def count(somebody: Somebody) -> Any:
    return somebody.get("/v1/streak")["count"]


def kinds(somebody: Somebody) -> list[str]:
    return [nudge["kind"] for nudge in somebody.get("/v1/nudges")["nudges"]]


def test_both_check_in_and_the_streak_is_one_for_both(couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in()
    bo.check_in()

    assert (count(ana), count(bo)) == (1, 1)


def test_one_alone_keeps_no_day(couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in()

    assert (count(ana), count(bo)) == (0, 0)


def test_somebody_alone_keeps_a_day_by_checking_in(ana: Somebody) -> None:
    ana.check_in()

    assert count(ana) == 1


def test_what_was_entered_alone_does_not_count_for_the_couple(
    world: World, ana: Somebody, bo: Somebody
) -> None:
    ana.check_in()
    world.pair(ana, bo)
    bo.check_in()

    assert count(bo) == 0


def test_a_day_at_risk_reaches_both_inboxes_whoever_checked_in(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.check_in()
    bo.check_in()
    world.wait(hours=24)
    ana.check_in()
    world.wait(hours=8)

    assert kinds(ana) == kinds(bo) == ["day.at_risk"]


def test_a_kept_day_is_not_warned_of(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in()
    bo.check_in()
    world.wait(hours=7)

    assert kinds(ana) == kinds(bo) == []


def test_an_appreciation_reaches_its_receiver_and_nobody_else(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    bo.check_in("appreciation", note="For the tea.")
    world.wait(seconds=5)

    assert (kinds(ana), kinds(bo)) == (["appreciation.shared"], [])


def test_a_nudge_says_nothing_of_what_it_is_about(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    bo.check_in("appreciation", note="For the tea.")
    world.wait(seconds=5)

    (nudge,) = ana.get("/v1/nudges")["nudges"]
    assert nudge == {
        "id": nudge["id"],
        "kind": "appreciation.shared",
        "title": "Something for you",
        "body": "There is something new for you in Attune.",
        "why": "Your partner shared something with you.",
        "at": nudge["at"],
        "text": None,
        "fewer": nudge["fewer"],
        "stop": nudge["stop"],
    }


def test_nudges_come_newest_first(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in()
    bo.check_in()
    world.wait(hours=96)

    instants = [nudge["at"] for nudge in ana.get("/v1/nudges")["nudges"]]
    assert len(instants) > 1
    assert instants == sorted(instants, reverse=True)


def test_a_nudge_is_in_the_receivers_language(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.ok("PATCH", "/v1/people/me", {"language": "fr"})
    bo.check_in("appreciation")
    world.wait(seconds=5)

    assert ana.get("/v1/nudges")["nudges"][0]["title"] == "Quelque chose pour vous"


def test_a_missed_day_breaks_the_streak_once_the_reserve_is_spent(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.check_in()
    bo.check_in()
    world.wait(hours=3 * 24)
    on_reserve = ana.get("/v1/streak")
    world.wait(hours=24)

    assert (on_reserve["count"], on_reserve["reserve_left"]) == (1, 0)
    assert (count(ana), ana.get("/v1/streak")["longest"]) == (0, 1)


def test_quality_time_that_is_overdue_opens_a_lapse_and_nudges_both(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    world.wait(hours=11 * 24)

    assert ana.get("/v1/lapse")["state"] == "lapsed"
    assert (kinds(ana), kinds(bo)) == (["lapse.opened"], ["lapse.opened"])
