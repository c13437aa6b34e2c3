"""A lived-in site: sixty days of couples of character, planned as if they had happened."""

import random
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from cli.history import Checkin, Pairing, Past, Person
from shared import days
from shared.days import DAY_MS
from shared.events.couple import PactChanged, PauseOpened
from shared.events.values import Kind, Span, Visibility

LENGTH_DAYS = 60
HOUR_MS = 3_600_000
_MINUTE_MS = 60_000

_NOTES = (
    "Slept badly, but the morning coffee together helped.",
    "Work was loud today. Glad to be home.",
    "I keep thinking about what you said on Sunday.",
    "We laughed so much at dinner.",
    "A quiet day. I liked it.",
    "I was short with you this morning. I am sorry.",
    "Thank you for taking the late shift with the kids.",
    "The walk along the river was the best thing today.",
)
_FEELINGS = ("calm", "grateful", "tired", "hopeful", "loving", "busy", "playful", "anxious")
_WARM: tuple[Kind, ...] = ("feeling", "best_thing", "vulnerability", "feeling")


class Somebody(NamedTuple):
    name: str
    zone: str
    day_start: int = 180
    language: str = "en"


class Habit(NamedTuple):
    """`hours`: when, after local midnight, each checks in. The rest: on which days back from today.

    `left`: on which day the second of them left.
    """

    people: tuple[Somebody, ...]
    what: str
    hours: tuple[float, ...]
    absent: Callable[[int], bool] = lambda _back: False
    quality: Callable[[int], bool] = lambda back: back % 3 == 0
    twice: Callable[[int], bool] = lambda _back: False
    busy: Callable[[int], bool] = lambda _back: False
    mode: Literal["daily", "weekly:3", "two_misses"] = "daily"
    pause: tuple[int, int] | None = None
    left: int | None = None


COUPLES: tuple[Habit, ...] = (
    Habit(
        (Somebody("Ana", "Europe/Paris", language="fr"), Somebody("Ben", "Europe/Paris")),
        "steady: hardly a day missed",
        (8, 21),
        absent=lambda back: back == 33,
    ),
    Habit(
        (Somebody("Chloe", "Europe/Paris", language="fr"), Somebody("Dev", "Asia/Kolkata")),
        "long distance: two zones, one streak, the reserve in use",
        (22, 7),
        absent=lambda back: back % 17 == 5,
        quality=lambda back: back % 5 == 1,
    ),
    Habit(
        (Somebody("Ewa", "Europe/Warsaw", 300), Somebody("Filip", "Europe/Warsaw", 300)),
        "shift workers: their day begins at 05:00, and three in the morning is still yesterday",
        (27, 27.5),
        absent=lambda back: back % 19 == 7,
    ),
    Habit(
        (Somebody("Grace", "Europe/London"), Somebody("Hugo", "Europe/London")),
        "broke a streak three weeks ago, and repaired it the next day",
        (19, 20),
        absent=lambda back: back in (24, 23, 22),
        twice=lambda back: back == 21,
    ),
    Habit(
        (Somebody("Ines", "Europe/Berlin"), Somebody("Jonas", "Europe/Berlin")),
        "busy: quality time crowded out for three weeks, and back since",
        (7, 23),
        quality=lambda back: (back > 32 and back % 4 == 0) or (back < 10 and back % 3 == 0),
        busy=lambda back: 10 <= back <= 32,
    ),
    Habit(
        (Somebody("Kim", "America/New_York"), Somebody("Lior", "America/New_York")),
        "three times a week is what they agreed on",
        (18, 20),
        absent=lambda back: back % 7 in (1, 3, 5),
        mode="weekly:3",
    ),
    Habit(
        (Somebody("Maya", "America/Los_Angeles"), Somebody("Noah", "America/Los_Angeles")),
        "a pause of nine days for a trip",
        (9, 22),
        absent=lambda back: 12 <= back <= 20,
        pause=(20, 12),
    ),
    Habit(
        (Somebody("Pia", "Pacific/Auckland"), Somebody("Quinn", "Australia/Sydney")),
        "only two misses in a row break their streak",
        (20, 21),
        absent=lambda back: back % 4 == 2,
        mode="two_misses",
    ),
    Habit(
        (Somebody("Rosa", "Europe/Madrid"), Somebody("Sam", "Europe/Madrid")),
        "Sam left quietly twelve days ago; Rosa sees a pause without an end",
        (8, 20),
        left=12,
    ),
    Habit((Somebody("Omar", "Africa/Cairo"),), "alone for now: a couple of one", (20,)),
)


class Shown(NamedTuple):
    """Somebody to look around as."""

    id: str
    name: str
    what: str


def plan(past: Past, new_id: Callable[[], str], chance: random.Random, until_ms: int) -> list[Shown]:
    """Plan everybody's sixty days up to this instant."""
    shown = []
    for habit in COUPLES:
        ids = [new_id() for _ in habit.people]
        shown += [Shown(i, p.name, habit.what) for i, p in zip(ids, habit.people, strict=True)]
        _Life(past, habit, ids, chance, until_ms).plan()
    return shown


class _Life:
    def __init__(
        self, past: Past, habit: Habit, ids: Sequence[str], chance: random.Random, until_ms: int
    ) -> None:
        self._past = past
        self._habit = habit
        self._ids = ids
        self._chance = chance
        self._until_ms = until_ms
        self._begins_ms = until_ms - LENGTH_DAYS * DAY_MS

    def plan(self) -> None:
        for person, somebody in zip(self._ids, self._habit.people, strict=True):
            self._past.register(
                Person(
                    person,
                    somebody.name,
                    somebody.zone,
                    self._begins_ms,
                    somebody.day_start,
                    somebody.language,
                )
            )
        paired_ms = self._begins_ms + HOUR_MS
        if len(self._ids) > 1:
            self._past.pair(Pairing(self._ids[0], self._ids[1], paired_ms))
        self._agree(paired_ms + HOUR_MS)
        for back in range(LENGTH_DAYS - 1, -1, -1):
            for place, person in enumerate(self._ids):
                self._day(back, place, person)

    def _agree(self, at_ms: int) -> None:
        first, mode, pause = self._ids[0], self._habit.mode, self._habit.pause
        if mode != "daily":
            self._past.agree(first, at_ms, lambda command, _today: PactChanged(first, command, mode=mode))
        if pause is not None:
            opened, last_back = pause
            opened_ms = self._at(opened, 0, 12)
            last = days.iso(days.local_date(self._spans(0), self._at(last_back, 0, 12)))
            self._past.agree(
                first, opened_ms, lambda command, today: PauseOpened(first, command, today, today, last)
            )
        if self._habit.left is not None:
            self._past.leave(self._ids[1], self._at(self._habit.left, 1, 12))

    def _day(self, back: int, place: int, person: str) -> None:
        habit = self._habit
        if habit.absent(back):
            return
        hour = habit.hours[place] + self._chance.uniform(-0.4, 0.4)
        busy = 2 if habit.busy(back) and place == 0 else None
        self._enter(person, self._at(back, place, hour), self._chance.choice(_WARM), busy=busy)
        if habit.twice(back):
            self._enter(person, self._at(back, place, hour) + 5 * _MINUTE_MS, "repair")
            self._enter(person, self._at(back, place, hour) + 9 * _MINUTE_MS, "best_thing")
        if place == 0 and habit.quality(back):
            self._enter(person, self._at(back, place, hour) + 20 * _MINUTE_MS, "quality_time", minutes=45)
        if self._chance.random() < 0.15:
            self._enter(person, self._at(back, place, hour) + 30 * _MINUTE_MS, "appreciation", "shared")

    def _enter(
        self,
        person: str,
        at_ms: int,
        kind: Kind,
        visibility: Visibility | None = None,
        *,
        minutes: int | None = None,
        busy: int | None = None,
    ) -> None:
        if not self._begins_ms + 3 * HOUR_MS < at_ms < self._until_ms:
            return
        shared: Visibility = "shared" if self._chance.random() < 0.5 else "sealed"
        feelings = tuple(self._chance.sample(_FEELINGS, 2)) if kind == "feeling" else ()
        note = self._chance.choice(_NOTES)
        self._past.check_in(
            Checkin(
                person,
                at_ms,
                kind,
                visibility or shared,
                note=note,
                feelings=feelings,
                minutes=minutes,
                busy=busy,
            )
        )

    def _spans(self, place: int) -> tuple[Span, ...]:
        somebody = self._habit.people[place]
        return (Span(0, somebody.zone, somebody.day_start),)

    def _at(self, back: int, place: int, hour: float) -> int:
        """An hour after local midnight, so many dates back from today's."""
        zone = self._habit.people[place].zone
        today, _ = days.local_clock(zone, self._until_ms)
        return days.wall_instant(zone, today - back, 0) + round(hour * HOUR_MS)
