"""The calendar, its explanations, moments and insights over HTTP."""

from tests.flow.refusals import refusal
from tests.flow.world import Somebody, World

TODAY = "2026-11-24"


def keep(*people: Somebody) -> None:
    for somebody in people:
        somebody.check_in()


def lived(world: World, ana: Somebody, bo: Somebody, days: int) -> None:
    """Both check in every day but each seventh."""
    for day in range(days):
        if day % 7 != 6:
            keep(ana, bo)
        world.wait(hours=24)


def test_the_calendar_shows_each_day_and_frozen_days_too(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    lived(world, ana, bo, 40)

    days = ana.get("/v1/calendar?from=2026-11-24&to=2027-01-02")["days"]
    assert [day["date"] for day in days] == sorted(day["date"] for day in days)
    assert (days[0], days[6]) == (
        {"date": TODAY, "state": "kept"},
        {"date": "2026-11-30", "state": "reserve"},
    )
    assert len(days) == 40
    assert bo.get("/v1/calendar?from=2026-11-24&to=2027-01-02")["days"] == days


def test_a_calendar_shows_no_day_before_it_began(couple: str, ana: Somebody) -> None:
    assert [day["date"] for day in ana.get("/v1/calendar?from=2026-01-01&to=2026-11-30")["days"]] == [TODAY]


def test_too_long_a_calendar_is_refused(couple: str, ana: Somebody) -> None:
    assert refusal(ana.ask("GET", "/v1/calendar?from=2020-01-01&to=2026-01-01")) == (422, "invalid")


def test_a_day_is_explained_by_its_rule_its_boundaries_and_ones_own_entries(
    couple: str, ana: Somebody, bo: Somebody
) -> None:
    entry = ana.check_in(note="mine")
    bo.check_in(note="theirs")

    told = ana.get(f"/v1/streak/explain?day={TODAY}")
    assert (told["state"], told["rule"], told["closes_at"]) == ("kept", "3.2", "2026-11-25T08:00:00.000Z")
    assert [e["id"] for e in told["yours"]] == [entry]
    assert {b["zone"] for b in told["boundaries"]} == {"Europe/Paris", "America/New_York"}
    assert "theirs" not in str(told)


def test_a_frozen_day_is_explained_by_state_and_rule(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    lived(world, ana, bo, 20)

    told = bo.get(f"/v1/streak/explain?day={TODAY}")
    assert (told["state"], told["rule"], told["boundaries"], told["closes_at"]) == ("kept", "3.2", [], None)


def test_a_missed_day_never_tells_who(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in()
    world.wait(hours=72)

    told = ana.get(f"/v1/streak/explain?day={TODAY}")
    assert (told["state"], told["sentence"]) == (
        "not_kept",
        "Not kept: it closed without, and nothing excused or saved it.",
    )
    assert bo.get(f"/v1/streak/explain?day={TODAY}") | {"yours": []} == told | {"yours": []}


def test_moments_are_listed_the_latest_first_page_by_page(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    lived(world, ana, bo, 9)

    first = ana.get("/v1/moments?limit=3")
    rest = ana.get(f"/v1/moments?limit=50&cursor={first['next']}")
    listed = first["moments"] + rest["moments"]
    assert [m["at"] for m in listed] == sorted((m["at"] for m in listed), reverse=True)
    assert {m["kind"] for m in listed} == {
        "streak.extended",
        "streak.milestone",
        "day.at_risk",
        "week.summed",
    }
    assert listed[-1]["about"] == {"date": TODAY, "count": 1}
    assert bo.get("/v1/moments?limit=50")["moments"] == listed


def test_insights_are_joint(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in("quality_time", busy=2)
    bo.check_in()

    told = ana.get("/v1/insights")
    assert told == bo.get("/v1/insights")
    assert [(p["kind"], p["days"], p["share"]) for p in told["practices"]] == [
        ("feeling", 1, 0.5),
        ("quality_time", 1, 0.5),
    ]
    assert told["busy_days"] == 1


def test_a_broken_streak_can_be_repaired_and_the_couple_is_back(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    keep(ana, bo)
    # Two reserve days, then a miss: its close breaks the streak.
    world.wait(hours=24 * 4)
    broken = ana.get("/v1/streak")["count"]
    for somebody in (ana, bo):
        somebody.check_in("feeling")
        somebody.check_in("best_thing")

    kinds = [m["kind"] for m in ana.get("/v1/moments")["moments"]]
    assert (broken, ana.get("/v1/streak")["count"]) == (0, 3)
    assert "couple.returned" in kinds
