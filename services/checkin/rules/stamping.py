"""Stamping a check-in: its instant, zone, day start and local date. Pure; the clock is an argument."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from shared import days
from shared.events.values import Span

LATE_DAYS = 2
AHEAD_MS = 5 * 60_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# No date that may still be entered began longer ago: days of up to 25 hours, and a change of zone.
_LONG_AGO_MS = (LATE_DAYS + 3) * days.DAY_MS


class BadTime(Exception):
    """This check-in cannot be entered for that time; `field` is `at` or `day`."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field
        self.detail = detail


class Stamp(NamedTuple):
    at_ms: int
    zone: str
    day_start: int
    local_date: str


def stamp(spans: tuple[Span, ...], now_ms: int, at: str | None = None, day: str | None = None) -> Stamp:
    """The stamp of an entry for the instant `at` or the date `day`, by default for now. Raises `BadTime`."""
    if at is not None and day is not None:
        raise BadTime("day", "Give either the instant `at` or the date `day`.")
    if day is not None:
        at_ms, date = _within(spans, now_ms, _day(spans, now_ms, day))
    else:
        at_ms = now_ms if at is None else _at(now_ms, at)
        date = days.local_date(spans, at_ms)
    if date < days.local_date(spans, now_ms) - LATE_DAYS:
        field = "at" if day is None else "day"
        raise BadTime(field, "A check-in can be entered up to two days late, not later.")
    span = days.in_force(spans, at_ms)
    return Stamp(at_ms, span.zone, span.day_start, days.iso(date))


def _at(now_ms: int, at: str) -> int:
    try:
        moment = datetime.fromisoformat(at)
        at_ms = (moment - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError, TypeError):
        raise BadTime("at", "An instant is written as 2026-11-24T08:00:00Z, with its offset.") from None
    if at_ms > now_ms + AHEAD_MS:
        raise BadTime("at", "This is more than five minutes in the future.")
    if at_ms < now_ms - _LONG_AGO_MS:
        raise BadTime("at", "A check-in can be entered up to two days late, not later.")
    return min(at_ms, now_ms)


def _day(spans: tuple[Span, ...], now_ms: int, day: str) -> int:
    today = days.local_date(spans, now_ms)
    if day in ("today", "yesterday"):
        return today if day == "today" else today - 1
    try:
        date = days.ordinal(day)
    except ValueError:
        raise BadTime("day", "A day is `today`, `yesterday` or a date like 2026-11-24.") from None
    if date > today:
        raise BadTime("day", "This day has not begun.")
    if date < today - LATE_DAYS:
        raise BadTime("day", "A check-in can be entered up to two days late, not later.")
    return date


def _within(spans: tuple[Span, ...], now_ms: int, date: int) -> tuple[int, int]:
    """An instant of this date: the same time of day as now, where the date has it."""
    if days.is_skipped(spans, date):
        raise BadTime("day", "This date had no length for you: you were travelling.")
    back_ms = (days.local_date(spans, now_ms) - date) * days.DAY_MS
    first_ms, last_ms = days.start_of(spans, date), days.end_of(spans, date) - 1
    return max(first_ms, min(now_ms - back_ms, last_ms)), date
