"""The lapse: quality time overdue by the couple's own measure."""

from typing import Any

import pytest
from streaks import lapse

from shared import days
from shared.days import DAY_MS
from shared.events.couple import MemberLeft
from tests.diaries import Diary, begin, begin_alone, clock, kinds, later, only
from tests.people import ANA, BO

DAY_ONE = "2026-11-24"
FORMED_MS = clock(ANA, f"{DAY_ONE} 10:00")
BEGUN_MS = clock(BO, f"{DAY_ONE} 03:00")
"""When the day had begun for both: the clock counts days, and tells no hour."""
OPENS_MS = BEGUN_MS + round(10.5 * DAY_MS)


@pytest.fixture
def diary() -> Diary:
    return begin(FORMED_MS)


def quality(diary: Diary, date: str, time: str = "10:00") -> list[str]:
    return kinds(diary.check_in(ANA, date, time, kind="quality_time"))


@pytest.mark.parametrize(
    ("mean", "deviation", "agreed", "threshold"),
    [
        (3.5, 1.75, 3.5, 10.5),
        (3.5, 1.0, 3.5, 7.5),
        (1.0, 0.1, 3.5, 5.25),
        (9.0, 4.0, 3.5, 10.5),
        (1.0, 0.1, 1.0, 3.0),
    ],
)
def test_the_threshold_follows_the_couple_within_bounds(
    mean: float, deviation: float, agreed: float, threshold: float
) -> None:
    assert lapse.threshold(mean, deviation, agreed) == threshold


def test_a_gap_moves_mean_and_deviation_as_a_retransmission_timer_does(diary: Diary) -> None:
    quality(diary, later(DAY_ONE, 4))
    assert diary.state is not None
    clock_now = diary.state.lapse
    # Four days after the start: the error is half a day.
    assert (clock_now.mean, clock_now.deviation) == (3.5 + 0.5 / 8, 1.75 + (0.5 - 1.75) / 4)
    assert diary.view.lapse.threshold_days == 3.5625 + 4 * 1.4375


def test_a_long_gap_counts_as_the_threshold(diary: Diary) -> None:
    quality(diary, later(DAY_ONE, 40))
    assert diary.state is not None
    assert diary.state.lapse.mean == 3.5 + (10.5 - 3.5) / 8


def test_one_evening_told_by_both_is_one_event(diary: Diary) -> None:
    quality(diary, later(DAY_ONE, 4))
    assert diary.state is not None
    once = diary.state.lapse
    diary.check_in(BO, later(DAY_ONE, 4), "20:00", kind="safe_space")
    assert diary.state.lapse == once


def test_an_entry_dated_before_the_last_event_changes_no_average(diary: Diary) -> None:
    quality(diary, later(DAY_ONE, 4))
    assert diary.state is not None
    once = diary.state.lapse
    late_ms = clock(ANA, f"{later(DAY_ONE, 4)} 20:00")
    diary.check_in(ANA, later(DAY_ONE, 3), kind="quality_time", append_ms=late_ms)
    assert diary.state.lapse == once


@pytest.mark.parametrize("what", [{"kind": "feeling"}, {"kind": "quality_time", "visibility": "secret"}])
def test_daily_habits_and_secret_entries_do_not_feed_it(diary: Diary, what: dict[str, Any]) -> None:
    diary.check_in(ANA, later(DAY_ONE, 4), **what)
    assert diary.view.lapse.last_ms == BEGUN_MS


def test_a_couple_drifts_at_three_quarters_of_the_threshold(diary: Diary) -> None:
    view = diary.view.lapse
    assert (view.agreed_days, view.drifting_ms, view.lapsed_ms) == (
        3.5,
        BEGUN_MS + round(0.75 * 10.5 * DAY_MS),
        OPENS_MS,
    )


def test_a_lapse_opens_at_the_threshold_once(diary: Diary) -> None:
    assert kinds(diary.pass_time(OPENS_MS - 1)) == []
    (opened,) = diary.pass_time(OPENS_MS)
    moment = only([opened], "lapse.opened")
    assert (opened.due_ms, moment.since_ms) == (OPENS_MS, OPENS_MS)
    assert (moment.agreed_days, moment.threshold_days, moment.expires_ms) == (3.5, 10.5, OPENS_MS + DAY_MS)
    assert "lapse.opened" not in kinds(diary.pass_time(OPENS_MS + 60 * DAY_MS))


def test_quality_time_closes_a_lapse_with_its_length_from_the_crossing(diary: Diary) -> None:
    back = days.iso(days.local_date(ANA.member.spans, OPENS_MS + 2 * DAY_MS))
    outputs = diary.check_in(ANA, back, "22:00", kind="safe_space")
    assert kinds(outputs) == ["lapse.opened", "lapse.closed"]
    moment = only(outputs, "lapse.closed")
    assert (moment.since_ms, moment.length_days) == (OPENS_MS, 1.5)


def test_quality_time_before_the_threshold_closes_nothing(diary: Diary) -> None:
    assert quality(diary, later(DAY_ONE, 4)) == []


def test_each_lapse_has_an_id_of_its_own(diary: Diary) -> None:
    quality(diary, later(DAY_ONE, 20))
    diary.pass_time(FORMED_MS + 60 * DAY_MS)
    ids = [output.event.id for output in diary.outputs if output.event.type == "lapse.opened"]
    assert len(ids) == len(set(ids)) == 2


def test_a_person_alone_has_a_lapse_clock_too() -> None:
    diary = begin_alone(ANA, FORMED_MS)
    assert "lapse.opened" in kinds(diary.pass_time(OPENS_MS))


def test_open_lapses_are_counted(diary: Diary) -> None:
    diary.pass_time(OPENS_MS)
    opened = diary.tally["lapses_open"]
    quality(diary, later(DAY_ONE, 12))

    assert (opened, diary.tally["lapses_open"]) == (1, 0)


def test_the_lapse_of_a_couple_that_has_ended_is_counted_no_more(diary: Diary) -> None:
    diary.pass_time(OPENS_MS)
    # While one remains it is counted on, as in a pause: whoever reads metrics learns of no leave.
    diary.append(OPENS_MS + DAY_MS, MemberLeft(ANA.id, later(DAY_ONE, 9)))
    assert diary.tally["lapses_open"] == 1
    diary.append(OPENS_MS + DAY_MS, MemberLeft(BO.id, later(DAY_ONE, 9)))

    assert diary.tally["lapses_open"] == 0
