"""For random lives of two people: what must not matter does not, and what must hold always does.

Each life is made by its seed: `tests/oracle/chance.py`. A failing one can be made smaller with
`tests/oracle/shrinking.py`.
"""

from bisect import bisect_right
from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from streaks import calendar

from shared import days
from shared.events.values import KINDS
from tests.diaries import Diary
from tests.oracle.chance import random_history
from tests.oracle.couple_days import closes
from tests.oracle.histories import DAY, HOUR, LATE, Entry, Fact, History, Undo
from tests.oracle.playing import begun, played, tell

lives = st.integers(0, 10**9).map(lambda seed: random_history(seed)[0])
pairs = lives.filter(lambda history: len(history.zones) == 2)
sometimes = settings(max_examples=60, deadline=None)
OF_A_CLOSED_DAY = (
    "streak.extended",
    "streak.broken",
    "streak.corrected",
    "couple.returned",
    "streak.milestone",
)


def end_of(history: History) -> int:
    return max([history.formed, *[fact.at for fact in history.facts]]) + 3 * DAY


def mapped(history: History, change: Callable[[Fact], Fact]) -> History:
    """The history with other facts, in order of time."""

    def changed(fact: Fact) -> Fact:
        if isinstance(fact, Undo):
            entry = change(fact.entry)
            assert isinstance(entry, Entry)
            fact = fact._replace(entry=entry)
        return change(fact)

    facts = sorted(map(changed, history.facts), key=lambda fact: fact.at)
    return history._replace(facts=tuple(facts))


def without_undos(history: History) -> History:
    """The same life in which nobody takes anything back."""
    return history._replace(facts=tuple(fact for fact in history.facts if not isinstance(fact, Undo)))


def plain(fact: Fact) -> Fact:
    """An entry that can neither repair nor feed the clock of quality time."""
    return fact._replace(kind="feeling") if isinstance(fact, Entry) else fact


def moments(diary: Diary, *kinds: str) -> list[tuple[str, int | None, dict[str, Any]]]:
    """What was said, without who."""
    found = []
    for output in diary.outputs:
        data = output.event.data
        told = {name: getattr(data, name) for name in data.__struct_fields__ if name != "members"}
        if not kinds or output.event.type in kinds:
            found.append((output.event.type, output.due_ms, told))
    return found


def answers(diary: Diary) -> tuple[Any, ...]:
    """What the surfaces that add up show, without who."""
    view = diary.view
    shown = [(day.date, day.state, day.closes_ms, day.reason) for day in view.days]
    sums = (view.count, view.longest, view.reserve_left, view.strength, view.kinds, view.kind_days)
    return diary.letters(), shown, sums, view.lapse


# --- what must not matter -----------------------------------------------------------------------------


@sometimes
@given(lives, st.randoms(use_true_random=False))
def test_between_two_closes_the_order_of_entries_does_not_matter(history: History, chance: Random) -> None:
    history = mapped(without_undos(history), _without_quality)
    usual = played(history, end_of(history))
    mixed = played(history._replace(facts=tuple(_mixed(history, chance))), end_of(history))
    assert answers(mixed) == answers(usual)
    assert _without_order(mixed) == _without_order(usual)


def _without_order(diary: Diary) -> bytes:
    """The state's bytes but for what is written in the order of arrival: digests, and offers to repair.

    Of offers the first two kinds are kept, and none to a day that is kept already, unless it ends a week.
    """
    state = diary.state
    assert state is not None
    kept = calendar.kept_days(state)
    state.seen = {}
    state.repairs = {
        missed: {
            day: tuple(k if len(k) < 2 else ("any", "two") for k in kinds) for day, kinds in days_.items()
        }
        for missed, days_ in state.repairs.items()
        if missed % 7 == 0 or not kept & calendar.bit_of(state, missed)
    }
    return diary.packed()


def _without_quality(fact: Fact) -> Fact:
    return plain(fact) if isinstance(fact, Entry) and fact.kind in ("quality_time", "safe_space") else fact


def _mixed(history: History, chance: Random) -> list[Fact]:
    ends = list(closes(history, end_of(history)).values())
    bounds = sorted(bound for end in ends for bound in (end, end + LATE, end + 48 * HOUR + 1))
    groups: list[list[Fact]] = [[]]
    for before, fact in zip((None, *history.facts), history.facts, strict=False):
        alike = isinstance(fact, Entry) and isinstance(before, Entry)
        if not (alike and before and bisect_right(bounds, before.at) == bisect_right(bounds, fact.at)):
            groups.append([])
        groups[-1].append(fact)
    mixed: list[Fact] = []
    for group in groups:
        others = chance.sample(group, len(group))
        mixed += [fact._replace(at=place.at) for place, fact in zip(group, others, strict=True)]
    return mixed


@sometimes
@given(lives, st.integers(1, 3 * 24))
def test_records_that_come_again_change_no_byte(history: History, hours: int) -> None:
    once, again = begun(history), begun(history)
    for fact in history.facts:
        tell(once, history, fact)
    repeats = [record._replace(append_ms=record.append_ms + hours * HOUR) for record in once.records]
    entries = [record for record in repeats if record.event.type == "checkin.recorded"]
    twice = [record for record in once.records[1:] for _ in range(2)]
    for record in sorted([*twice, *entries], key=lambda record: record.append_ms):
        again.add(record)
    later = end_of(history) + 3 * DAY
    once.pass_time(later)
    again.pass_time(later)
    assert (again.packed(), again.outputs, again.shown) == (once.packed(), once.outputs, once.shown)


@sometimes
@given(lives, st.sets(st.integers(0, 300)), st.lists(st.floats(0, 1), max_size=10))
def test_a_replay_with_any_cuts_and_any_steps_of_time_gives_equal_bytes(
    history: History, restarts: set[int], steps: list[float]
) -> None:
    whole = played(history, end_of(history))
    cut = Diary(whole.subject)
    last = history.formed - LATE
    for record in whole.records:
        for step in sorted(steps):
            cut.pass_time(last + round(step * (record.append_ms - LATE - last)))
        last = max(last, record.append_ms - LATE)
        cut.add(record)
        if record.offset in restarts:
            cut.reload()
    cut.pass_time(end_of(history))
    assert (cut.packed(), cut.outputs, cut.shown, cut.due_ms) == (
        whole.packed(),
        whole.outputs,
        whole.shown,
        whole.due_ms,
    )


@sometimes
@given(lives, st.integers(0, 10**6), st.floats(0, 1))
def test_a_late_entry_gives_the_same_whenever_in_its_window_it_arrives(
    history: History, place: int, when: float
) -> None:
    history = mapped(without_undos(history), plain)
    entries = [fact for fact in history.facts if isinstance(fact, Entry)]
    if not entries:
        return
    entry = entries[place % len(entries)]
    spans = history.timelines()[0][1][entry.author]
    start, end = days.start_of(spans, entry.date), days.end_of(spans, entry.date + 2)
    at = max(history.formed + 1, start + round(when * (end - 1 - start)))
    moved = mapped(history, lambda fact: fact._replace(at=at) if fact is entry else fact)
    now = max(end_of(history), end_of(moved))
    assert answers(played(moved, now)) == answers(played(history, now))


@sometimes
@given(pairs)
def test_the_order_of_the_two_members_shows_nowhere(history: History) -> None:
    swapped = mapped(history, lambda fact: fact._replace(author=1 - fact.author))
    swapped = swapped._replace(zones=history.zones[::-1])
    one, other = (played(each, end_of(history)) for each in (history, swapped))
    assert answers(other) == answers(one)
    told = (*OF_A_CLOSED_DAY, "lapse.opened", "lapse.closed", "pact.outgrown", "pact.renewed")
    assert moments(other, *told) == moments(one, *told)


@sometimes
@given(pairs, st.sets(st.integers(0, 60), min_size=1))
def test_of_a_day_that_one_of_them_kept_nothing_tells_which(history: History, lonely: set[int]) -> None:
    history = mapped(history, plain)
    dates = sorted({fact.date for fact in history.facts if isinstance(fact, Entry)})
    missed = {dates[place] for place in lonely if place < len(dates)}

    def without(author: int) -> Diary:
        left = [
            fact
            for fact in history.facts
            if not (isinstance(fact, Entry) and fact.date in missed and fact.author == author)
        ]
        return played(history._replace(facts=tuple(left)), end_of(history))

    one, other = without(0), without(1)
    assert other.letters() == one.letters()
    assert moments(other, *OF_A_CLOSED_DAY) == moments(one, *OF_A_CLOSED_DAY)
    assert (other.view.count, other.view.longest) == (one.view.count, one.view.longest)


@sometimes
@given(lives, st.lists(st.tuples(st.floats(0, 1), st.sampled_from(KINDS)), min_size=1, max_size=8))
def test_a_secret_entry_changes_nothing_at_all(history: History, secrets: list[tuple[float, str]]) -> None:
    end = end_of(history)
    spans = history.first_timelines()[0]
    instants = [(round(history.formed + share * (end - history.formed)), kind) for share, kind in secrets]
    more = [Entry(at, 0, days.local_date(spans, at), kind, secret=True) for at, kind in instants]
    without = [fact for fact in history.facts if not (isinstance(fact, Entry) and fact.secret)]
    told = sorted([*without, *more], key=lambda fact: fact.at)
    silent, secretive = (played(history._replace(facts=tuple(facts)), end) for facts in (without, told))
    assert (secretive.packed(), secretive.outputs, secretive.shown) == (
        silent.packed(),
        silent.outputs,
        silent.shown,
    )
