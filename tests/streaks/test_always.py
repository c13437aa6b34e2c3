"""For random lives of two people: what holds at every moment of them."""

from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from streaks import calendar, modes
from streaks.state import Frozen

from shared import days
from tests.diaries import Diary
from tests.oracle.couple_days import closes, mode_of
from tests.oracle.histories import DAY, HOUR, LATE, Entry, History, Mode, Undo
from tests.oracle.playing import begun, played, tell
from tests.streaks.test_invariances import answers, end_of, lives

sometimes = settings(max_examples=60, deadline=None)
all_modes = st.sampled_from(["daily", "two_misses", *[f"weekly:{n}" for n in range(1, 8)]])
TOLD = {"streak.extended": 1, "streak.corrected": 1, "couple.returned": 1, "streak.broken": 0}


@sometimes
@given(lives)
def test_no_day_is_judged_before_it_has_ended_for_both(history: History) -> None:
    diary, ends = begun(history), closes(history, end_of(history))
    first = min(ends)
    for fact in history.facts:
        tell(diary, history, fact)
        for place, letter in enumerate(diary.letters()):
            assert letter in "oke" or ends[first + place] <= diary.time_ms


@sometimes
@given(lives)
def test_only_kept_and_repaired_days_are_counted(history: History) -> None:
    diary = played(history, end_of(history))
    view, first = diary.view, days.ordinal(diary.view.frozen_from)
    counted = [first + place for place, letter in enumerate(diary.letters()) if letter in "kR"]
    if view.unit == "week":
        counted = list({day - (day - 1) % 7 for day in counted})
    assert view.count <= view.longest <= len(counted)


@given(all_modes.filter(lambda mode: "weekly" not in mode), st.text("kermR"), st.sampled_from("er"))
def test_a_reserve_or_an_excused_day_never_raises_the_count(mode: str, letters: str, letter: str) -> None:
    frozen = Frozen(start=738_000, edge=738_000)
    before = modes.total(mode, frozen, letters, len(letters))
    assert modes.total(mode, frozen, letters + letter, len(letters) + 1) == before


@sometimes
@given(lives, all_modes)
def test_freezing_changes_no_answer(history: History, mode: str) -> None:
    facts = [
        fact for fact in history.facts if not isinstance(fact, Mode) and fact.at < history.formed + 40 * DAY
    ]
    history = history._replace(facts=(Mode(history.formed + 1, 0, mode), *facts))
    now = end_of(history)
    frozen = played(history, now)
    with patch.object(calendar, "FREEZE_MS", 400 * DAY):
        unfrozen = played(history, now)
    for diary in (frozen, unfrozen):
        diary.outputs = [output for output in diary.outputs if not output.event.type.startswith("lapse")]
    assert unfrozen.state is not None
    assert unfrozen.state.frozen.bits == b""
    of_both = [(d.letters(), d.view.count, d.view.longest, d.view.reserve_left) for d in (frozen, unfrozen)]
    assert of_both[0] == of_both[1]
    assert frozen.outputs == unfrozen.outputs
    assert abs(frozen.view.strength - unfrozen.view.strength) < 1e-9


@sometimes
@given(lives, all_modes, st.integers(0, 12 * 24))
def test_a_change_of_mode_and_back_leaves_the_calendar_as_it_was(
    history: History, other: str, wait_h: int
) -> None:
    now = end_of(history) + wait_h * HOUR
    diary = played(history, now)
    before, shown = answers(diary), dict(diary.shown)
    for mode in (other, mode_of(history)):
        tell(diary, history, Mode(now, 0, mode))
    assert answers(diary) == before
    assert diary.shown == shown


@sometimes
@given(lives)
def test_the_last_streak_that_was_told_is_the_one_that_is_shown(history: History) -> None:
    # In the few seconds in which a day has ended but is not judged yet, the next may be told before it.
    ends = closes(history, end_of(history)).values()
    unsettled = [fact for fact in history.facts if any(end <= fact.at < end + LATE for end in ends)]
    facts = tuple(
        fact for fact in history.facts if fact not in unsettled or not isinstance(fact, Entry | Undo)
    )
    diary = begun(history)
    for fact in facts:
        tell(diary, history._replace(facts=facts), fact)
        assert diary.view.count == _last_told(diary)
    diary.pass_time(end_of(history))
    assert diary.view.count == _last_told(diary)


def _last_told(diary: Diary) -> int:
    told = [o.event.data.count * TOLD[o.event.type] for o in diary.outputs if o.event.type in TOLD]
    return told[-1] if told else 0
