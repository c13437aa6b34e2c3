"""For random couples: an oracle of plain sets agrees, and order, repeats, cuts and restarts do not matter."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st
from streaks import calendar

from shared import days
from shared.events.person import PersonChanged
from tests.diaries import HOUR_MS, Diary, begin
from tests.people import ANA_AND_BO, Couple, Person

FIRST = days.ordinal("2026-03-20")
LENGTH = 25
ZONES = [
    "Europe/Paris",
    "America/New_York",
    "Pacific/Auckland",
    "Pacific/Honolulu",
    "Africa/Cairo",
    "Antarctica/Troll",
    "Australia/Lord_Howe",
]


class Entry(NamedTuple):
    """A check-in for the date `day` days after the first, appended `hour + late_h` hours into it."""

    author: int
    day: int
    hour: int
    late_h: int


class Move(NamedTuple):
    """The author moves to a zone; the couple hears of it so many hours into the day."""

    author: int
    day: int
    hour: int
    zone: str


Journal = list[Entry] | list[Entry | Move]


def people(zones: tuple[str, str], day_starts: tuple[int, int]) -> Couple:
    ana, bo = ANA_AND_BO.members
    return Couple(
        ANA_AND_BO.id,
        (
            ana._replace(zone=zones[0], day_start=day_starts[0]),
            bo._replace(zone=zones[1], day_start=day_starts[1]),
        ),
    )


zones = st.sampled_from(ZONES)
couples = st.builds(
    people, st.tuples(zones, zones), st.tuples(st.sampled_from([0, 180]), st.sampled_from([0, 90, 360]))
)
# Mostly kept, so that there are streaks to lose.
entries = st.lists(
    st.builds(
        Entry,
        author=st.integers(0, 1),
        day=st.integers(0, LENGTH),
        hour=st.integers(0, 21),
        late_h=st.just(0) | st.integers(0, 48),
    ),
    max_size=60,
)
habits = st.builds(
    lambda gaps, more: (
        [
            Entry(author, day, 5 * author, 0)
            for day in range(LENGTH)
            for author in (0, 1)
            if (author, day) not in gaps
        ]
        + more
    ),
    st.sets(st.tuples(st.integers(0, 1), st.integers(0, LENGTH)), max_size=12),
    entries,
)
travels = st.builds(
    lambda stay, moves: [*stay, *moves],
    habits,
    st.lists(
        st.builds(Move, st.integers(0, 1), st.integers(0, LENGTH), st.integers(0, 23), zones), max_size=4
    ),
)


def start_of(person: Person, day: int) -> int:
    return days.start_of(person.member.spans, day)


def written(couple: Couple, journal: Journal) -> list[tuple[int, Entry | Move]]:
    """The journal in the order of append times."""
    timed = [(_append_ms(couple, entry), entry) for entry in journal]
    return sorted(timed, key=lambda each: (each[0], repr(each[1])))


def _append_ms(couple: Couple, entry: Entry | Move) -> int:
    hours = entry.hour + (entry.late_h if isinstance(entry, Entry) else 0)
    return start_of(couple.members[entry.author], FIRST + entry.day) + hours * HOUR_MS + 1


def live(couple: Couple, journal: Journal) -> Diary:
    diary = begin(max(start_of(person, FIRST) for person in couple.members), couple)
    for append_ms, entry in written(couple, journal):
        record(diary, couple, entry, append_ms)
    return diary


def record(diary: Diary, couple: Couple, entry: Entry | Move, append_ms: int) -> None:
    author = couple.members[entry.author]
    if isinstance(entry, Move):
        move = PersonChanged(zone=entry.zone, person=author.id, from_ms=append_ms + 5 * HOUR_MS)
        diary.append(append_ms, move, sender=author.subject, sequence=len(diary.records) + 1)
        return
    date = days.iso(FIRST + entry.day)
    diary.check_in(author, date, append_ms=append_ms, event_id="-".join(map(str, entry)))


def oracle(couple: Couple, journal: list[Entry], day_one: int, now_ms: int) -> dict[str, object]:
    """The streak from two plain sets of dates."""
    dates = [{FIRST + e.day for e in journal if e.author == author} for author in (0, 1)]
    kept = {day for day in dates[0] & dates[1] if day >= day_one}
    reserve: set[int] = set()
    states: dict[int, str] = {}
    count = longest = 0
    for day in range(day_one, FIRST + LENGTH + 30):
        ended = all(start_of(person, day + 1) <= now_ms for person in couple.members)
        if day in kept:
            states[day], count = "kept", count + 1
        elif not ended:
            states[day] = "open"
        elif count and len(reserve & set(range(day - 6, day))) < 2:
            states[day] = "reserve"
            reserve.add(day)
        else:
            states[day], count = "not_kept", 0
        longest = max(longest, count)
    return {"count": count, "longest": longest, "states": states}


@given(couples, habits, st.integers(0, 20 * 24))
def test_the_calendar_agrees_with_an_oracle_of_plain_sets(
    couple: Couple, journal: list[Entry], wait_h: int
) -> None:
    diary = live(couple, journal)
    diary.pass_time(diary.time_ms + wait_h * HOUR_MS)
    view = diary.view
    true = oracle(couple, journal, days.ordinal(view.day_one), diary.time_ms)
    assert (view.count, view.longest) == (true["count"], true["longest"])
    states = true["states"]
    assert isinstance(states, dict)
    known = [day for day in view.days if day.date >= view.day_one]
    assert [day.state for day in known] == [states[days.ordinal(day.date)] for day in known]


@given(couples, st.lists(st.builds(Entry, st.integers(0, 1), st.integers(0, 8), st.just(9), st.just(0))))
def test_the_order_of_entries_and_repeats_change_no_day(couple: Couple, journal: list[Entry]) -> None:
    usual = live(couple, journal)
    end_ms = usual.time_ms + 2 * days.DAY_MS
    usual.pass_time(end_ms)
    mixed = begin(usual.records[0].append_ms, couple)
    for entry in journal + journal[::-1]:
        record(mixed, couple, entry, usual.records[0].append_ms + 1)
    mixed.pass_time(end_ms)
    assert (mixed.view.count, mixed.view.longest, mixed.view.days) == (
        usual.view.count,
        usual.view.longest,
        usual.view.days,
    )


@given(couples, travels, st.lists(st.integers(0, 40 * 24), max_size=8))
def test_time_may_pass_in_any_steps(couple: Couple, journal: list[Entry | Move], steps: list[int]) -> None:
    at_once, stepwise = live(couple, journal), live(couple, journal)
    for hours in [*sorted(steps), 40 * 24]:
        stepwise.pass_time(at_once.time_ms + hours * HOUR_MS)
    at_once.pass_time(stepwise.time_ms)
    assert stepwise.outputs == at_once.outputs
    assert stepwise.packed() == at_once.packed()
    assert stepwise.due_ms == at_once.due_ms


@given(couples, travels, st.sets(st.integers(0, 100)))
def test_a_replay_from_any_prefix_gives_equal_bytes(
    couple: Couple, journal: list[Entry | Move], restarts: set[int]
) -> None:
    whole, restarted = live(couple, journal), Diary(couple.subject)
    for record_ in whole.records:
        restarted.add(record_)
        if record_.offset in restarts:
            restarted.reload()
    assert restarted.outputs == whole.outputs
    assert restarted.packed() == whole.packed()
    assert restarted.view == whole.view


@given(couples, travels)
def test_what_has_been_said_is_what_the_facts_say(couple: Couple, journal: list[Entry | Move]) -> None:
    diary = begin(max(start_of(person, FIRST) for person in couple.members), couple)
    for append_ms, entry in written(couple, journal):
        record(diary, couple, entry, append_ms)
        assert diary.state is not None
        assert diary.state.said == calendar.evaluate(diary.state)


@given(couples, travels)
def test_moments_come_in_order_of_time_and_once(couple: Couple, journal: list[Entry | Move]) -> None:
    outputs = live(couple, journal).outputs
    due = [output.due_ms for output in outputs if output.due_ms is not None]
    assert due == sorted(due)
    ids = [output.event.id for output in outputs]
    assert len(ids) == len(set(ids))


@given(couples, travels)
def test_a_date_that_had_no_length_for_a_member_is_the_only_one_excused(
    couple: Couple, journal: list[Entry | Move]
) -> None:
    diary = live(couple, journal)
    view = diary.view
    for day in view.days:
        skipped = any(days.is_skipped(member.spans, days.ordinal(day.date)) for member in view.members)
        judged = day.state not in ("kept", "open") and day.date >= view.day_one
        assert not judged or (day.state == "excused") == skipped


@given(couples, travels)
def test_a_day_closes_when_it_has_ended_for_both_and_that_never_changes(
    couple: Couple, journal: list[Entry | Move]
) -> None:
    diary = begin(max(start_of(person, FIRST) for person in couple.members), couple)
    closed: dict[str, int] = {}
    for append_ms, entry in written(couple, journal):
        record(diary, couple, entry, append_ms)
        view = diary.view
        for day in view.days:
            ends = [days.end_of(member.spans, days.ordinal(day.date)) for member in view.members]
            assert day.closes_ms == max(ends)
            if day.closes_ms <= diary.time_ms:
                assert closed.setdefault(day.date, day.closes_ms) == day.closes_ms
