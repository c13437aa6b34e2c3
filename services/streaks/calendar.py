"""The calendar: what became of each couple-day, as a function of the facts up to a time.

Nothing is patched: after any fact the calendar is evaluated again, and what there is to say is the difference
to what has been said. The states of days in a row are a string, one letter a day.
"""

from typing import Literal, NamedTuple

from shared import days
from shared.events import Member
from shared.views import DayView
from streaks.state import EXCUSED, KEPT, MISSED, OPEN, REPAIRED, RESERVE, Frozen, State

WORDS = {
    OPEN: "open",
    KEPT: "kept",
    EXCUSED: "excused",
    RESERVE: "reserve",
    REPAIRED: "repaired",
    MISSED: "not_kept",
}
RESERVES = 2
RESERVE_WINDOW = 6
AT_RISK_MINUTES = 19 * 60 + 30
FREEZE_MS = 10 * days.DAY_MS
MOST_DAYS = 60
"""A date so far past the frozen edge is nobody's today, nor a late entry's."""

_FROZEN_CODES = {MISSED: 0, RESERVE: 0, KEPT: 1, EXCUSED: 2, REPAIRED: 3}


class News(NamedTuple):
    """Something to say: of which kind, about which day, and the streak to tell."""

    kind: Literal["extended", "broken", "corrected"]
    day: int
    streak: int


# --- days and instants --------------------------------------------------------------------------------


def close_of(members: tuple[Member, ...], day: int) -> int:
    """The instant at which a couple-day has ended for every member."""
    return max([days.end_of(member.spans, day) for member in members])


def is_skipped(members: tuple[Member, ...], day: int) -> bool:
    """Whether a member's travel left this date without length."""
    return any(days.is_skipped(member.spans, day) for member in members)


def next_risk(state: State, day: int, after_ms: int) -> tuple[int, int]:
    """The first day from this one on that can be found at risk after an instant, and when."""
    kept = kept_days(state)
    while True:
        if not kept >> (day - state.frozen.edge) & 1:
            at_ms = _risk_of(state.members, day)
            if at_ms is not None and at_ms > after_ms:
                return day, at_ms
        day += 1


def _risk_of(members: tuple[Member, ...], day: int) -> int | None:
    """19:30 by the clock of the member whose day ends first; None if their day has no such time."""
    ends = [days.end_of(member.spans, day) for member in members]
    end_ms = min(ends)
    spans = members[ends.index(end_ms)].spans
    at_ms = days.wall_instant(days.in_force(spans, end_ms - 1).zone, day, AT_RISK_MINUTES)
    return at_ms if days.start_of(spans, day) <= at_ms < end_ms else None


def bit_of(state: State, day: int) -> int:
    """This one day as a set; empty where nothing can change any more, or nobody can be yet."""
    place = day - state.frozen.edge
    return 1 << place if 0 <= place < MOST_DAYS else 0


def kept_days(state: State) -> int:
    """The set of days that every member has checked in for, from day one on."""
    kept = state.present[0]
    for present in state.present[1:]:
        kept &= present
    alone = state.day_one - state.frozen.edge
    return kept >> alone << alone if alone > 0 else kept


# --- the function of the facts, and the difference ----------------------------------------------------


def evaluate(state: State, since: int = 0) -> str:
    """The days in mode `daily`: a kept day counts at once, the others are judged in order once closed.

    No fact about a day changes an earlier one, so those before the place `since` may stay as said.
    """
    kept = kept_days(state)
    states = state.said[:since].ljust(since, OPEN)
    for place in range(since, max(state.closed, kept.bit_length())):
        states += KEPT if kept >> place & 1 else _unkept(state, states)
    return states


def _unkept(state: State, before: str) -> str:
    """What the day after these is, which is not kept."""
    place = len(before)
    if place >= state.closed:
        return OPEN
    if state.excused >> place & 1:
        return EXCUSED
    protected = streak(state.frozen, before) and reserve_left(state.frozen, before)
    return RESERVE if protected else MISSED


def reserve_left(frozen: Frozen, states: str) -> int:
    """How many reserve days could be spent on the day after these."""
    return RESERVES - (frozen.recent + states)[-RESERVE_WINDOW:].count(RESERVE)


def streak(frozen: Frozen, states: str) -> int:
    """The streak after these days."""
    _, missed, since = states.rpartition(MISSED)
    return since.count(KEPT) + since.count(REPAIRED) + (0 if missed else frozen.count)


def longest(frozen: Frozen, states: str) -> int:
    """The longest streak up to the end of these days."""
    first, *later = [run.count(KEPT) + run.count(REPAIRED) for run in states.split(MISSED)]
    return max(frozen.longest, frozen.count + first, *later)


def difference(frozen: Frozen, said: str, true: str, since: int = 0) -> list[News]:
    """What is to be said now that these days are true: of what had been judged a single correction."""
    news: list[News] = []
    corrected = False
    for place in range(since, len(true)):
        was, now = said[place : place + 1] or OPEN, true[place]
        if was == now:
            continue
        if was != OPEN:
            if not corrected and _adds_up(frozen, said) != _adds_up(frozen, true):
                news.append(News("corrected", frozen.edge + place, streak(frozen, true)))
            corrected = True
        elif now == KEPT:
            news.append(News("extended", frozen.edge + place, streak(frozen, true)))
        elif now == MISSED and (lost := streak(frozen, true[:place])):
            news.append(News("broken", frozen.edge + place, lost))
    return news


def look_again(state: State, day: int) -> list[News]:
    """Evaluate the calendar after a new fact about a day, and return what is to be said."""
    since = day - state.frozen.edge
    said, state.said = state.said, evaluate(state, since)
    return difference(state.frozen, said, state.said, since)


def _adds_up(frozen: Frozen, states: str) -> tuple[int, int]:
    return streak(frozen, states), longest(frozen, states)


# --- freezing, and what is shown ----------------------------------------------------------------------


def freeze_first(state: State) -> str:
    """Move the frozen edge past its first day, which is judged, and return what that day was."""
    frozen, day = state.frozen, state.said[0]
    frozen.bits = _with_code(frozen.bits, frozen.edge - frozen.start, _FROZEN_CODES[day])
    frozen.count = streak(frozen, day)
    frozen.longest = max(frozen.longest, frozen.count)
    frozen.recent = (frozen.recent + day)[-RESERVE_WINDOW:]
    frozen.edge += 1
    state.said = state.said[1:]
    state.closes = state.closes[1:]
    state.present = tuple([present >> 1 for present in state.present])
    state.excused >>= 1
    return day


def _with_code(bits: bytes, place: int, code: int) -> bytes:
    if place % 4 == 0:
        return bits + bytes([code])
    return bits[:-1] + bytes([bits[-1] | code << 2 * (place % 4)])


def shown(state: State) -> tuple[DayView, ...]:
    """The days that can still change, up to the last that anybody has reached or checked in for."""
    edge, members = state.frozen.edge, state.members
    length = max(len(state.closes), *[present.bit_length() for present in state.present])
    states = state.said.ljust(length, OPEN)
    closes = state.closes + [close_of(members, edge + i) for i in range(len(state.closes), length)]
    everybody, kept = state.people(), kept_days(state)
    views = []
    for i in range(length):
        present = everybody if kept >> i & 1 else _present(state, i)
        views.append(DayView(days.iso(edge + i), WORDS[states[i]], closes[i], present))
    return tuple(views)


def _present(state: State, place: int) -> tuple[str, ...]:
    entries = zip(state.people(), state.present, strict=True)
    return tuple([person for person, present in entries if present >> place & 1])
