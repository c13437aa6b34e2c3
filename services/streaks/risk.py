"""A day at risk: half past seven in the evening, still unkept, and a streak stands on it."""

from shared import days
from shared.events import Member
from streaks import calendar, modes
from streaks.state import KEPT, MISSED, OPEN, State

AT_RISK_MINUTES = 19 * 60 + 30


def next_risk(state: State, day: int, after_ms: int) -> tuple[int, int]:
    """The first day from this one on that can be found at risk after an instant, and when."""
    kept = calendar.kept_days(state)
    while True:
        if not kept >> (day - state.frozen.edge) & 1:
            at_ms = _risk_of(state.members, day)
            if at_ms is not None and at_ms > after_ms:
                return day, at_ms
        day += 1


def streak_at_risk(state: State, day: int) -> int:
    """The streak that stands on this day, 0 if none does: it is skipped or paused, or there is slack left."""
    date, place = days.iso(day), day - state.frozen.edge
    if calendar.is_skipped(state.members, day) or state.agreement.pause_on(date) is not None:
        return 0
    before, mode = state.said[:place].ljust(place, OPEN), state.agreement.mode
    count = modes.total(mode, state.frozen, before, min(state.closed, place)).streak
    if mode == "daily" or not count:
        return count
    # The slack of the other modes: whether the streak would end although the rest of the week were kept.
    rest = KEPT * modes.days_after(mode, day)
    before = before[: state.closed] + before[state.closed :].replace(OPEN, KEPT)
    without = modes.total(mode, state.frozen, before + MISSED + rest, place + 1 + len(rest))
    return 0 if without.streak else count


def _risk_of(members: tuple[Member, ...], day: int) -> int | None:
    """19:30 by the clock of the member whose day ends first; None if their day has no such time."""
    ends = [days.end_of(member.spans, day) for member in members]
    end_ms = min(ends)
    spans = members[ends.index(end_ms)].spans
    at_ms = days.wall_instant(days.in_force(spans, end_ms - 1).zone, day, AT_RISK_MINUTES)
    return at_ms if days.start_of(spans, day) <= at_ms < end_ms else None
