"""Random histories, each made by its seed: what two who travel, pause, forget and come back might do."""

from collections.abc import Callable
from random import Random

from shared import days
from shared.events.values import KINDS, Span
from tests.oracle.couple_days import end_of
from tests.oracle.histories import (
    DAY,
    HOUR,
    LATE,
    UNDONE_WITHIN,
    Cadence,
    Entry,
    Fact,
    History,
    Mode,
    Move,
    Pause,
    PauseEnd,
    Spans,
    Undo,
)

ZONES = [
    "Europe/Paris",
    "America/New_York",
    "Pacific/Auckland",
    "Pacific/Honolulu",
    "Pacific/Kiritimati",
    "Pacific/Apia",
    "Africa/Cairo",
    "America/Havana",
    "Antarctica/Troll",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
]
STARTS = ["2026-03-01", "2026-03-20", "2026-10-10", "2026-10-28", "2026-12-20", "2011-12-14"]
DAY_STARTS = [0, 90, 150, 180, 180, 180, 360]
MODES = ["daily", "daily", "two_misses", *[f"weekly:{n}" for n in range(1, 8)]]
KINDS_OF_BOTH = [*KINDS, "tango", "chess", "gnato"]
BOUNDS = [-LATE, -1, 0, 1, LATE - 1, LATE, LATE + 1]


class Person:
    """One member and where they are: the timeline after each of their moves."""

    def __init__(self, span: Span) -> None:
        self.known: list[tuple[int, Spans]] = [(0, (span,))]

    def spans(self, at: int) -> Spans:
        return [spans for since, spans in self.known if since <= at][-1]

    def today(self, at: int) -> int:
        return days.local_date(self.spans(at), at)


class Chance:
    """What happens, in the order in which it is thought of; put in order of time at the end."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.members = self.random.choice([1, 2, 2, 2, 2, 2])
        zones = [(self._zone(), self.random.choice(DAY_STARTS)) for _ in range(self.members)]
        start = days.ordinal(self.random.choice(STARTS)) + self.random.randint(0, 8)
        self.formed = days.start_of_day("UTC", 0, start) + self.random.randint(0, 24 * 60) * 60_000
        self.length = self.random.choice([8, 20, 35, 50])
        self.people = [Person(Span(0, zone, day_start)) for zone, day_start in zones]
        self.facts: list[Fact] = []
        self.flurries: list[int] = []
        self.history = History(tuple(zones), self.formed)

    def _zone(self) -> str:
        return self.random.choice(ZONES)

    def instant(self) -> int:
        """Some time in the history, often about an edge, or among entries that may be taken back."""
        if self.flurries and self.random.random() < 0.2:
            return self.random.choice(self.flurries) + self.random.randint(1, UNDONE_WITHIN)
        at = self.formed + self.random.randint(1, self.length * 24 * 60) * 60_000
        if self.random.random() < 0.2:
            person = self.random.choice(self.people)
            edge = days.end_of(person.spans(at), person.today(at))
            at = max(self.formed + 1, edge + self.random.choice(BOUNDS))
        return at

    def some(self, most: int, what: Callable[[], None]) -> None:
        for _ in range(max(0, self.random.randint(-1, most))):
            what()

    def author(self) -> int:
        return self.random.randrange(self.members)

    # --- moves come first: they decide which day it is ------------------------------------------------

    def moves(self) -> None:
        for at in sorted(self.instant() for _ in range(max(0, self.random.randint(-2, 4)))):
            author = self.author()
            person = self.people[author]
            before, zone = person.spans(at), self._zone()
            spans = days.with_change(before, at, zone, self.random.choice(DAY_STARTS))
            if spans == before:
                continue
            person.known.append((at, spans))
            late = self.random.choice([0, 0, 50, LATE, HOUR, 9 * HOUR])
            last = spans[-1]
            self.facts.append(Move(at + late, author, last.zone, last.day_start, last.from_ms))

    # --- what people record ---------------------------------------------------------------------------

    def entries(self) -> None:
        diligence = self.random.choice([0.5, 0.8, 0.9, 0.97])
        of_quality = self.random.choice([0.0, 0.02, 0.1])
        for author, person in enumerate(self.people):
            at, end = self.formed + 1, self.formed + self.length * DAY
            while at < end:
                day_end = days.end_of(person.spans(at), person.today(at))
                if self.random.random() < diligence:
                    for _ in range(self.random.choice([1, 1, 1, 2, 3])):
                        self.entry(author, self.random.randint(at, max(at, day_end - 1)), of_quality)
                at = max(day_end, at + 1)

    def entry(self, author: int, at: int, of_quality: float = 0.0) -> None:
        kind = self.random.choice(KINDS_OF_BOTH)
        if kind in ("quality_time", "safe_space"):
            kind = "feeling"
        if self.random.random() < of_quality:
            kind = self.random.choice(["quality_time", "safe_space"])
        back = self.random.choice([0] * 12 + [1, 2])
        date = self.people[author].today(at) - back
        self.facts.append(Entry(at, author, date, kind, secret=self.random.random() < 0.03))

    def comeback(self) -> None:
        """All record two kinds about the edges of a window in which a streak could be repaired."""
        about = self.instant()
        timelines = [person.spans(about) for person in self.people]
        close = end_of(timelines, min(person.today(about) for person in self.people))
        edge = close + self.random.choice([0, 0, 3 * HOUR, 20 * HOUR, 30 * HOUR, 48 * HOUR])
        for author in range(self.members):
            for _ in range(self.random.choice([2, 2, 3])):
                bound = self.random.choice([*BOUNDS, HOUR, 2 * HOUR, 7 * HOUR])
                self.entry(author, max(self.formed + 1, edge + bound))

    # --- what they take back --------------------------------------------------------------------------

    def flurry(self) -> None:
        """Some entries within minutes, of few days and kinds, some of which are taken back."""
        about = self.instant()
        self.flurries.append(about)
        for _ in range(self.random.randint(1, 7)):
            at, author = about + self.random.randint(1, UNDONE_WITHIN), self.author()
            kind = self.random.choice(
                ["feeling", "tango", "chess", "quality_time", "safe_space", "self_love"]
            )
            date = self.people[author].today(at) - self.random.choice([0, 0, 1, 2])
            entry = Entry(at, author, date, kind, secret=self.random.random() < 0.03)
            self.facts.append(entry)
            if self.random.random() < 0.5:
                self.undo(entry)

    def undo(self, entry: Entry) -> None:
        """Mostly in time and by the author; sometimes twice."""
        for _ in range(self.random.choice([1, 1, 1, 2])):
            wait = self.random.choice([1, self.random.randint(1, UNDONE_WITHIN), UNDONE_WITHIN])
            wait += self.random.random() < 0.1
            author = self.author() if self.random.random() < 0.1 else entry.author
            self.facts.append(Undo(entry.at + wait, author, entry))

    def regrets(self) -> None:
        """Any entries at all."""
        rate = self.random.choice([0.0, 0.0, 0.05, 0.2])
        for fact in [fact for fact in self.facts if isinstance(fact, Entry)]:
            if self.random.random() < rate:
                self.undo(fact)

    # --- what they agree on ---------------------------------------------------------------------------

    def mode(self) -> None:
        self.facts.append(Mode(self.instant(), self.author(), self.random.choice(MODES)))

    def cadence(self) -> None:
        """Not among taps: what is left of them is read under the cadence of now, not that of its time."""
        agreed, at = self.random.choice([1.0, 1.3, 2.0, 3.5, 7.0, 14.0]), self.instant()
        if not any(about <= at <= about + 2 * UNDONE_WITHIN for about in self.flurries):
            self.facts.append(Cadence(at, self.author(), agreed))

    def pauses(self) -> None:
        """In order of time, and never one on top of another of the same member."""
        free = [0] * len(self.people)
        instants = sorted(self.instant() for _ in range(max(0, self.random.randint(-1, 4))))
        for number, at in enumerate(instants):
            author = self.author()
            today = self.people[author].today(at)
            first = max(today, free[author]) + self.random.choice([0, 0, 0, 1, 2, 6])
            last = first + self.random.choice([0, 0, 1, 1, 2, 4, 9])
            for_good = number + 1 == len(instants) and self.random.random() < 0.5
            if not for_good and self.random.random() < 0.1:
                first, last = today - 1, today + 1  # refused: never in the past
            else:
                free[author] = last + 1
            self.facts.append(Pause(at, author, today, first, None if for_good else last))
            if self.random.random() < 0.4:
                self._end(at, author, number)

    def _end(self, after: int, opener: int, number: int) -> None:
        at = after + self.random.randint(1, 6 * 24 * 60) * 60_000
        author = self.random.choice([opener, opener, self.author()])
        self.facts.append(PauseEnd(at, author, self.people[author].today(at), number))

    def happened(self) -> tuple[History, list[int]]:
        """The history, and some instants at which to look at it, the last after its end."""
        self.moves()
        self.entries()
        self.some(3, self.comeback)
        self.regrets()
        self.some(5, self.flurry)
        self.some(3, self.mode)
        self.some(2, self.cadence)
        self.pauses()
        self.facts.sort(key=lambda fact: fact.at)
        history = self.history._replace(facts=tuple(self.facts))
        end = max([self.formed, *[fact.at for fact in self.facts]])
        looks = [self.instant() for _ in range(2)]
        return history, [*looks, end + self.random.choice([0, 1, 12, 48, 15 * 24, 70 * 24]) * HOUR]


def random_history(seed: int) -> tuple[History, list[int]]:
    return Chance(seed).happened()
