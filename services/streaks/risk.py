"""A day at risk: half past seven in the evening, still unkept, and a streak stands on it."""

from shared import days, hours
from shared.events.values import Member
from streaks import calendar, modes
from streaks.state import KEPT, MISSED, OPEN, State


def next_risk(state: State, day: int, after_ms: int) -> tuple[int, int]:
    """The first day from this one on that can be found at risk after an instant, and when."""
    kept = calendar.kept_days(state)
    while True:
        if not kept >> (day - state.frozen.edge) & 1:
            at_ms = warned_at(state.members, day)
            if at_ms is not None and at_ms > after_ms:
                return day, at_ms
        day += 1


def warned_at(members: tuple[Member, ...], day: int) -> int | None:
    """When this day can be found at risk; None if it has no such time."""
    return hours.evening_of([member.spans for member in members], day, hours.AT_RISK_MINUTES)


def last_chance(members: tuple[Member, ...], day: int) -> int | None:
    """When a warning of this day may be repeated; None if it has no such time."""
    return hours.evening_of([member.spans for member in members], day, hours.LAST_CHANCE_MINUTES)


def streak_at_risk(state: State, day: int) -> int:
    """The streak that stands on this day, 0 if none does: it is skipped or paused, or there is slack left."""
    if calendar.is_skipped(state.members, day) or state.agreement.pause_on(days.iso(day)) is not None:
        return 0
    return standing_on(state, day, state.said, state.closed)


def standing_on(state: State, day: int, said: str, closed: int) -> int:
    """The streak that would end with this day where the days are these, and so many have closed; or 0."""
    place, mode = day - state.frozen.edge, state.agreement.mode
    before = said[:place].ljust(place, OPEN)
    count = modes.total(mode, state.frozen, before, min(closed, place)).streak
    if mode == "daily" or not count:
        return count
    # The slack of the other modes: whether the streak would end although the rest of the week were kept.
    rest = KEPT * modes.days_after(mode, day)
    before = before[:closed] + before[closed:].replace(OPEN, KEPT)
    without = modes.total(mode, state.frozen, before + MISSED + rest, place + 1 + len(rest))
    return 0 if without.streak else count
