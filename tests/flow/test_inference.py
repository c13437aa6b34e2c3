"""What a curious partner could work out: the hour of an entry, who missed a day, the order of things."""

import base64
from typing import Any

from tests.flow.partners import Pair, others, told_to, uuid7
from tests.flow.world import Somebody, World, body_of
from tests.streams import HOUR_MS, NOON_MS

LATER = ("/v1/check-ins", "/v1/streak", "/v1/lapse", "/v1/nudges")


def told_after_an_entry_at(hour: int, kind: str) -> list[Any]:
    """What Bo can read over the days after Ana's entry, so many hours into a day."""
    pair = Pair()
    told = []
    for _ in range(2):
        pair.bo.check_in()
        pair.world.wait(hours=hour)
        pair.ana.check_in(kind, visibility="sealed")
        pair.world.wait(hours=24 - hour)
        told.append(told_to(pair.bo, LATER))
    return told


def test_the_hour_of_an_entry_cannot_be_told_afterwards() -> None:
    assert told_after_an_entry_at(1, "feeling") == told_after_an_entry_at(6, "feeling")


def test_the_hour_of_quality_time_cannot_be_told_afterwards() -> None:
    assert told_after_an_entry_at(1, "quality_time") == told_after_an_entry_at(6, "quality_time")


def test_the_lapse_does_not_show_the_instant_of_the_partners_entry(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    world.wait(hours=1.23)
    entry = ana.check_in("quality_time", visibility="sealed")

    assert bo.get("/v1/lapse")["since"] != ana.get(f"/v1/check-ins/{entry}")["at"]


def test_a_broken_streak_does_not_say_whose_day_was_missed() -> None:
    def told_when_only(who: int) -> list[Any]:
        pair = Pair()
        both = (pair.ana, pair.bo)
        for somebody in both:
            somebody.check_in()
        for _ in range(6):
            pair.world.wait(hours=24)
            both[who].check_in()
        pair.world.wait(hours=24)
        return [told_to(somebody, ("/v1/streak", "/v1/moments")) for somebody in both]

    assert told_when_only(0) == told_when_only(1)


def test_a_forged_cursor_does_not_tell_when_the_partner_checked_in(
    couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.check_in(id=uuid7(NOON_MS - HOUR_MS))
    bo.check_in(day="yesterday")

    assert stands_before(bo, ana, NOON_MS) == stands_before(bo, ana, NOON_MS - 2 * HOUR_MS)


def stands_before(somebody: Somebody, partner: Somebody, at_ms: int) -> bool:
    """Whether the partner's entry was made before this instant, by nothing but somebody's own requests."""
    probe = somebody.check_in(id=uuid7(at_ms), visibility="secret")
    mask = base64.urlsafe_b64decode(_cursor_after(somebody, probe)).decode().rpartition("/")[2]
    forged = base64.urlsafe_b64encode(f"2026-11-24/{partner.id}/{mask}".encode()).decode()
    answer = somebody.ask("GET", f"/v1/check-ins?author={partner.id}&cursor={forged}")
    return answer.status_code == 200 and bool(body_of(answer)["check_ins"])


def _cursor_after(somebody: Somebody, entry: str) -> str:
    """The cursor of the page of one that holds this entry."""
    mine = f"/v1/check-ins?limit=1&author={somebody.id}"
    page = somebody.get(mine)
    while page["check_ins"][0]["id"] != entry:
        page = somebody.get(f"{mine}&cursor={page['next']}")
    return str(page["next"])


def test_the_order_within_a_day_is_not_the_order_in_time(couple: str, ana: Somebody, bo: Somebody) -> None:
    for n in range(6):
        ana.check_in(id=uuid7(NOON_MS - n * HOUR_MS), note=str(n), visibility="shared")

    listed = [entry["note"] for entry in others(bo)]
    assert listed not in (sorted(listed), sorted(listed, reverse=True))
