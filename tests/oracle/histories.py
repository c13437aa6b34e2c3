"""What happened to a couple, as plain facts: what the oracle reads, and what the engine is told.

Instants are milliseconds since 1970, dates ordinals, authors 0 or 1. A history prints as what makes it again.
"""

from typing import NamedTuple

from shared import days
from shared.events.values import Span

SECOND, HOUR, DAY = 1000, 3_600_000, 86_400_000
LATE = 5 * SECOND
"""So far behind the newest record is the time up to which a couple has been judged when it is read."""

UNDONE_WITHIN = 600 * SECOND

Spans = tuple[Span, ...]


class Entry(NamedTuple):
    """A check-in accepted at this instant for one of its author's dates."""

    at: int
    author: int
    date: int
    kind: str = "feeling"
    secret: bool = False


class Undo(NamedTuple):
    """The author takes this entry back."""

    at: int
    author: int
    entry: Entry


class Move(NamedTuple):
    """The author goes to another zone or day start; `from_ms` is the end of their date when they said so."""

    at: int
    author: int
    zone: str
    day_start: int
    from_ms: int


class Mode(NamedTuple):
    at: int
    author: int
    mode: str


class Cadence(NamedTuple):
    at: int
    author: int
    agreed: float


class Pause(NamedTuple):
    """From `first` to `last`, or without an end; `today` is the opener's date."""

    at: int
    author: int
    today: int
    first: int
    last: int | None


class PauseEnd(NamedTuple):
    """The wish to end the pause with this number among all pauses of the history."""

    at: int
    author: int
    today: int
    number: int


Fact = Entry | Undo | Move | Mode | Cadence | Pause | PauseEnd


class History(NamedTuple):
    """The zone and day start of each member, when they became a couple, and what came after, in order."""

    zones: tuple[tuple[str, int], ...]
    formed: int
    facts: tuple[Fact, ...] = ()

    def up_to(self, instant: int) -> "History":
        """Only what had been written by then."""
        return self._replace(facts=tuple(fact for fact in self.facts if fact.at <= instant))

    def before(self, place: int) -> "History":
        """Only the first so many facts."""
        return self._replace(facts=self.facts[:place])

    def standing(self) -> "History":
        """As if nothing that was taken back had ever been."""
        facts: list[Fact] = []
        undone: set[Entry] = set()
        for fact in self.facts:
            if not isinstance(fact, Undo):
                facts.append(fact)
            elif fact.entry in facts and fact.entry not in undone and _may_undo(fact):
                facts.remove(fact.entry)
                undone.add(fact.entry)
        return self._replace(facts=tuple(facts))

    def first_timelines(self) -> list[Spans]:
        return [(Span(0, zone, day_start),) for zone, day_start in self.zones]

    def timelines(self) -> list[tuple[int, list[Spans]]]:
        """From which instant on which timelines of the members were known."""
        found = [(0, self.first_timelines())]
        for fact in self.facts:
            if isinstance(fact, Move):
                known = list(found[-1][1])
                known[fact.author] = days.with_change(
                    known[fact.author], fact.at, fact.zone, fact.day_start, fact.from_ms
                )
                found.append((fact.at, known))
        return found

    def __str__(self) -> str:
        lines = [f"    {_at(fact.at)} {_readable(fact)}" for fact in self.facts]
        return "\n".join([f"{self.zones} formed {_at(self.formed)}", *lines])


def _may_undo(wish: Undo) -> bool:
    in_time = wish.at <= wish.entry.at + UNDONE_WITHIN
    return in_time and wish.author == wish.entry.author and not wish.entry.secret


def _at(instant: int) -> str:
    return days.iso_instant(instant)


def _readable(fact: Fact) -> str:
    dates = {name: getattr(fact, name, None) for name in ("date", "today", "first", "last")}
    shown = {name: value for name, value in fact._asdict().items() if name not in dates and name != "at"}
    shown |= {name: days.iso(value) for name, value in dates.items() if value is not None}
    return f"{type(fact).__name__} " + " ".join(f"{name}={value}" for name, value in shown.items())
