"""What the seconds after a close, the hours between two zones and a pause put in between must not change."""

import pytest

from shared import days
from shared.events.couple import PactChanged, PauseOpened
from shared.events.person import PersonChanged
from tests.diaries import HOUR_MS, Diary, begin, clock, kinds, later, only
from tests.people import ANA, BO, CHI, CHI_AND_DEE, DEE, Person

DAY_ONE = "2026-11-24"
SECOND, THIRD, FOURTH, FIFTH = [later(DAY_ONE, i) for i in range(1, 5)]
CLOSED_MS = clock(BO, f"{FIFTH} 03:00")
"""When the fourth day has ended for Ana and for Bo."""


@pytest.fixture
def diary() -> Diary:
    return begin(clock(ANA, f"{DAY_ONE} 10:00"))


def keep(diary: Diary, *dates: str) -> None:
    for date in dates:
        diary.check_in(ANA, date)
        diary.check_in(BO, date)


def agree(diary: Diary, person: Person, at: str, mode: str) -> None:
    diary.append(clock(person, at), PactChanged(person.id, "command", mode=mode))


def pause(diary: Diary, person: Person, at: str, first: str, last: str | None) -> None:
    today = days.iso(days.local_date(person.member.spans, clock(person, at)))
    diary.append(clock(person, at), PauseOpened(person.id, "command", today, first, last))


def test_another_pause_does_not_end_one_that_still_covers_the_other_members_today(diary: Diary) -> None:
    pause(diary, ANA, f"{DAY_ONE} 11:00", DAY_ONE, DAY_ONE)
    # The 25th for Ana, still the 24th for Bo.
    pause(diary, ANA, f"{SECOND} 04:00", FOURTH, None)
    diary.pass_time(clock(BO, f"{SECOND} 03:00"))
    assert diary.states()[DAY_ONE] == "excused"


def test_a_pause_that_is_over_for_one_member_has_stopped_the_clock(diary: Diary) -> None:
    before_ms = diary.view.lapse.lapsed_ms
    pause(diary, ANA, f"{DAY_ONE} 11:00", DAY_ONE, DAY_ONE)
    pause(diary, ANA, f"{SECOND} 04:00", later(DAY_ONE, 40), later(DAY_ONE, 40))
    pause(diary, BO, f"{DAY_ONE} 22:30", later(DAY_ONE, 50), later(DAY_ONE, 50))
    assert before_ms is not None
    assert diary.view.lapse.lapsed_ms == before_ms + days.DAY_MS


@pytest.mark.parametrize("after_ms", [0, 1, 4_999, 5_000, 48 * HOUR_MS])
def test_a_repair_may_begin_with_the_close_and_last_for_48_hours(diary: Diary, after_ms: int) -> None:
    keep(diary, DAY_ONE)
    diary.pass_time(CLOSED_MS - 5_000)
    for person in (ANA, BO):
        for kind in ("feeling", "best_thing"):
            diary.check_in(person, FIFTH, kind=kind, append_ms=CLOSED_MS + after_ms)
    diary.pass_time(CLOSED_MS + 49 * HOUR_MS)
    assert diary.states()[FOURTH] == "repaired"


def test_what_is_dated_within_the_48_hours_but_accepted_after_them_repairs_nothing(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    diary.pass_time(CLOSED_MS)
    for person in (ANA, BO):
        for kind in ("feeling", "best_thing"):
            diary.check_in(person, FIFTH, kind=kind, append_ms=CLOSED_MS + 49 * HOUR_MS)
    assert (diary.states()[FOURTH], diary.states()[FIFTH]) == ("not_kept", "kept")


def test_each_practice_of_the_couples_own_is_a_kind(diary: Diary) -> None:
    keep(diary, DAY_ONE)
    diary.pass_time(CLOSED_MS)
    for person in (ANA, BO):
        for kind in ("tango", "gnato"):
            diary.check_in(person, FIFTH, kind=kind)
    assert diary.states()[FOURTH] == "repaired"


def test_a_lapse_keeps_the_instant_of_its_crossing_when_a_member_moves(diary: Diary) -> None:
    opened = only(diary.pass_time(clock(ANA, f"{later(DAY_ONE, 20)} 12:00")), "lapse.opened")
    for place, zone in ((30, "Asia/Tokyo"), (60, "Pacific/Honolulu")):
        at_ms = clock(BO, f"{later(DAY_ONE, place)} 12:00")
        move = PersonChanged(zone=zone, person=BO.id, from_ms=at_ms + 15 * HOUR_MS)
        diary.append(at_ms, move, sender=BO.subject, sequence=place)
    assert diary.view.lapse.lapsed_ms == opened.since_ms


def test_a_lapse_stays_open_when_a_pause_begins_on_the_day_of_its_crossing(diary: Diary) -> None:
    opened = only(diary.pass_time(clock(ANA, f"{later(DAY_ONE, 11)} 12:00")), "lapse.opened")
    crossed = days.iso(days.local_date(ANA.member.spans, opened.since_ms))
    pause(diary, ANA, f"{crossed} 23:30", crossed, later(crossed, 3))
    assert diary.view.lapse.lapsed_ms == opened.since_ms


def test_a_week_that_an_excused_day_completes_is_told() -> None:
    diary = begin(clock(ANA, "2026-11-23 10:00"))
    agree(diary, ANA, "2026-11-23 10:30", "weekly:5")
    keep(diary, *[later("2026-11-23", place) for place in range(4)])
    pause(diary, ANA, "2026-11-27 10:00", "2026-11-27", "2026-11-29")
    outputs = diary.pass_time(clock(BO, "2026-11-30 03:00"))
    assert diary.view.count == 1
    assert only(outputs, "streak.extended").count == 1


def test_a_day_that_is_still_open_may_yet_fill_the_week() -> None:
    diary = begin(clock(CHI, "2026-11-16 12:00"), CHI_AND_DEE)
    agree(diary, CHI, "2026-11-16 13:00", "weekly:4")
    for date in [later("2026-11-16", place) for place in (0, 1, 2, 3, 7)]:
        diary.check_in(DEE, date, "12:00")
        diary.check_in(CHI, date, append_ms=clock(DEE, f"{date} 12:30"))
    assert diary.view.count == 1
    # Half past seven on Friday in Auckland is Thursday evening in Honolulu: Thursday to Sunday are to come.
    diary.pass_time(clock(DEE, "2026-11-26 00:30"))
    assert "day.at_risk" not in kinds(diary.pass_time(clock(CHI, "2026-11-27 19:30")))
