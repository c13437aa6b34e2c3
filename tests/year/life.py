"""A year as two people, or one, might live it: daily, by fits, or not at all. The same for the same seed."""

from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import NamedTuple

from shared import days
from shared.days import DAY_MS
from shared.events.couple import PactChanged, PartnerNudged, PauseEnded, PauseOpened
from shared.events.person import InviteCreated
from shared.kinds import KINDS
from shared.pact import pause_id
from shared.views.person import NudgeSettings
from tests.people import Person
from tests.year.home import Home

ZONES = (
    "Europe/Paris",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Pacific/Honolulu",
    "Africa/Cairo",
)
FIRST_DAY = days.ordinal("2026-01-05")
MINUTE_MS = 60_000


class Habit(NamedTuple):
    """How often somebody is here on a day, at which minute of it, and when they are away altogether."""

    often: float
    minute: int
    away: tuple[tuple[int, int], ...]


def home_of(seed: int, alone: bool = False) -> Home:
    """The people of this seed, with what they have settled, on the day that they begin."""
    chance = Random(f"home {seed}")
    zones = [chance.choice(ZONES)] * 2 if chance.random() < 0.6 else chance.sample(ZONES, 2)
    who = tuple(_person(chance, seed, place, zone) for place, zone in enumerate(zones[: 1 if alone else 2]))
    formed_ms = days.wall_instant(zones[0], FIRST_DAY, chance.randrange(7 * 60, 22 * 60))
    home = Home(who, f"0190c000-0000-7000-8000-{seed:012x}", formed_ms)
    for person in who:
        if chance.random() < 0.5:
            home.settings[person.id] = settings_of(chance)
        if chance.random() < 0.15:
            home.channels[person.id] = ()
    return home


def _person(chance: Random, seed: int, place: int, zone: str) -> Person:
    day_start = chance.choice((0, 180, 180, 300, 360))
    return Person(f"0190{'ab'[place]}000-0000-7000-8000-{seed:012x}", "", zone, day_start)


def settings_of(chance: Random) -> NudgeSettings:
    """What somebody might wish."""
    quiet = chance.choice(((1290, 480), (1290, 480), (0, 0), (1200, 540), (780, 900), (1380, 360)))
    kinds = {kind: not KINDS[kind].on for kind in KINDS if chance.random() < 0.15}
    return NudgeSettings(
        system=chance.choice(("all", "all", "all", "fewer", "none")),
        partner=chance.choice(("all", "all", "all", "fewer", "none")),
        quiet=quiet,
        content=chance.random() < 0.3,
        kinds=kinds,
    )


def live(home: Home, seed: int, length: int) -> None:
    """Let so many days pass with all that they do on them."""
    for deed in sorted(_deeds(home, seed, length), key=lambda deed: deed.at_ms):
        deed.act()
    home.pass_time(days.wall_instant(home.who[0].zone, FIRST_DAY + length, 0))


class Deed(NamedTuple):
    """What somebody does, and when."""

    at_ms: int
    act: Callable[[], object]


def _deeds(home: Home, seed: int, length: int) -> Iterator[Deed]:
    chance = Random(f"life {seed}")
    for person in home.who:
        leaves = chance.randrange(length) if len(home.who) > 1 and chance.random() < 0.04 else None
        habit = _habit(chance, length)
        for day in range(length):
            for deed in _day_of(home, chance, person, habit, FIRST_DAY + day):
                if leaves is None or day < leaves:
                    yield deed
        if leaves is not None:
            at_ms = _at(person, FIRST_DAY + leaves, 720)
            yield Deed(at_ms, partial(home.leave, person, at_ms))
    yield from _of_both(home, chance, length)


def _habit(chance: Random, length: int) -> Habit:
    often = chance.choice((0.97, 0.9, 0.75, 0.5, 0.25, 0.05))
    away = []
    if chance.random() < 0.5:
        first = chance.randrange(length)
        away.append((first, first + chance.choice((5, 12, 35, 75, 150))))
    return Habit(often, chance.randrange(7 * 60, 23 * 60), tuple(away))


def _day_of(home: Home, chance: Random, person: Person, habit: Habit, day: int) -> Iterator[Deed]:
    place = day - FIRST_DAY
    if chance.random() > habit.often or any(first <= place < last for first, last in habit.away):
        return
    for _ in range(1 + (chance.random() < 0.2)):
        at_ms = _at(person, day, habit.minute + chance.randrange(-120, 120))
        kind = chance.choice(
            ("feeling", "feeling", "best_thing", "quality_time", "self_love", "vulnerability")
        )
        yield Deed(at_ms, partial(home.check_in, person, at_ms, kind))
    if len(home.who) > 1 and chance.random() < 0.12:
        kind, at_ms = chance.choice(("appreciation", "reflection")), _at(person, day, chance.randrange(1440))
        yield Deed(at_ms, partial(home.check_in, person, at_ms, kind, "shared"))
    if len(home.who) > 1 and chance.random() < 0.06:
        for minute in sorted(chance.sample(range(1440), chance.choice((1, 1, 5)))):
            at_ms = _at(person, day, minute)
            yield Deed(at_ms, partial(home.say, at_ms, PartnerNudged(person.id, f"sign {at_ms}")))


def _of_both(home: Home, chance: Random, length: int) -> Iterator[Deed]:
    """What happens now and then: other wishes, journeys, another pact, pauses, invites."""
    for _ in range(length // 15):
        person, day = chance.choice(home.who), FIRST_DAY + chance.randrange(length)
        at_ms, today = _at(person, day, chance.randrange(480, 1300)), days.iso(day)
        roll = chance.randrange(6)
        if roll == 0:
            wish = settings_of(chance)
            yield Deed(at_ms, partial(home.wish, person, at_ms, wish))
        elif roll == 1:
            zone = chance.choice(ZONES)
            yield Deed(at_ms, partial(_move, home, person, at_ms, zone))
        elif roll == 2:
            mode = chance.choice(("daily", "two_misses", "weekly:3", "weekly:5"))
            pact = PactChanged(
                person.id, f"pact {at_ms}", mode=mode, agreed_days=chance.choice((2.0, 3.5, 7.0))
            )
            yield Deed(at_ms, partial(home.say, at_ms, pact))
        elif roll == 3:
            yield from _pause(home, chance, person, day, at_ms, today)
        elif len(home.who) == 1:
            until_ms = at_ms + 2 * DAY_MS
            invite = InviteCreated(f"invite {at_ms}", until_ms, f"c {at_ms}")
            yield Deed(at_ms, partial(home.say, at_ms, invite))


def _move(home: Home, person: Person, at_ms: int, zone: str) -> None:
    if person.id not in home.gone:
        home.move(person, at_ms, zone)


def _pause(home: Home, chance: Random, person: Person, day: int, at_ms: int, today: str) -> Iterator[Deed]:
    last = None if chance.random() < 0.5 else days.iso(day + chance.randrange(1, 20))
    opened = PauseOpened(person.id, f"pause {at_ms}", today, today, last)

    def begin() -> None:
        name = f"e{len(home.diary.records)}"
        home.say(at_ms, opened)
        if last is None:
            after_ms = at_ms + chance.randrange(1, 30) * DAY_MS
            ends[after_ms] = name

    ends: dict[int, str] = {}
    yield Deed(at_ms, begin)
    if last is None:
        for later in range(31):
            check_ms = at_ms + later * DAY_MS
            yield Deed(check_ms, partial(_end, home, person, check_ms, ends))


def _end(home: Home, person: Person, at_ms: int, ends: dict[int, str]) -> None:
    name = ends.pop(at_ms, None)
    if name is not None:
        today = days.iso(days.local_date(home.spans(person.id), at_ms))
        home.say(at_ms, PauseEnded(person.id, f"end {at_ms}", today, pause_id(name)))


def _at(person: Person, day: int, minute: int) -> int:
    """An instant by the wall clock of where they began; half a minute past, as nobody keeps to the minute."""
    return days.wall_instant(person.zone, day, 0) + max(0, minute) * MINUTE_MS + 30_000
