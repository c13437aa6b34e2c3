"""How the days of each mode add up: the count, what breaks it, and what the frozen days leave behind.

`letters` are the states of days in a row from the frozen edge on, the first `closed` of which have closed.
In `weekly:n` the streak counts ISO weeks, else days.
"""

from typing import NamedTuple

from shared.pact import days_a_week
from streaks.state import EXCUSED, KEPT, MISSED, REPAIRED, Frozen

_WEEK = 7
REMEMBERED = 6
"""How many letters of frozen days are kept: a week without its last day, and the reserve's window."""


class Total(NamedTuple):
    """The streak after some days, and the longest up to there."""

    streak: int
    longest: int


def total(mode: str, frozen: Frozen, letters: str, closed: int) -> Total:
    """What frozen days and these add up to."""
    if mode == "daily":
        return _daily(frozen, letters)
    a_week = days_a_week(mode)
    if a_week is None:
        return _two_misses(frozen, letters)
    return _weekly(a_week, frozen, letters, closed)


def days_at_stake(mode: str) -> int:
    """How many days up to the one that broke a streak a repair may mark."""
    return 1 if days_a_week(mode) is None else _WEEK


def days_after(mode: str, day: int) -> int:
    """How many days of the unit that is counted come after this one."""
    return 0 if days_a_week(mode) is None else -day % _WEEK


def counted(letters: str) -> int:
    """How many of these days count: kept ones, and repaired ones."""
    return letters.count(KEPT) + letters.count(REPAIRED)


def kept_in_week(frozen: Frozen, letters: str, sunday: int) -> int:
    """How many days of the week that ends with this one count; none of them has been frozen."""
    place = sunday - frozen.edge
    return counted(letters[max(0, place + 1 - _WEEK) : place + 1])


def _daily(frozen: Frozen, letters: str) -> Total:
    if MISSED not in letters:  # nearly always, and asked for with every event
        streak = frozen.count + counted(letters)
        return Total(streak, max(frozen.longest, streak))
    first, *later = letters.split(MISSED)
    runs = [frozen.count + counted(first), *[counted(run) for run in later]]
    return Total(runs[-1], max(frozen.longest, *runs))


def _two_misses(frozen: Frozen, letters: str) -> Total:
    """Excused days between two missed ones are not counted; neither are those still open."""
    count, longest, missed = frozen.count, frozen.longest, frozen.missed
    for letter in letters:
        if letter in (KEPT, REPAIRED):
            count, missed = count + 1, False
            longest = max(longest, count)
        elif letter == MISSED:
            count, missed = (0 if missed else count), True
    return Total(count, longest)


def _weekly(a_week: int, frozen: Frozen, letters: str, closed: int) -> Total:
    """A week counts as soon as it has its n; each excused day lowers n to what the rest can hold."""
    count, longest = frozen.count, frozen.longest
    for first, week in weeks(frozen, letters):
        verdict = _week(a_week, week, over=first + _WEEK <= frozen.edge + closed)
        if verdict is not None:
            count = count + 1 if verdict else 0
            longest = max(longest, count)
    return Total(count, longest)


def weeks(frozen: Frozen, letters: str) -> list[tuple[int, str]]:
    """The ISO weeks that these days lie in, each with its Monday; the first with its frozen days too.

    Days before the couple's first are excused days of its first week.
    """
    # Ordinal 1, the 1st of January of the year 1, was a Monday.
    into = (frozen.edge - 1) % _WEEK
    known = min(into, frozen.edge - frozen.start)
    days = EXCUSED * (into - known) + frozen.recent[len(frozen.recent) - known :] + letters
    monday = frozen.edge - into
    return [(monday + at, days[at : at + _WEEK]) for at in range(0, len(days), _WEEK)]


def _week(a_week: int, week: str, *, over: bool) -> bool | None:
    """Whether a week is kept; None while that is open, and for one that is wholly excused."""
    needed = min(a_week, _WEEK - week.count(EXCUSED))
    if needed == 0:
        return None
    if counted(week) >= needed:
        return True
    return False if over else None


def freeze(mode: str, frozen: Frozen, letter: str) -> None:
    """Let this day, the first after the edge, be part of what is frozen. Moves no edge."""
    if days_a_week(mode) is None:
        frozen.count, frozen.longest = total(mode, frozen, letter, 1)
    elif frozen.edge % _WEEK == 0:
        # A week is frozen whole, with its Sunday: until then its days are in `recent`.
        frozen.count, frozen.longest = total(mode, frozen, letter, 1)
    if letter != EXCUSED:
        frozen.missed = letter == MISSED
    frozen.recent = (frozen.recent + letter)[-REMEMBERED:]
