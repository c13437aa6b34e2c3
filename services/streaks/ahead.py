"""What the next days bring if nobody does anything, as far as only the calendar knows. Changes no state.

`advance` says the same when its time has come: this is what can be foretold of it at the price of a view.
"""

from shared import days
from shared.views.streak import AheadView
from streaks import calendar, lapse, modes, risk
from streaks.state import EXCUSED, KEPT, MISSED, OPEN, RESERVE, State

_NEAR_MS = 11 * 3_600_000
"""Who is no more behind than this has ended their day by the other's half past seven, whatever clocks do."""

DAYS = 9
"""The first open day, those of a week from now, and one that somebody may be ahead."""


def coming(state: State) -> AheadView | None:
    """Of the open day and the ones after it; None if nothing is judged any more."""
    if state.ended:
        return None
    at_risk, reached = _days(state)
    return AheadView(
        at_risk=tuple([days.iso(day) for day in at_risk]),
        reached=tuple([days.iso(day) for day in reached]),
        kept=modes.kept_in_week(state.frozen, state.said, sunday_of(state.open_day)),
        outgrows=lapse.outgrows(state.lapse, state.lapse.lapses_ms),
    )


def sunday_of(day: int) -> int:
    """The last day of an ISO week."""
    return day + -day % 7


def _days(state: State) -> tuple[list[int], list[int]]:
    """The days that will be found at risk, and those whose close, excused, reaches a milestone."""
    at_risk, reached = [], []
    said, mode, frozen, edge = state.said, state.agreement.mode, state.frozen, state.frozen.edge
    apart, day, last = _are_apart(state), state.open_day, state.open_day + DAYS - 1
    streak = modes.total(mode, frozen, said[: day - edge], day - edge).streak
    while day <= last:
        place = day - edge
        letter = said[place : place + 1]
        if letter != KEPT:
            letter = _unkept(state, day, said[:place], streak)
            if letter != EXCUSED and _is_warned_of(state, day, said, streak, apart=apart):
                at_risk.append(day)
            said = said[:place] + letter + said[place + 1 :]
        if letter != RESERVE:  # after a reserve day whatever stood stands
            before, streak = streak, modes.total(mode, frozen, said[: place + 1], place + 1).streak
            if letter == EXCUSED and streak > before and calendar.is_milestone(streak):
                reached.append(day)
            if not streak and KEPT not in said[place:] and not _may_rise(state, said, day):
                # Nothing stands, and time alone changes that no more. Far apart the next is warned of before.
                last = min(last, day + apart)
        day += 1
    return at_risk, reached


def _is_warned_of(state: State, day: int, said: str, streak: int, *, apart: bool) -> bool:
    """Whether a streak will stand on this day when it is to be warned of, and it has not been yet."""
    if day < state.risk_day:
        return False
    if state.agreement.mode == "daily" and not apart:
        return streak > 0
    closed = day - state.frozen.edge
    if apart and closed > state.closed:
        at_ms = risk.warned_at(state.members, day)
        if at_ms is not None and at_ms < calendar.close_of(state.members, day - 1):
            # The day before will still be open for whoever is behind.
            closed -= 1
            said = said[:closed] + (KEPT if said[closed] == KEPT else OPEN)
    return risk.standing_on(state, day, said, closed) > 0


def _unkept(state: State, day: int, before: str, streak: int) -> str:
    """What this day will be, after these and on this streak, unless somebody keeps it."""
    if _is_excused(state, day):
        return EXCUSED
    protected = state.agreement.mode == "daily" and streak and calendar.reserve_left(state.frozen, before)
    return RESERVE if protected else MISSED


def _is_excused(state: State, day: int) -> bool:
    if (state.excused | state.paused) & calendar.bit_of(state, day):
        return True
    if state.agreement.pauses and state.agreement.pause_on(days.iso(day)) is not None:
        return True
    return calendar.is_skipped(state.members, day)


def _may_rise(state: State, said: str, day: int) -> bool:
    """Whether excused days can still complete the week of this one."""
    weekly = modes.days_at_stake(state.agreement.mode) > 1
    return weekly and modes.kept_in_week(state.frozen, said, sunday_of(day)) > 0


def _are_apart(state: State) -> bool:
    """Whether a day may be warned of before the one before it closes: one of them is far behind, or moves."""
    timelines = [member.spans for member in state.members]
    if max(map(len, timelines)) > 1:
        return True
    first_ms = min([days.end_of(spans, state.open_day) for spans in timelines])
    return state.closes[-1] - first_ms > _NEAR_MS
