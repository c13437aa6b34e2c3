"""What the words of the rules decide where there seemed to be more than one reading."""

import pytest

from shared import days
from shared.events.couple import PactChanged, PauseOpened
from tests.diaries import HOUR_MS, Diary, begin, clock, kinds, later, only
from tests.people import ANA, BO, Person

DAY_ONE = "2026-11-24"
MILESTONES = [7, 30, 100, 365, 730]


@pytest.fixture
def diary() -> Diary:
    return begin(clock(ANA, f"{DAY_ONE} 10:00"))


def keep(diary: Diary, first: int, end: int) -> None:
    for place in range(first, end):
        for person in (ANA, BO):
            diary.check_in(person, later(DAY_ONE, place))


def pause(diary: Diary, person: Person, today: str, first: str, last: str | None) -> None:
    diary.append(clock(person, f"{today} 12:30"), PauseOpened(person.id, "command", today, first, last))


def closed(place: int) -> int:
    """When a day has ended for both."""
    return clock(BO, f"{later(DAY_ONE, place + 1)} 03:00")


# --- milestones ---------------------------------------------------------------------------------------


def test_milestones_are_7_30_100_and_then_each_365(diary: Diary) -> None:
    keep(diary, 0, 735)
    told = [o.event.data for o in diary.outputs if o.event.type == "streak.milestone"]
    assert [moment.count for moment in told] == MILESTONES
    assert [moment.date for moment in told] == [later(DAY_ONE, count - 1) for count in MILESTONES]


def test_a_milestone_that_a_correction_jumps_over_is_not_told(diary: Diary) -> None:
    """A late fact gives one `streak.corrected`, never a replay of history."""
    keep(diary, 0, 3)
    diary.check_in(ANA, later(DAY_ONE, 3))
    diary.pass_time(closed(3))
    keep(diary, 4, 7)
    outputs = diary.check_in(BO, later(DAY_ONE, 3), append_ms=clock(BO, f"{later(DAY_ONE, 6)} 13:00"))
    assert kinds(outputs) == ["streak.corrected"]
    keep(diary, 7, 8)
    assert diary.view.count == 8
    assert "streak.milestone" not in kinds(diary.outputs)


def test_a_streak_that_is_reached_again_after_a_break_is_a_milestone_again(diary: Diary) -> None:
    keep(diary, 0, 7)
    diary.pass_time(closed(9))
    assert diary.view.count == 0
    keep(diary, 10, 17)
    assert [o.event.data.count for o in diary.outputs if o.event.type == "streak.milestone"] == [7, 7]


# --- the last seconds of a day ------------------------------------------------------------------------


def test_a_day_that_is_kept_before_the_one_before_is_judged_counts_at_once_and_alone_after(
    diary: Diary,
) -> None:
    """Time is read up to a few seconds ago: the day before may yet be kept until then."""
    keep(diary, 0, 1)
    diary.pass_time(closed(2))
    for person in (ANA, BO):
        diary.check_in(person, later(DAY_ONE, 4), append_ms=closed(3) + 1000)
    diary.pass_time(closed(3) + HOUR_MS)
    told = [(o.event.type, o.event.data.count) for o in diary.outputs if o.event.type.startswith("streak")]
    assert told == [("streak.extended", 1), ("streak.extended", 2), ("streak.broken", 1)]
    assert diary.view.count == 1


# --- strength -----------------------------------------------------------------------------------------


def test_a_day_has_its_worth_for_each_kind_when_it_has_closed(diary: Diary) -> None:
    """A kept day counts at once for the couple; that a kind was left out is known only at the close."""
    keep(diary, 0, 2)
    diary.pass_time(closed(1))
    before = diary.view
    for person in (ANA, BO):
        diary.check_in(person, later(DAY_ONE, 2), kind="vulnerability")
    assert diary.view.strength > before.strength
    assert {kind: value for kind, value in diary.view.kinds.items() if value} == before.kinds
    diary.pass_time(closed(2))
    assert diary.view.kinds["vulnerability"] > 0


# --- the lapse ----------------------------------------------------------------------------------------


def test_a_lapse_that_a_new_cadence_takes_back_still_counts_as_one_of_three(diary: Diary) -> None:
    """It opened, and was told: what is told is not untold."""
    until(diary, 12)
    agree(diary, 12, 14.0)
    assert diary.view.lapse.lapsed_ms is not None
    assert diary.view.lapse.lapsed_ms > diary.time_ms
    quality(diary, 13)
    agree(diary, 13, 3.5)
    until(diary, 25)
    quality(diary, 25)
    until(diary, 37)
    lapses = [kind for kind in kinds(diary.outputs) if kind.startswith(("lapse", "pact.outgrown"))]
    assert lapses == ["lapse.opened", "lapse.opened", "lapse.closed", "lapse.opened", "pact.outgrown"]


def until(diary: Diary, place: int) -> None:
    diary.pass_time(clock(ANA, f"{later(DAY_ONE, place)} 12:00"))


def agree(diary: Diary, place: int, agreed_days: float) -> None:
    wish = PactChanged(ANA.id, "command", agreed_days=agreed_days)
    diary.append(clock(ANA, f"{later(DAY_ONE, place)} 14:00"), wish)


def quality(diary: Diary, place: int) -> None:
    diary.check_in(ANA, later(DAY_ONE, place), "13:00", kind="quality_time")


def test_a_pause_stops_the_clock_of_quality_time(diary: Diary) -> None:
    before_ms = diary.view.lapse.lapsed_ms
    pause(diary, ANA, DAY_ONE, later(DAY_ONE, 2), later(DAY_ONE, 5))
    assert before_ms is not None
    assert diary.view.lapse.lapsed_ms == before_ms + 4 * days.DAY_MS


# --- at risk ------------------------------------------------------------------------------------------


def test_a_week_whose_rest_is_paused_is_not_at_risk_while_those_days_could_fill_it() -> None:
    """A day kept inside a pause counts, so the streak does not stand on this day alone."""
    diary = begin(clock(ANA, "2026-11-16 10:00"))
    diary.append(clock(ANA, "2026-11-16 10:30"), PactChanged(ANA.id, "command", mode="weekly:3"))
    for date in ("2026-11-16", "2026-11-17", "2026-11-18", "2026-11-23", "2026-11-24"):
        for person in (ANA, BO):
            diary.check_in(person, date)
    pause(diary, ANA, "2026-11-25", "2026-11-27", "2026-11-29")
    assert "day.at_risk" not in kinds(diary.pass_time(clock(BO, "2026-11-27 02:00")))
    for person in (ANA, BO):
        diary.check_in(person, "2026-11-28")
    assert only(diary.outputs[-1:], "streak.extended").count == 2
