"""When something may leave the notifier, and when it is tried again. Pure: instants in, instants out."""

from zlib import crc32

from shared.days import end_of, in_force, local_clock, local_date, start_of, wall_instant
from shared.events import Span

Spans = tuple[Span, ...]

QUIET_FROM, QUIET_UNTIL = 21 * 60 + 30, 8 * 60
"""Quiet hours, in minutes after midnight by the receiver's clock."""

BACKOFF_MS = (5_000, 30_000, 300_000, 1_800_000, 7_200_000)
"""The pause after the first failed attempt, the second, and so on; after one more it is given up."""

JITTER = 0.2
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


def pause_after(nudge: str, attempts: int, retry_after_s: float | None) -> int | None:
    """Milliseconds from the end of a failed attempt to the next, or None if it was the last one.

    The jitter depends on the nudge and the attempt alone. What the receiver asked for is honoured between
    our own pause and twice that.
    """
    if attempts > len(BACKOFF_MS):
        return None
    base = BACKOFF_MS[attempts - 1]
    chance = crc32(f"{nudge}/{attempts}".encode()) / 2**32
    pause = round(base * (1 - JITTER + 2 * JITTER * chance))
    if retry_after_s is None:
        return pause
    return round(min(max(pause, retry_after_s * 1000), 2 * base))


def patience(waited_ms: int) -> int:
    """How long to wait before looking again at views that are not caught up: longer, the longer it lasts."""
    return max(200, min(waited_ms // 8, 5_000))
