"""People's hours: their evenings, when they want quiet, the local day and ISO week of an instant. Pure."""

from collections.abc import Sequence

from shared.days import end_of, in_force, local_clock, local_date, start_of, wall_instant
from shared.events.values import Span

Spans = tuple[Span, ...]

Quiet = tuple[int, int]
"""From when until when, in minutes after midnight by the wall clock; the same twice: never."""

USUAL_QUIET: Quiet = (21 * 60 + 30, 8 * 60)
NO_QUIET: Quiet = (0, 0)

AT_RISK_MINUTES, LAST_CHANCE_MINUTES = 19 * 60 + 30, 21 * 60
"""When a couple-day can be found at risk, and when that may be said again, in minutes after midnight."""

_MINUTE_MS = 60_000
_MOST_STEPS = 4
"""Enough for the usual hours of two zones; where it is not, one asks again when that end comes."""


def quiet_until(spans: Spans, quiet: Quiet, at_ms: int) -> int | None:
    """The end of the quiet hours in which this instant lies, or None if it lies outside.

    Who has travelled is where the zone they asked for last is, though their date goes by the one before until
    it ends: what either clock calls quiet is quiet.
    """
    end_ms = at_ms
    for _ in range(_MOST_STEPS):
        zones = (in_force(spans, end_ms).zone, spans[-1].zone)
        ends = [end for zone in zones if (end := _quiet_in(zone, quiet, end_ms)) is not None]
        if not ends:
            break
        end_ms = max(ends)
    return None if end_ms == at_ms else end_ms


def _quiet_in(zone: str, quiet: Quiet, at_ms: int) -> int | None:
    first, last = quiet
    day, minutes = local_clock(zone, at_ms)
    if not (first <= minutes < last if first < last else first != last and not last <= minutes < first):
        return None
    end_ms = wall_instant(zone, day + 1 if minutes >= last else day, last)
    if end_ms > at_ms:
        return end_ms
    # The clocks have gone back since they first showed this time: it is its second coming that lies ahead.
    return at_ms - at_ms % _MINUTE_MS + (last - minutes) * _MINUTE_MS


def evening_of(timelines: Sequence[Spans], day: int, minutes: int) -> int | None:
    """This time by the clock of the member whose day ends first; None if their day has no such time."""
    ends = [end_of(spans, day) for spans in timelines]
    end_ms = min(ends)
    spans = timelines[ends.index(end_ms)]
    at_ms = wall_instant(in_force(spans, end_ms - 1).zone, day, minutes)
    return at_ms if start_of(spans, day) <= at_ms < end_ms else None


def awake_from(spans: Spans, quiet: Quiet, at_ms: int) -> int:
    """This instant, or the end of the quiet hours in which it lies."""
    return quiet_until(spans, quiet, at_ms) or at_ms


def week_of(day: int) -> int:
    """The number of the ISO week in which a date lies."""
    # Ordinal 1, the 1st of January of the year 1, was a Monday.
    return (day - 1) // 7


def first_of(week: int) -> int:
    """The Monday of a week."""
    return week * 7 + 1


def same_day(spans: Spans, one_ms: int, other_ms: int) -> bool:
    """Whether two instants lie in one local day."""
    return local_date(spans, one_ms) == local_date(spans, other_ms)
