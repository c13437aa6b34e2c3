"""Why a day is what it is, over HTTP: one day of each sort, with its rule and its boundaries."""

from typing import Any

import pytest

from tests.flow.world import Somebody, World
from tests.people import ANA, BO

DAY_ONE, SECOND, FOURTH = "2026-11-24", "2026-11-25", "2026-11-27"


def explained(somebody: Somebody, day: str) -> Any:
    return somebody.get(f"/v1/streak/explain?day={day}")


def of_each_zone(told: Any) -> dict[str, tuple[str, str]]:
    return {b["zone"]: (b["starts_at"][:16], b["ends_at"][:16]) for b in told["boundaries"]}


def keep(ana: Somebody, bo: Somebody, **when: str) -> None:
    for somebody in (ana, bo):
        somebody.check_in(**when)


def test_a_kept_day_has_its_boundaries_in_both_zones(couple: str, ana: Somebody, bo: Somebody) -> None:
    keep(ana, bo)

    told = explained(ana, DAY_ONE)
    assert (told["state"], told["rule"]) == ("kept", "3.2")
    assert of_each_zone(told) == {
        "Europe/Paris": ("2026-11-24T02:00", "2026-11-25T02:00"),
        "America/New_York": ("2026-11-24T08:00", "2026-11-25T08:00"),
    }


def test_a_reserve_day_is_kept_when_it_is_corrected(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    keep(ana, bo)
    world.wait(hours=48)
    before = explained(bo, SECOND)
    keep(ana, bo, day=SECOND)

    after = explained(bo, SECOND)
    assert (before["state"], before["rule"], len(before["yours"])) == ("reserve", "3.3", 0)
    assert "saved by the reserve" in before["sentence"]
    assert (after["state"], after["rule"], len(after["yours"])) == ("kept", "3.2", 1)


def test_a_repaired_day_says_that_it_was_made_good_for(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    keep(ana, bo)
    world.wait(hours=24 * 4)
    for somebody in (ana, bo):
        somebody.check_in("feeling")
        somebody.check_in("best_thing")

    told = explained(ana, FOURTH)
    assert (told["state"], told["rule"]) == ("repaired", "3.5")
    assert "made good for within 48 hours" in told["sentence"]


def test_a_date_that_travel_skipped_begins_and_ends_in_one_instant(world: World) -> None:
    ana = world.register(ANA._replace(zone="Pacific/Kiritimati"))
    bo = world.register(BO._replace(zone="Pacific/Pago_Pago"))
    world.pair(ana, bo)
    world.wait(hours=24)
    bo.ok("PATCH", "/v1/people/me", {"zone": "Pacific/Kiritimati"})
    world.wait(hours=72)

    told = explained(ana, SECOND)
    assert (told["state"], told["rule"]) == ("excused", "3.9")
    assert ("2026-11-25T14:00", "2026-11-25T14:00") in of_each_zone(told).values()


def test_a_day_on_which_the_clocks_change_is_an_hour_shorter(
    world: World, couple: str, ana: Somebody
) -> None:
    world.wait(hours=24 * 111)

    told = explained(ana, "2027-03-13")
    assert told["closes_at"] == "2027-03-14T07:00:00.000Z"
    assert of_each_zone(told)["America/New_York"] == ("2027-03-13T08:00", "2027-03-14T07:00")


@pytest.mark.parametrize("path", ["/v1/streak/explain?day=", "/v1/calendar?to=", "/v1/check-ins?to="])
def test_the_last_date_of_all_is_no_fault(ana: Somebody, path: str) -> None:
    assert ana.ask("GET", f"{path}9999-12-31").status_code == 422
    assert ana.ask("GET", f"{path}9998-12-31").status_code == 200
