"""Habit strength, step by step over the calendar, from the rules alone."""

from math import sqrt

from tests.oracle.counting import COUNTS
from tests.oracle.couple_days import (
    Days,
    calendar,
    closes,
    counting_entries,
    first_days,
    frozen_days,
    judged,
    mode_of,
)
from tests.oracle.histories import LATE, History, Mode

COUPLE = "the couple"


def strengths(history: History, now: int) -> dict[str, float]:
    """Of the couple, and of each kind. A day's worth is decided by the mode in which it freezes."""
    found = {COUPLE: 0.0}
    frozen: Days = {}
    mode = "daily"
    for place, fact in enumerate(history.facts):
        if isinstance(fact, Mode) and fact.mode != mode:
            known = history.before(place)
            again = frozen_days(known, mode, fact.at - LATE, frozen)
            _steps(
                found, known, mode, judged(known, mode, fact.at - LATE, frozen), sorted({*again} - {*frozen})
            )
            frozen, mode = again, fact.mode
    days = calendar(history, now)
    _steps(found, history, mode_of(history), days, sorted({*days} - {*frozen}), now)
    return found


def _steps(
    found: dict[str, float], history: History, mode: str, days: Days, dates: list[int], now: int | None = None
) -> None:
    counted = {date for date, day in days.items() if day.word in COUNTS}
    ends = closes(history, now) if now is not None else {}
    of_kinds: dict[str, set[int]] = {}
    for entry in counting_entries(history):
        if entry.date >= first_days(history)[0]:
            of_kinds.setdefault(entry.kind, set()).add(entry.date)
    for date in dates:
        if days[date].word not in ("open", "excused"):
            found[COUPLE] = _step(found[COUPLE], mode, counted, date)
            if now is None or ends[date] <= now:
                for kind, occurred in of_kinds.items():
                    found[kind] = _step(found.get(kind, 0.0), mode, occurred, date)


def _step(strength: float, mode: str, occurred: set[int], date: int) -> float:
    f, x = 1.0, float(date in occurred)
    if mode.startswith("weekly"):
        n = int(mode.removeprefix("weekly:"))
        last_seven = [d for d in range(date - 6, date + 1) if d in occurred]
        f, x = n / 7, min(1.0, len(last_seven) / n)
    m = float(0.5 ** (sqrt(f) / 13))
    return strength * m + x * (1 - m)
