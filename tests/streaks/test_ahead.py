"""What is foretold of the next days is what `advance` then says, if nobody does anything."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streaks import ahead
from streaks.state import State

from shared import days
from shared.days import DAY_MS
from shared.events.couple import PactChanged, PauseOpened
from tests.diaries import Diary, begin, clock, later
from tests.oracle.chance import random_history
from tests.oracle.histories import HOUR
from tests.oracle.playing import played
from tests.people import ANA, BO, CHI, DEE, Couple

DAY_ONE = "2026-11-24"
TOGETHER = Couple("0190ad00-0000-7000-8000-0000000000ad", (CHI, DEE))


def copied(diary: Diary) -> Diary:
    """The same couple with another future."""
    twin = Diary(diary.subject)
    twin.state = msgspec.msgpack.decode(diary.packed(), type=State)
    twin.due_ms, twin.time_ms = diary.due_ms, diary.time_ms
    return twin


def agrees(diary: Diary) -> None:
    """Fails unless what is foretold now is what is then said."""
    state, told = diary.state, diary.view.ahead
    assert state is not None
    if state.ended:
        assert told is None
        return
    assert told is not None
    last = days.iso(state.open_day + ahead.DAYS - 1)
    sunday = days.iso(ahead.sunday_of(state.open_day))
    future = copied(diary)
    said = [o.event for o in future.pass_time(state.closes[-1] + (ahead.DAYS + 2) * DAY_MS)]
    found = {kind: [e.data for e in said if e.type == kind] for kind in {e.type for e in said}}

    def dates(kind: str) -> tuple[str, ...]:
        return tuple(moment.date for moment in found.get(kind, ()) if moment.date <= last)

    assert told.at_risk == dates("day.at_risk")
    assert told.reached == dates("streak.milestone")
    assert told.kept == next((week.kept for week in found.get("week.summed", ()) if week.date == sunday), 0)
    if "lapse.opened" in found:
        assert told.outgrows == found["lapse.opened"][0].outgrown


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 72))
def test_what_is_foretold_is_what_is_said_if_nobody_does_anything(seed: int, hours: int) -> None:
    history, looks = random_history(seed)
    diary = played(history.up_to(looks[-1]), looks[-1])
    agrees(diary)
    diary.pass_time(looks[-1] + hours * HOUR)
    agrees(diary)


@pytest.mark.parametrize("mode", ["daily", "two_misses", "weekly:2", "weekly:5", "weekly:7"])
@pytest.mark.parametrize("pause", [None, (1, 3), (2, None), (4, 4)])
def test_it_holds_in_every_mode_and_around_pauses(mode: str, pause: tuple[int, int | None] | None) -> None:
    diary = begin(clock(ANA, f"{DAY_ONE} 10:00"))
    diary.append(clock(ANA, f"{DAY_ONE} 10:30"), PactChanged(ANA.id, "command", mode=mode))
    if pause is not None:
        first, last = later(DAY_ONE, pause[0]), None if pause[1] is None else later(DAY_ONE, pause[1])
        diary.append(clock(ANA, f"{DAY_ONE} 10:40"), PauseOpened(ANA.id, "c2", DAY_ONE, first, last))
    for place in range(9):
        agrees(diary)
        if place not in (3, 6):
            diary.check_in(ANA, later(DAY_ONE, place), "11:00")
            agrees(diary)
            diary.check_in(BO, later(DAY_ONE, place), "11:00")
        agrees(diary)
        diary.pass_time(clock(BO, f"{later(DAY_ONE, place)} 20:00"))
        agrees(diary)


@pytest.mark.parametrize("mode", ["daily", "two_misses", "weekly:3"])
def test_it_holds_for_two_who_live_a_day_apart(mode: str) -> None:
    diary = begin(clock(CHI, f"{DAY_ONE} 10:00"), TOGETHER)
    diary.append(clock(CHI, f"{DAY_ONE} 10:30"), PactChanged(CHI.id, "command", mode=mode))
    for place in range(6):
        date = later(DAY_ONE, place)
        diary.check_in(CHI, date, "12:00")
        agrees(diary)
        diary.pass_time(clock(CHI, f"{date} 20:00"))
        agrees(diary)
        if place != 4:
            diary.check_in(DEE, date, "12:00")
            agrees(diary)


def test_after_the_last_reserve_day_nothing_is_at_risk() -> None:
    diary = begin(clock(ANA, f"{DAY_ONE} 10:00"))
    diary.check_in(ANA, DAY_ONE)
    diary.check_in(BO, DAY_ONE)
    told = diary.view.ahead

    assert told is not None
    assert told.at_risk == (later(DAY_ONE, 1), later(DAY_ONE, 2), later(DAY_ONE, 3))
    assert told.kept == 1
