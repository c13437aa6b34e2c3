"""The calendar: what became of each couple-day, as a function of the facts up to a time.

Nothing is patched: after any fact the calendar is evaluated again, and what there is to say is the difference
to what has been said. The states of days in a row are a string, one letter a day.
"""

from itertools import zip_longest
from typing import Literal, NamedTuple

from shared import days
from shared.events.values import Member
from streaks import modes
from streaks.state import EXCUSED, KEPT, MISSED, OPEN, REPAIRED, RESERVE, Frozen, State

RESERVES = 2
RESERVE_WINDOW = 6
FREEZE_MS = 10 * days.DAY_MS
MOST_DAYS = 60
"""A date so far past the frozen edge is nobody's today, nor a late entry's."""

MILESTONES = (7, 30, 100)
_YEAR = 365
KINDS_FOR_A_REPAIR = 2


class News(NamedTuple):
    """Something to say: of which kind, about which day, and the streak to tell."""

    kind: Literal["extended", "broken", "corrected", "returned", "milestone"]
    day: int
    streak: int


# --- days and instants --------------------------------------------------------------------------------


def close_of(members: tuple[Member, ...], day: int) -> int:
    """The instant at which a couple-day has ended for every member."""
    return max([days.end_of(member.spans, day) for member in members])


def is_skipped(members: tuple[Member, ...], day: int) -> bool:
    """Whether a member's travel left this date without length."""
    return any(days.is_skipped(member.spans, day) for member in members)


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


# --- the function of the facts ------------------------------------------------------------------------


def evaluate(state: State) -> str:
    """The days in the couple's mode: kept ones count at once, the others are judged in order once closed."""
    return _evaluated(state, 0, repairs=_may_repair(state))[0]


def _may_repair(state: State) -> bool:
    """Whether a day has closed that could have broken a streak and that somebody may make good for."""
    if not state.repairs:
        return False
    kept, weekly = kept_days(state), modes.days_at_stake(state.agreement.mode) > 1
    return any(weekly or not kept & bit_of(state, day) for day in state.repairs)


def repairs_used(state: State) -> dict[int, int]:
    """By the place of each repaired day, the later day whose check-ins made good for it."""
    return _evaluated(state, 0, repairs=_may_repair(state))[1]


def _evaluated(state: State, since: int, *, repairs: bool) -> tuple[str, dict[int, int]]:
    """The days, those before the place `since` as said, and what `repairs_used` asks for."""
    kept, closed = kept_days(state), state.closed
    states = state.said[:since].ljust(since, OPEN)
    used: dict[int, int] = {}
    for place in range(since, max(closed, kept.bit_length())):
        states += KEPT if kept >> place & 1 else _unkept(state, states)
        if repairs and place < closed:
            states = _repaired(state, states, used)
    return states, used


def _unkept(state: State, before: str) -> str:
    """What the day after these is, which is not kept."""
    place = len(before)
    if place >= state.closed:
        return OPEN
    if (state.excused | state.paused) >> place & 1:
        return EXCUSED
    if state.agreement.mode != "daily":
        return MISSED
    protected = modes.total("daily", state.frozen, before, place).streak and reserve_left(
        state.frozen, before
    )
    return RESERVE if protected else MISSED


def _repaired(state: State, states: str, used: dict[int, int]) -> str:
    """The days up to this close: if it broke a streak and the members made good for it, one is repaired.

    `used` gains the day that they did it on: it repairs no other.
    """
    frozen, mode, place = state.frozen, state.agreement.mode, len(states) - 1
    offered = state.repairs.get(frozen.edge + place)
    if not offered or not modes.total(mode, frozen, states[:-1], place).streak:
        return states
    if modes.total(mode, frozen, states, place + 1).streak:
        return states
    day = next((day for day in sorted(offered) if _repairs(state, day, offered[day], used)), None)
    missed = states.rfind(MISSED, max(0, place + 1 - modes.days_at_stake(mode)))
    if day is None or missed < 0:
        return states
    mended = states[:missed] + REPAIRED + states[missed + 1 :]
    if not modes.total(mode, frozen, mended, place + 1).streak:
        return states
    used[missed] = day
    return mended


def _repairs(state: State, day: int, kinds: tuple[tuple[str, ...], ...], used: dict[int, int]) -> bool:
    if day in state.frozen.taken or day in used.values():
        return False
    return len(kinds) == len(state.members) and all(len(k) >= KINDS_FOR_A_REPAIR for k in kinds)


def reserve_left(frozen: Frozen, states: str) -> int:
    """How many reserve days could be spent on the day after these."""
    return RESERVES - (frozen.recent + states)[-RESERVE_WINDOW:].count(RESERVE)


# --- the difference to what has been said -------------------------------------------------------------


def look_again(state: State, day: int) -> list[News]:
    """Evaluate the calendar after a new fact about a day, and return what is to be said.

    Where there is nothing to repair no fact about a day changes an earlier one.
    """
    repairs = _may_repair(state)
    since = 0 if repairs else day - state.frozen.edge
    said, state.said = state.said, _evaluated(state, since, repairs=repairs)[0]
    if state.taken_back and _comes_again(state, said):
        return _corrected(state, said)
    return _of_the_past(state, said, since) + _of_open_days(state, said, since)


def look_back(state: State) -> list[News]:
    """Evaluate all of it after a fact was taken back: at most a single correction.

    What was told of a day and is true no more is remembered. Should it come again, that is a correction too:
    a second `streak.extended` of the date would have the id of the first, which whoever keeps count has seen
    and passes over, and a second milestone or return would be a second nudge.
    """
    said, state.said = state.said, evaluate(state)
    news = _corrected(state, said)
    for place in _differing(said, state.said) if news else ():
        letter, day = said[place : place + 1], state.frozen.edge + place
        if letter in (KEPT, REPAIRED) and letter not in state.taken_back.get(day, ""):
            state.taken_back[day] = state.taken_back.get(day, "") + letter
    return news


def _comes_again(state: State, said: str) -> bool:
    """Whether a day is again what was told of it and taken back."""
    true, edge = state.said, state.frozen.edge
    return any(true[p] in state.taken_back.get(edge + p, "") for p in _differing(said, true) if p < len(true))


def _corrected(state: State, said: str) -> list[News]:
    """A single correction, from the first day that differs on, if the sums do."""
    now = _sum(state, state.said)
    if now == _sum(state, said):
        return []
    return [News("corrected", state.frozen.edge + _differing(said, state.said)[0], now.streak)]


def _differing(said: str, true: str) -> list[int]:
    """The places at which two calendars differ; where one of them ends, its days are open."""
    both = enumerate(zip_longest(said, true, fillvalue=OPEN))
    return [place for place, (before, now) in both if before != now]


def look_at_close(state: State, day: int) -> list[News]:
    """The same as a day closes: then a streak can break, by a day that was kept too if it ends a week.

    An excused day can complete a week: it lowers what the week needs.
    """
    mode, frozen, place = state.agreement.mode, state.frozen, day - state.frozen.edge
    if state.said[place : place + 1] == KEPT and modes.days_at_stake(mode) == 1:
        return []  # nearly always: it has counted since it was kept
    told = modes.total(mode, frozen, state.said, place).streak
    news = look_again(state, day)
    now = _sum(state, state.said).streak
    if state.said[place] == EXCUSED and now > told:
        # It may have been kept, and told of, until that was taken back.
        news += [News("corrected", day, now)] if day in state.taken_back else _of_more(day, now)
    alive = state.said[:place] + (KEPT if state.said[place] == KEPT else "")
    before = modes.total(mode, frozen, alive, place).streak
    if before and not modes.total(mode, frozen, state.said[: place + 1], place + 1).streak:
        news.append(News("broken", day, before))
    return news


def _of_the_past(state: State, said: str, since: int) -> list[News]:
    """Of days that had been judged: that the couple is back, or a single correction if the sums differ."""
    true, edge = state.said, state.frozen.edge
    changed = [p for p in range(since, min(len(said), len(true))) if said[p] not in (OPEN, true[p])]
    if not changed:
        return []
    now = _sum(state, true)
    mended = [p for p in changed if true[p] == REPAIRED]
    if mended:
        return [News("returned", edge + mended[0], now.streak)]
    return [News("corrected", edge + changed[0], now.streak)] if now != _sum(state, said) else []


def _of_open_days(state: State, said: str, since: int) -> list[News]:
    """Of days that were open: each that lengthens the streak, and the milestone it reaches."""
    mode, frozen, true, news = state.agreement.mode, state.frozen, state.said, []
    for place in range(since, len(true)):
        if true[place] != KEPT or said[place : place + 1] not in ("", OPEN):
            continue
        before = modes.total(mode, frozen, true[:place], min(state.closed, place)).streak
        after = modes.total(mode, frozen, true[: place + 1], min(state.closed, place + 1)).streak
        if after > before:
            news += _of_more(frozen.edge + place, after)
    return news


def _of_more(day: int, streak: int) -> list[News]:
    more = [News("milestone", day, streak)] if is_milestone(streak) else []
    return [News("extended", day, streak), *more]


def is_milestone(streak: int) -> bool:
    """Whether a streak of this length is told as a milestone."""
    return streak in MILESTONES or streak % _YEAR == 0


def _sum(state: State, states: str) -> modes.Total:
    return modes.total(state.agreement.mode, state.frozen, states, state.closed)
