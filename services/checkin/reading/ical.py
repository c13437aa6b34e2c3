"""A calendar in the form that calendar programs read (RFC 5545 and 7986). Pure.

Days in a row of which the same is said are one event: hundreds of days are asked for again and again, and
each event costs.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from typing import NamedTuple

from icalendar import Calendar, Event

NAME = "Attune"
REFRESH = timedelta(hours=6)

_ONE_DAY = timedelta(days=1)


class AllDay(NamedTuple):
    """From one date (an ordinal) to another, both included. `kind` tells apart what covers the same days."""

    first: int
    last: int
    kind: str
    summary: str


def in_rows(days: Iterable[tuple[int, str, str]]) -> list[AllDay]:
    """These days (date, kind, summary), which are in order, with those that follow one another as one."""
    found: list[AllDay] = []
    for day, kind, summary in days:
        if found and found[-1] == (found[-1].first, day - 1, kind, summary):
            found[-1] = found[-1]._replace(last=day)
        else:
            found.append(AllDay(day, day, kind, summary))
    return found


def joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The dates that any of these covers, as spans that do not touch."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def fingerprint(events: Sequence[AllDay]) -> str:
    """Equal for equal calendars: what costs less than the calendar itself."""
    return blake2b(repr([tuple(event) for event in events]).encode(), digest_size=16).hexdigest()


def as_calendar(events: Sequence[AllDay], seed: bytes) -> bytes:
    """The events as a file. From `seed`, at most 64 bytes, their ids are drawn: it names nobody."""
    calendar = Calendar()
    calendar.add("prodid", "-//Attune//Couple-days//EN")
    calendar.add("version", "2.0")
    calendar.add("name", NAME)
    calendar.add("x-wr-calname", NAME)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    for event in events:
        calendar.add_component(_event(event, seed))
    return bytes(calendar.to_ical())


def _event(event: AllDay, seed: bytes) -> Event:
    first = date.fromordinal(event.first)
    made = Event()
    made.add("uid", blake2b(f"{event.kind} {first}".encode(), key=seed, digest_size=16).hexdigest())
    # Always the same for the same day, so that an unchanged calendar is the same to the byte.
    made.add("dtstamp", datetime.combine(first, time(), UTC))
    made.add("dtstart", first)
    made.add("dtend", date.fromordinal(event.last) + _ONE_DAY)
    made.add("summary", event.summary)
    made.add("class", "PRIVATE")
    made.add("transp", "TRANSPARENT")
    return made
