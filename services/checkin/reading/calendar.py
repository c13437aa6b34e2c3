"""The couple's calendar as a reader may see it: the days that can still change, and the frozen months."""

from typing import NamedTuple

import msgspec

from checkin.door.auth import Me
from checkin.door.errors import Problem
from checkin.door.front import Front
from shared import days
from shared.pact import Agreement
from shared.views import STREAKS
from shared.views.streak import DayView, MonthView, StreakView

_read_streak = msgspec.msgpack.Decoder(StreakView).decode
_read_month = msgspec.msgpack.Decoder(MonthView).decode

_WORDS = {"k": "kept", "e": "excused", "r": "reserve", "R": "repaired", "m": "not_kept"}


class Day(NamedTuple):
    """`state` is a word of the vocabulary; `view` is None for days frozen, or not reached yet."""

    date: str
    state: str
    view: DayView | None = None


def streak_of(front: Front, me: Me) -> StreakView:
    """The streak of the couple, or of the person alone. Raises 404, or 503 while nobody can know."""
    otherwise = Problem(404, "unknown_streak", "There is no streak yet.")
    return _read_streak(front.view(STREAKS, me.subject, f"streak/{me.subject}", otherwise))


def days_between(front: Front, me: Me, streak: StreakView, first: str, last: str) -> list[Day]:
    """Every day from `first` to `last` that lies in the couple's calendar and has begun for somebody."""
    known = {day.date: Day(day.date, day.state, day) for day in streak.days}
    edge = streak.days[0].date
    frozen = _frozen(front, me, max(first, streak.frozen_from), min(last, _before(edge)))
    found = frozen | known
    return [found[date] for date in sorted(found) if first <= date <= last]


def day_of(front: Front, me: Me, streak: StreakView, agreement: Agreement, date: str) -> Day | None:
    """One day; None before the calendar begins. One that nobody has reached is open, in a pause excused."""
    found = days_between(front, me, streak, date, date)
    if found or date < streak.frozen_from:
        return found[0] if found else None
    return Day(date, "open" if agreement.pause_on(date) is None else "excused")


def _frozen(front: Front, me: Me, first: str, last: str) -> dict[str, Day]:
    months = days.months(first, last)
    views = front.store.views([(STREAKS, me.subject, f"calendar/{me.subject}/{month}") for month in months])
    found: dict[str, Day] = {}
    for view in views:
        month = None if view is None else _read_month(view)
        if month is not None:
            start = days.ordinal(month.first)
            dates = (days.iso(start + place) for place in range(len(month.letters)))
            found |= {d: Day(d, _WORDS[letter]) for d, letter in zip(dates, month.letters, strict=True)}
    return found


def _before(date: str) -> str:
    return days.iso(days.ordinal(date) - 1)
