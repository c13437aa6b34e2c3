"""Days drawn as signs: a calendar with weeks as columns, a row of weeks, and what the signs mean. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import NamedTuple

from rich.text import Text

Day = tuple[date, str]
"""A date and the state of its couple-day."""


class Sign(NamedTuple):
    """How a state is drawn: by its shape, whatever the colour. `letter` where there are only letters."""

    shape: str
    letter: str
    style: str


SIGNS = {
    "kept": Sign("■", "#", "green"),
    "repaired": Sign("◆", "+", "green"),
    "reserve": Sign("◇", "=", "yellow"),
    "excused": Sign("·", "-", "dim"),
    "not_kept": Sign("□", ".", "default"),
    "open": Sign("○", "o", "cyan"),
}
_OTHER = Sign("?", "?", "default")
_COUNTED = ("kept", "repaired")
_LEVELS = "▁▂▃▄▅▆▇█"
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MARGIN = 4
_WEEK = 7


def calendar(days: Sequence[Day], width: int, *, ascii_only: bool) -> Text:
    """Weeks as columns, weekdays as rows, the months above; the oldest that do not fit are left out."""
    weeks = _weeks(days)
    step = 2 if _MARGIN + 2 * len(weeks) <= width else 1
    weeks = weeks[-max(1, (width - _MARGIN) // step) :]
    drawn = Text(_months([monday for monday, _ in weeks], step) + "\n")
    for weekday, name in enumerate(_WEEKDAYS):
        drawn.append(f"{name:{_MARGIN}}")
        for monday, states in weeks:
            state = states.get(monday + timedelta(days=weekday))
            drawn.append_text(_cell(state, ascii_only=ascii_only)).append(" " * (step - 1))
        drawn.rstrip()
        drawn.append("\n")
    return drawn.append("\n").append_text(legend([state for _, state in days], ascii_only=ascii_only))


def row(days: Sequence[Day], *, ascii_only: bool) -> Text:
    """A sign for each day, week by week, and beneath each week how many of its days were kept."""
    signs, counts = Text(), Text()
    for monday, states in _weeks(days):
        kept = sum(state in _COUNTED for state in states.values())
        for weekday in range(_WEEK):
            signs.append_text(_cell(states.get(monday + timedelta(days=weekday)), ascii_only=ascii_only))
        signs.append(" ")
        level = "" if ascii_only else f"{_LEVELS[kept]} "
        counts.append(f"{level}{kept}".ljust(_WEEK + 1))
    signs.rstrip()
    counts.rstrip()
    return Text("days  ").append_text(signs).append("\nkept  ").append_text(counts)


def legend(states: Sequence[str], *, ascii_only: bool) -> Text:
    """What the signs that occur mean, in words."""
    drawn = Text()
    for state in (*SIGNS, *(sorted(set(states) - SIGNS.keys()))):
        if state in states:
            drawn.append("  " if drawn else "").append_text(_cell(state, ascii_only=ascii_only))
            drawn.append(f" {state.replace('_', ' ')}")
    return drawn


def _weeks(days: Sequence[Day]) -> list[tuple[date, dict[date, str]]]:
    """Each week by its Monday."""
    ordered = sorted(days)
    return [(monday, dict(week)) for monday, week in groupby(ordered, lambda day: monday_of(day[0]))]


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def _months(mondays: Sequence[date], step: int) -> str:
    """The name of each month above the first week that begins in it, but where the next leaves no room."""
    begun = [
        (_MARGIN + nth * step, monday)
        for nth, monday in enumerate(mondays)
        if nth == 0 or monday.month != mondays[nth - 1].month
    ]
    line = ""
    for (at, monday), (end, _) in pairwise([*begun, (_MARGIN + len(mondays) * step + _WEEK, mondays[-1])]):
        if end - at > len("Nov"):
            line = f"{line:{at}}{monday:%b}"
    return line


def _cell(state: str | None, *, ascii_only: bool) -> Text:
    if state is None:
        return Text(" ")
    sign = SIGNS.get(state, _OTHER)
    return Text(sign.letter if ascii_only else sign.shape, sign.style)
