"""When something may leave the notifier, and when it is tried again. Pure: instants in, instants out."""

from shared.days import end_of, in_force, local_clock, local_date, start_of, wall_instant
from shared.events import Span

Spans = tuple[Span, ...]

QUIET_FROM, QUIET_UNTIL = 21 * 60 + 30, 8 * 60
"""Quiet hours, in minutes after midnight by the receiver's clock."""

ATTEMPT_MS = 15_000
"""How long an attempt takes at most."""
LEASE_MS = 2 * ATTEMPT_MS
"""How long an attempt may wait and take in all; after that another worker may make it."""


def quiet_until(spans: Spans, at_ms: int) -> int | None:
    """The end of the quiet hours in which this instant lies, or None if it lies outside."""
    zone = in_force(spans, at_ms).zone
    day, minutes = local_clock(zone, at_ms)
    if QUIET_UNTIL <= minutes < QUIET_FROM:
        return None
    return wall_instant(zone, day + 1 if minutes >= QUIET_FROM else day, QUIET_UNTIL)


def awake_from(spans: Spans, at_ms: int) -> int:
    """This instant, or the end of the quiet hours in which it lies."""
    return quiet_until(spans, at_ms) or at_ms


def same_day(spans: Spans, one_ms: int, other_ms: int) -> bool:
    """Whether two instants lie in one local day."""
    return local_date(spans, one_ms) == local_date(spans, other_ms)


def same_week(spans: Spans, one_ms: int, other_ms: int) -> bool:
    """Whether two instants lie in one ISO week of local days."""
    return _week(local_date(spans, one_ms)) == _week(local_date(spans, other_ms))


def next_day(spans: Spans, at_ms: int) -> int:
    """The end of the local day."""
    return end_of(spans, local_date(spans, at_ms))


def next_week(spans: Spans, at_ms: int) -> int:
    """The end of the ISO week of local days."""
    return start_of(spans, (_week(local_date(spans, at_ms)) + 1) * 7 + 1)


def _week(day: int) -> int:
    # Ordinal 1, the 1st of January of the year 1, was a Monday.
    return (day - 1) // 7


def patience(waited_ms: int) -> int:
    """How long to wait before looking again at views that are not caught up: longer, the longer it lasts."""
    return max(200, min(waited_ms // 8, 5_000))
