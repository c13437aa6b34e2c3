"""The day arithmetic: the one place that says which day it is, and when a day begins and ends.

Instants are milliseconds since 1970 (UTC), dates are proleptic ordinals (`date.toordinal`), times of day are
minutes after midnight. A *timeline* is a person's spans in order of `from_ms`; the first also covers all that
lies before it. On a timeline dates never go back, and tile time: a date ends where the next one starts.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from shared.events.values import Span

DAY_MS = 86_400_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_MS = timedelta(milliseconds=1)
_KEEP_SPANS_MS = 14 * DAY_MS
"""A span that ended longer ago than this decides no day that can still change."""


# --- names and ISO strings: the borders ---------------------------------------------------------------


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - {"Factory", "localtime", "posixrules"})


def is_zone(name: str) -> bool:
    """Whether this is a key of the time zone database. Any string is welcome; it names no file."""
    return name in _zones()


@lru_cache(maxsize=4096)
def iso(day: int) -> str:
    """2026-11-24 for an ordinal."""
    return date.fromordinal(day).isoformat()


@lru_cache(maxsize=4096)
def ordinal(text: str) -> int:
    """The ordinal of an ISO date. Raises ValueError."""
    return date.fromisoformat(text).toordinal()


def iso_instant(at_ms: int) -> str:
    """RFC 3339 in UTC, for people to read."""
    days, ms = divmod(at_ms, DAY_MS)
    s = ms // 1000
    return f"{iso(_EPOCH_DAY + days)}T{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}.{ms % 1000:03}Z"


# --- one zone and day start ---------------------------------------------------------------------------


@lru_cache(maxsize=1 << 16)
def start_of_day(zone: str, day_start: int, day: int) -> int:
    """The first instant of a date.

    In a gap the offset before it holds, in a fold the first of the two readings is meant (fold = 0), so every
    instant has one date, whatever a wall clock shows.
    """
    return _instant(_wall(zone, day, day_start))


def date_at(zone: str, day_start: int, at_ms: int) -> int:
    """The date at an instant: the last one that has started by then."""
    day = _EPOCH_DAY + at_ms // DAY_MS
    while start_of_day(zone, day_start, day) > at_ms:
        day -= 1
    while start_of_day(zone, day_start, day + 1) <= at_ms:
        day += 1
    return day


@lru_cache(maxsize=1 << 16)
def wall_instant(zone: str, day: int, minutes: int) -> int:
    """The first instant at which a zone's clocks show this time of this calendar date, or have passed it."""
    wall = _wall(zone, day, minutes)
    late = _instant(wall)
    if local_clock(zone, late) == (day, minutes):
        return late
    early = _instant(wall.replace(fold=1))
    while late - early > 1:
        middle = (early + late) // 2
        if local_clock(zone, middle) < (day, minutes):
            early = middle
        else:
            late = middle
    return late


def local_clock(zone: str, at_ms: int) -> tuple[int, int]:
    """The calendar date and the minutes after midnight that the clocks of a zone show."""
    clock = _utc(at_ms).astimezone(ZoneInfo(zone))
    return clock.toordinal(), clock.hour * 60 + clock.minute


def _utc(at_ms: int) -> datetime:
    return _EPOCH + at_ms * _MS


def _wall(zone: str, day: int, minutes: int) -> datetime:
    return (datetime.fromordinal(day) + timedelta(minutes=minutes)).replace(tzinfo=ZoneInfo(zone))


def _instant(wall: datetime) -> int:
    return (wall - _EPOCH) // _MS


# --- a person's timeline ------------------------------------------------------------------------------


def start_of(spans: tuple[Span, ...], day: int) -> int:
    """The first instant at which the date is this one or, if it was skipped, a later one."""
    first = spans[0]
    start = start_of_day(first.zone, first.day_start, day)
    if len(spans) == 1:  # nearly always, and asked for with every event
        return start
    for following in spans[1:]:
        if start < following.from_ms:
            return start
        start = max(start_of_day(following.zone, following.day_start, day), following.from_ms)
    return start


def end_of(spans: tuple[Span, ...], day: int) -> int:
    """The instant at which a date has ended: the start of the next."""
    return start_of(spans, day + 1)


def is_skipped(spans: tuple[Span, ...], day: int) -> bool:
    """Whether travel left this date without length."""
    if len(spans) == 1:  # nearly always
        zone, day_start = spans[0].zone, spans[0].day_start
        return start_of_day(zone, day_start, day) == start_of_day(zone, day_start, day + 1)
    return start_of(spans, day) == end_of(spans, day)


def local_date(spans: tuple[Span, ...], at_ms: int) -> int:
    """The date at an instant: never one before a date that was reached under an earlier span."""
    reached = 0
    for span, following in pairwise(spans):
        if at_ms < following.from_ms:
            return max(reached, date_at(span.zone, span.day_start, at_ms))
        reached = max(reached, date_at(span.zone, span.day_start, following.from_ms - 1))
    return max(reached, date_at(spans[-1].zone, spans[-1].day_start, at_ms))


def in_force(spans: tuple[Span, ...], at_ms: int) -> Span:
    """The span whose zone and day start hold at an instant."""
    found = spans[0]
    for span in spans[1:]:
        if span.from_ms <= at_ms:
            found = span
    return found


def with_change(
    spans: tuple[Span, ...],
    now_ms: int,
    zone: str | None = None,
    day_start: int | None = None,
    from_ms: int = 0,
) -> tuple[Span, ...]:
    """The timeline after a wish for another zone or day start; None leaves what was last asked for.

    The change comes into force when the current date ends, and replaces one that has not yet come into force.
    A change decided elsewhere brings its instant, `from_ms`: the end of a date; one that arrives after it
    comes into force at the end of the date that is then current.
    """
    wished = spans[-1]
    zone = wished.zone if zone is None else zone
    day_start = wished.day_start if day_start is None else day_start
    spans = _without_pending(spans, now_ms)
    current = spans[-1]
    if (zone, day_start) == (current.zone, current.day_start):
        return spans
    last_date = local_date(spans, max(now_ms, from_ms - 1))
    return _pruned((*spans, Span(end_of(spans, last_date), zone, day_start)), now_ms)


def _without_pending(spans: tuple[Span, ...], now_ms: int) -> tuple[Span, ...]:
    return (spans[0], *(span for span in spans[1:] if span.from_ms <= now_ms))


def _pruned(spans: tuple[Span, ...], now_ms: int) -> tuple[Span, ...]:
    while len(spans) > 1 and spans[1].from_ms < now_ms - _KEEP_SPANS_MS:
        spans = spans[1:]
    return spans


def months(first: str, last: str) -> list[str]:
    """The months from one date to another, as 2026-11; none if they are in the wrong order."""
    year, month = int(first[:4]), int(first[5:7])
    found = []
    while first <= last and f"{year:04}-{month:02}" <= last[:7]:
        found.append(f"{year:04}-{month:02}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)  # noqa: PLR2004 December
    return found
