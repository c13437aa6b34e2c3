"""Habit strength: the published score of Loop Habit Tracker, a weighted mean that forgets slowly.

For the couple, and for each kind of check-in, where either member's entry counts. A change of mode does not
read it again.
"""

from functools import lru_cache
from math import sqrt
from typing import Final

from shared.pact import days_a_week
from streaks.modes import counted
from streaks.state import EXCUSED, KEPT, MISSED, OPEN, REPAIRED, RESERVE, State

_WEEK = 7
WEEK_BEFORE: Final = _WEEK - 1
"""The days of each kind are remembered from so many days before the frozen edge on."""


@lru_cache
def _memory(frequency: float) -> float:
    return float(0.5 ** (sqrt(frequency) / 13))


_DAILY_MEMORY: Final = _memory(1.0)
_WORTH: Final = {KEPT: 1.0, REPAIRED: 1.0, RESERVE: 0.0, MISSED: 0.0}
"""What a day is worth where every day counts. An excused day, or one still open, changes no strength."""


def after(strength: float, mode: str, recent: str, days: str) -> float:
    """The strength after these days, of which `recent` are the ones before."""
    a_week = days_a_week(mode)
    if a_week is None:
        return _daily(strength, days)
    for place, letter in enumerate(days):
        if letter not in (EXCUSED, OPEN):
            week = (recent + days[: place + 1])[-_WEEK:]
            strength = _weekly(strength, a_week, counted(week))
    return strength


def _daily(strength: float, days: str) -> float:
    for letter in days:
        worth = _WORTH.get(letter)
        if worth is not None:
            strength = strength * _DAILY_MEMORY + worth * (1 - _DAILY_MEMORY)
    return strength


def freeze(state: State, letter: str) -> None:
    """Let the first day's worth be part of the frozen strengths."""
    frozen, mode, a_week = state.frozen, state.agreement.mode, days_a_week(state.agreement.mode)
    frozen.strength = after(frozen.strength, mode, frozen.recent, letter)
    if letter == EXCUSED:
        return
    known = state.kinds.keys() <= frozen.kinds.keys()
    # A kind of younger days alone has none yet: its entries may still be undone.
    frozen.kinds = {
        kind: strength
        for kind in (frozen.kinds if known else sorted({*frozen.kinds, *state.kinds}))
        if (strength := _with_day(frozen.kinds.get(kind, 0.0), a_week, state.kinds.get(kind, 0)))
    }


def of_kinds(state: State, closed: str) -> dict[str, float]:
    """The strength of each kind after these days, which have closed since the frozen edge."""
    a_week, found = days_a_week(state.agreement.mode), dict(state.frozen.kinds)
    counting = [place for place, letter in enumerate(closed) if letter != EXCUSED]
    if not counting:
        return found
    for kind in sorted({*found, *state.kinds}):
        strength, bits = found.get(kind, 0.0), state.kinds.get(kind, 0)
        for place in counting:
            strength = _with_day(strength, a_week, bits >> place)
        found[kind] = strength
    return found


def _with_day(strength: float, a_week: int | None, bits: int) -> float:
    """`bits`: the days of the kind, the seventh of which is the day at hand."""
    if a_week is None:
        return strength * _DAILY_MEMORY + (bits >> WEEK_BEFORE & 1) * (1 - _DAILY_MEMORY)
    return _weekly(strength, a_week, (bits & (1 << _WEEK) - 1).bit_count())


def _weekly(strength: float, a_week: int, of_last_seven: int) -> float:
    memory = _memory(a_week / _WEEK)
    return strength * memory + min(1.0, of_last_seven / a_week) * (1 - memory)
