"""Who takes part: couples whose day closes, is at risk or whose lapse opens while the run goes on.

Their past ends a minute before the latest instant at which it was 19:30 somewhere, so that this at least
falls due in the run, whenever it begins.
"""

import random
from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple
from zoneinfo import available_timezones

from cli.backdating import Dated
from cli.history import CROSSING_MS, STEP_MS, Checkin, Desk, Pairing, Past, Person

from shared import days
from shared.days import DAY_MS
from shared.events.values import KINDS, Kind, Span

SECOND_MS, MINUTE_MS, HOUR_MS = 1000, 60_000, 3_600_000
NEVER_MS = 2**60
CLOSES_AFTER_MS = 5 * SECOND_MS
LAPSES_AFTER_DAYS, LAPSES_AT_MS = 10, 12 * HOUR_MS
"""The first threshold of a couple that has had no quality time yet: so many days, and so much of the next."""

HALF_PAST_SEVEN = 19 * 60 + 30
QUARTER_MS = 15 * MINUTE_MS
QUALITY: tuple[Kind, ...] = ("quality_time", "safe_space")
PLAIN: tuple[Kind, ...] = ("feeling", "appreciation", "vulnerability", "best_thing", "self_love")

Group = Literal["closing", "risk", "lapse", "warm", "tender", "alone"]


Place = tuple[str, int]
"""A zone and a day start."""


class Part(NamedTuple):
    """What a person does in the run: silent before `from_ms`; `late`: also enters for yesterday.

    `early`: checks in once before streaks and the notifier are started.
    """

    person: str
    group: Group
    from_ms: int = 0
    kinds: tuple[str, ...] = PLAIN
    late: bool = False
    early: bool = False


class Window(NamedTuple):
    """From when to when the run is expected to go."""

    from_ms: int
    until_ms: int


class Cast(NamedTuple):
    """`risks_ms`: when it is 19:30 for some of them. `until_ms`: when the last of what time does is over."""

    past: list[Dated]
    parts: list[Part]
    tokens: dict[str, str]
    risks_ms: list[int]
    until_ms: int


@cache
def _zones() -> list[str]:
    return sorted(
        z for z in available_timezones() if "/" in z and not z.startswith("Etc/") and days.is_zone(z)
    )


def zones_at(at_ms: int, first: int, last: int) -> list[str]:
    """The zones whose clocks show a time of day between these minutes, both included."""
    return [zone for zone in _zones() if first <= days.local_clock(zone, at_ms)[1] <= last]


def next_risk(after_ms: int) -> int:
    """The next instant at which it is 19:30 somewhere."""
    return risks_in(Window(after_ms, after_ms + 2 * HOUR_MS))[1]


def next_close(after_ms: int) -> int:
    """The next minute at which a day can be made to close, with some seconds before it."""
    return -(-(after_ms + CLOSES_AFTER_MS) // MINUTE_MS) * MINUTE_MS


def risks_in(window: Window) -> list[int]:
    """The quarter hours of the window at which it is 19:30 somewhere, after the latest one before it."""
    first = window.from_ms // QUARTER_MS * QUARTER_MS
    before = [first - n * QUARTER_MS for n in range(5)]
    within = range(first + QUARTER_MS, window.until_ms, QUARTER_MS)
    latest = next(at_ms for at_ms in before if zones_at(at_ms, HALF_PAST_SEVEN, HALF_PAST_SEVEN))
    return [latest, *(at_ms for at_ms in within if zones_at(at_ms, HALF_PAST_SEVEN, HALF_PAST_SEVEN))]


class Casting:
    """Draws the cast. `size` is about the number of couples in each group."""

    def __init__(self, chance: random.Random, window: Window, desk: Desk, partitions: int, size: int) -> None:
        self._chance = chance
        self._window = window
        self._desk = desk
        self._size = size
        self._past = Past(desk, partitions)
        self._parts: list[Part] = []
        self._people: dict[str, Person] = {}
        self._risks_ms = risks_in(window)
        self._ends_ms = self._risks_ms[0] - MINUTE_MS
        self._minutes = range(next_close(window.from_ms), window.until_ms, MINUTE_MS)

    def cast(self) -> Cast:
        for n in range(self._size):
            self._closing(n)
            self._lapse(n)
            self._warm(n)
        for _ in range(2 * self._size):
            self._tender()
        for at_ms in self._risks_ms:
            for n in range(max(4, self._size // len(self._risks_ms))):
                self._risk(at_ms, n)
        for _ in range(3):
            self._alone()
        past = self._past.written(self._ends_ms)
        return Cast(past, self._parts, self._past.tokens, self._risks_ms, self._window.until_ms)

    # --- the groups ---------------------------------------------------------------------------------

    def _closing(self, n: int) -> None:
        """Today ends in the run: one is absent, or reserves are spent, or all is well, or just in time."""
        at_ms = self._chance.choice(self._minutes)
        here, tomorrow = self._starting_at(at_ms)
        there, _ = self._starting_at(at_ms - self._chance.choice([0, 0, 7, 45]) * MINUTE_MS, tomorrow)
        date = tomorrow - 1
        pair = self._couple(here, there, at_ms - 7 * DAY_MS - 5 * HOUR_MS)
        spent = (date - 2, date - 4) if n % 4 == 1 else ()
        self._keep(pair, [d for d in range(date - 6, date) if d not in spent])
        self._keep(pair[: (1, 1, 2, 1)[n % 4]], [date])
        absent_from = at_ms + self._chance.randint(2, 20) * SECOND_MS
        just_in_time = at_ms - self._chance.randint(0, 15) * SECOND_MS
        self._parts.append(Part(pair[0].id, "closing", late=True))
        from_ms = (absent_from, absent_from, 0, just_in_time)[n % 4]
        self._parts.append(Part(pair[1].id, "closing", from_ms, late=n % 4 != 1))

    def _risk(self, at_ms: int, n: int) -> None:
        """A streak stands on today, and nobody, or one of them, or both at the last moment check in."""
        here = self._chance.choice(zones_at(at_ms, HALF_PAST_SEVEN, HALF_PAST_SEVEN))
        there = self._chance.choice(zones_at(at_ms, HALF_PAST_SEVEN - 150, HALF_PAST_SEVEN))
        pair = self._couple((here, 180), (there, 180), at_ms - 5 * DAY_MS)
        today = days.date_at(here, 180, at_ms)
        self._keep(pair, range(today - 4, today))
        past = at_ms < self._window.from_ms
        around = max(self._window.from_ms, at_ms) + self._chance.randint(-10, 15) * SECOND_MS
        for who, person in enumerate(pair):
            from_ms = (NEVER_MS, 0 if who else NEVER_MS, NEVER_MS if past else around, around)[n % 4]
            self._parts.append(Part(person.id, "risk", from_ms, early=past and n % 4 == 2))

    def _lapse(self, n: int) -> None:
        """The lapse opens within the run; every other couple has quality time at about that instant."""
        at_ms = self._chance.choice(self._minutes)
        place, _ = self._starting_at(at_ms - LAPSES_AT_MS)
        pair = self._couple(place, place, at_ms - LAPSES_AT_MS - LAPSES_AFTER_DAYS * DAY_MS + 2 * HOUR_MS)
        around = at_ms + self._chance.randint(-15, 20) * SECOND_MS
        for person in pair:
            self._parts.append(Part(person.id, "lapse", around if n % 2 else 0, QUALITY if n % 2 else PLAIN))

    def _warm(self, n: int) -> None:
        """They have been here since yesterday and enter all sorts of things."""
        zones = zones_at(self._window.from_ms, 9 * 60, 18 * 60)
        pair = self._couple(
            (self._chance.choice(zones), 180), (self._chance.choice(zones), 0), self._ends_ms - 40 * HOUR_MS
        )
        self._parts += [Part(person.id, "warm", kinds=KINDS, late=n % 2 == 0) for person in pair]

    def _tender(self) -> None:
        """Awake, and sending each other signs: many, since nobody hears more than one of them in a run."""
        zones = zones_at(self._window.from_ms, 9 * 60, 18 * 60)
        place = self._chance.choice(zones), 180
        pair = self._couple(place, place, self._ends_ms - 40 * HOUR_MS)
        self._parts += [Part(person.id, "tender") for person in pair]

    def _alone(self) -> None:
        zone = self._chance.choice(zones_at(self._window.from_ms, 9 * 60, 18 * 60))
        person = self._register((zone, 180), self._ends_ms - 3 * DAY_MS)
        today = days.date_at(zone, 180, self._window.from_ms)
        self._keep([person], [today - 2, today - 1])
        self._parts.append(Part(person.id, "alone", kinds=KINDS, late=True))

    # --- what happened to them ----------------------------------------------------------------------

    def _starting_at(self, at_ms: int, date: int | None = None) -> tuple[Place, int]:
        """A zone and day start by which a date starts at this instant, and the date."""
        fit = []
        for zone in zones_at(at_ms, 0, 6 * 60):
            day, minutes = days.local_clock(zone, at_ms)
            if date in (None, day) and days.start_of_day(zone, minutes, day) == at_ms:
                fit.append(((zone, minutes), day))
        return self._chance.choice(fit)

    def _couple(self, here: Place, there: Place, formed_ms: int) -> list[Person]:
        at_ms = formed_ms - 2 * STEP_MS - CROSSING_MS
        pair = [self._register(place, at_ms - MINUTE_MS) for place in (here, there)]
        self._past.pair(Pairing(pair[0].id, pair[1].id, at_ms))
        return pair

    def _register(self, place: Place, at_ms: int) -> Person:
        name = f"Person {len(self._people)}"
        person = Person(
            self._desk.new_id(), name, place[0], at_ms, place[1], self._chance.choice(["en", "fr"])
        )
        self._people[person.id] = person
        self._past.register(person)
        return person

    def _keep(self, people: Sequence[Person], dates: Sequence[int]) -> None:
        """Each of them checked in on each of these dates, at some instant before the past ends."""
        for person in people:
            spans = (Span(0, person.zone, person.day_start),)
            for date in dates:
                first_ms = max(days.start_of(spans, date), person.registered_ms + 5 * MINUTE_MS)
                last_ms = min(days.end_of(spans, date), self._ends_ms) - MINUTE_MS
                if first_ms < last_ms:
                    at_ms = self._chance.randrange(first_ms, last_ms)
                    kind: Kind = self._chance.choice(["feeling", "best_thing"])
                    self._past.check_in(Checkin(person.id, at_ms, kind, note="We were here."))
