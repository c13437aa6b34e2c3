"""A journal to fold: couples in two zones, both members checking in every day, in time order.

Both have checked in before a day could be found at risk, and quality time is never overdue: each couple-day
gives one moment, `streak.extended`, so there is one for every second check-in; each week gives one more.
"""

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from streaks.calendar import MILESTONES

from shared import days, topics
from shared.events import TYPE_NAMES, Event, encode
from shared.events.couple import CheckinRecorded, CoupleFormed
from shared.events.values import Kind, Member, Span

# Ahead of the wall clock: where a shard has read all, none of these days falls due by it.
FIRST_DAY = days.ordinal("2040-01-09")
FORMED_MS = days.wall_instant("UTC", FIRST_DAY, 5 * 60)
DAY_START = 3 * 60
ZONES = (
    ("Europe/Paris", "America/New_York"),
    ("Europe/London", "America/Chicago"),
    ("Europe/Helsinki", "Europe/Lisbon"),
    ("Europe/Berlin", "America/Sao_Paulo"),
)
KINDS: tuple[Kind, ...] = ("feeling", "quality_time", "vulnerability", "reflection")
MORNING_MS = range(8 * 3_600_000, 12 * 3_600_000)
NOTE_EVERY = 3
NOTE_BYTES = 70
SEALED_BYTES_MORE = 29
ACKNOWLEDGED_MS = 20


class Line(NamedTuple):
    """A record of the journal, to be appended at this instant."""

    at_ms: int
    subject: str
    value: bytes


class _Couple(NamedTuple):
    subject: str
    members: tuple[Member, ...]
    mornings_ms: tuple[int, ...]


@dataclass(frozen=True)
class Journal:
    """So many couples over so many days, the same ones every time."""

    couples: int
    days: int

    @property
    def events(self) -> int:
        return self.couples * (1 + 2 * self.days)

    @property
    def moments(self) -> int:
        """A longer streak for each day, the milestones on the way, and each week that has closed."""
        milestones, weeks = sum(self.days >= milestone for milestone in MILESTONES), (self.days - 1) // 7
        return self.couples * (self.days + milestones + weeks)

    def lines(self) -> Iterator[Line]:
        """All records in the order of their append times."""
        draw = random.Random(7)
        couples = [_couple(draw, ZONES[number % len(ZONES)]) for number in range(self.couples)]
        yield from (_formed(draw, couple) for couple in couples)
        for day in range(FIRST_DAY, FIRST_DAY + self.days):
            # The last morning of a date is over before the first of the next begins.
            yield from sorted(_checkins(draw, couples, day), key=attrgetter("at_ms"))


def _couple(draw: random.Random, zones: tuple[str, str]) -> _Couple:
    members = tuple(Member(_uuid(draw), (Span(0, zone, DAY_START),)) for zone in zones)
    mornings_ms = tuple(draw.choice(MORNING_MS) for _ in zones)
    return _Couple(topics.couple(_uuid(draw)), members, mornings_ms)


def _formed(draw: random.Random, couple: _Couple) -> Line:
    data = CoupleFormed(draw.randbytes(32).hex(), couple.members, _uuid(draw))
    inviter = topics.person(couple.members[0].person)
    return _line(draw, FORMED_MS, couple.subject, data, inviter, 1)


def _checkins(draw: random.Random, couples: list[_Couple], day: int) -> Iterator[Line]:
    for number, couple in enumerate(couples):
        for member, morning_ms in zip(couple.members, couple.mornings_ms, strict=True):
            at_ms = days.start_of_day(member.spans[0].zone, 0, day) + morning_ms
            noted = (number + day) % NOTE_EVERY == 0
            data = CheckinRecorded(
                author=member.person,
                kind=KINDS[(number + day) % len(KINDS)],
                local_date=days.iso(day),
                at_ms=at_ms,
                zone=member.spans[0].zone,
                day_start=DAY_START,
                tzdata="2026.6",
                visibility="sealed",
                note=_sealed(draw, NOTE_BYTES) if noted else None,
            )
            yield _line(draw, at_ms, couple.subject, data)


def _line(
    draw: random.Random,
    at_ms: int,
    subject: str,
    data: CoupleFormed | CheckinRecorded,
    sender: str | None = None,
    sequence: int | None = None,
) -> Line:
    kind, time = TYPE_NAMES[type(data)], days.iso_instant(at_ms)
    event = Event(_uuid(draw), kind, "attune/checkin", time, subject, data, sender, sequence)
    return Line(at_ms + ACKNOWLEDGED_MS, subject, encode(event))


def _sealed(draw: random.Random, length: int) -> str:
    """As long as the sealed form of so many bytes."""
    return base64.b64encode(draw.randbytes(length + SEALED_BYTES_MORE)).decode()


def _uuid(draw: random.Random) -> str:
    return str(UUID(int=draw.getrandbits(128), version=4))
