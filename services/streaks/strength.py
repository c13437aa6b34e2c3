"""Habit strength: the published score of Loop Habit Tracker, a weighted mean that forgets slowly."""

from math import sqrt
from typing import Final

from streaks.state import KEPT, MISSED, REPAIRED, RESERVE

_DAILY = 1.0
_WORTH = {KEPT: 1.0, REPAIRED: 1.0, RESERVE: 0.0, MISSED: 0.0}
"""An excused day, and one still open, leaves the strength alone."""


def _memory(frequency: float) -> float:
    return float(0.5 ** (sqrt(frequency) / 13))


_MEMORY: Final = _memory(_DAILY)
"""The share of the strength that one more day leaves, in mode `daily`."""


def after(strength: float, days: str) -> float:
    """The strength after these days."""
    for day in days:
        worth = _WORTH.get(day)
        if worth is not None:
            strength = strength * _MEMORY + worth * (1 - _MEMORY)
    return strength
