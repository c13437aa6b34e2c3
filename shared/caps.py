"""How much one person is sent: the caps, the back-off after what goes unanswered, what both remember. Pure.

Dates are ordinals of the receiver's own calendar.
"""

from collections.abc import Sequence

import msgspec

from shared import hours
from shared.days import DAY_MS
from shared.hours import Spans
from shared.kinds import kind_of

SYSTEM_PER_DAY, SYSTEM_PER_WEEK = 1, 3
PARTNER_PER_DAY, PARTNER_GAP_MS = 2, 4 * 3_600_000
BACK_OFF = ((2, 3), (10, 2), (30, 6), (60, 15))
"""For a person whose last check-in is fewer days ago than the first number, so many days from one unanswered
nudge to the next."""
SILENT_DAYS = 60
"""From then on there is one neutral note, and nothing more until they return."""

_LOOK_BACK_MS = 17 * DAY_MS
"""Longer than two ISO weeks of local days, and than any back-off."""


class History(msgspec.Struct, frozen=True, array_like=True):
    """When one person was lately sent what the caps count, oldest first."""

    system_ms: tuple[int, ...] = ()
    partner_ms: tuple[int, ...] = ()


def cap_reached(today: int, sent: Sequence[int], *, halved: bool) -> tuple[int, str] | None:
    """Until which date which cap holds the next system nudge. Halved: the same in twice the time."""
    span = 2 if halved else 1
    weeks, week = [hours.week_of(date) for date in sent], hours.week_of(today)
    if _count(weeks, week, span) >= SYSTEM_PER_WEEK:
        free = next(w for w in range(week + 1, week + 4) if _count(weeks, w, span) < SYSTEM_PER_WEEK)
        return hours.first_of(free), "three_in_two_weeks" if halved else "three_a_week"
    if _count(sent, today, span) >= SYSTEM_PER_DAY:
        return max(sent) + span, "one_in_two_days" if halved else "one_a_day"
    return None


def _count(units: Sequence[int], unit: int, span: int) -> int:
    """How many of these days, or weeks, are among the `span` that end with this one."""
    return sum(unit - one < span for one in units)


def backed_off(today: int, sent: Sequence[int], last: int | None) -> tuple[int, str] | None:
    """Until when an unanswered nudge puts off the next. A check-in of the same date is an answer."""
    if not sent or last is None or last >= sent[-1]:
        return None
    free = today
    while free - sent[-1] < _pause_days(free - last):
        free += 1
    return None if free == today else (free, "back_off")


def _pause_days(silent: int) -> int:
    return next((pause for below, pause in BACK_OFF if silent < below), BACK_OFF[-1][1])


def partner_cap_reached(spans: Spans, sent_ms: Sequence[int], now_ms: int, *, halved: bool) -> bool:
    """Whether what a partner sends waits in the inbox. Halved: twice the gap, half as many a day."""
    gap_ms, per_day = PARTNER_GAP_MS * (1 + halved), PARTNER_PER_DAY // (1 + halved)
    today = sum(hours.same_day(spans, at_ms, now_ms) for at_ms in sent_ms)
    return today >= per_day or any(now_ms - at_ms < gap_ms for at_ms in sent_ms)


def remembered(history: History, kind: str, channels: tuple[str, ...], at_ms: int) -> History:
    """The history after a nudge was sent. What a partner sent to the inbox alone is not counted."""
    if not kind_of(kind).by_partner:
        return History((*_recent(history.system_ms, at_ms), at_ms), history.partner_ms)
    if not channels:
        return history
    return History(history.system_ms, (*_recent(history.partner_ms, at_ms), at_ms))


def _recent(sent_ms: tuple[int, ...], at_ms: int) -> tuple[int, ...]:
    return tuple(sent for sent in sent_ms if sent > at_ms - _LOOK_BACK_MS)
