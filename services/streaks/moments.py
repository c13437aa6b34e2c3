"""Moments as they are published: the same facts always give the same ids, times and bytes."""

from hashlib import sha1
from uuid import NAMESPACE_URL, uuid5

import msgspec

from shared.days import DAY_MS, iso, iso_instant
from shared.events import TYPE_NAMES, Event, StreakBroken, StreakCorrected, StreakExtended
from shared.folding import Output, Record
from shared.topics import MOMENTS
from streaks.calendar import News
from streaks.state import State

LIVES_MS = DAY_MS
"""After this long a moment that is about no particular hour is stale."""

NAMESPACE = uuid5(NAMESPACE_URL, "attune/moments")

_OF_NEWS: dict[str, type[StreakExtended | StreakBroken | StreakCorrected]] = {
    "extended": StreakExtended,
    "broken": StreakBroken,
    "corrected": StreakCorrected,
}


def of_news(state: State, news: News, at_ms: int) -> StreakExtended | StreakBroken | StreakCorrected:
    """News of the calendar as the moment's data."""
    return _OF_NEWS[news.kind](iso(news.day), news.streak, state.people(), at_ms + LIVES_MS)


def dated(subject: str, data: msgspec.Struct, date: str, at_ms: int, *, due_ms: int | None = None) -> Output:
    """A moment that can occur once for a date. `due_ms` if time brought it."""
    kind = TYPE_NAMES[type(data)]
    return _output(subject, kind, data, (subject, kind, date), at_ms, due_ms)


def caused(subject: str, data: msgspec.Struct, record: Record, receiver: str = "") -> Output:
    """A moment that a check-in caused."""
    kind = TYPE_NAMES[type(data)]
    # The check-in's id is the client's choice: as the last part it cannot pass for another.
    parts = (subject, record.event.data.author, kind, receiver, record.event.id)
    return _output(subject, kind, data, parts, record.append_ms, None)


def _output(
    subject: str, kind: str, data: msgspec.Struct, parts: tuple[str, ...], at_ms: int, due_ms: int | None
) -> Output:
    event = Event(
        id=_uuid5("\n".join(parts)),
        type=kind,
        source="attune/streaks",
        time=iso_instant(at_ms),
        subject=subject,
        data=data,
    )
    return Output(MOMENTS, event, due_ms)


def _uuid5(name: str) -> str:
    # As `uuid.uuid5` has it, at a third of its price: this is paid for every moment.
    hexes = sha1(NAMESPACE.bytes + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(hexes[16], 16) & 3]
    return f"{hexes[:8]}-{hexes[8:12]}-5{hexes[13:16]}-{variant}{hexes[17:20]}-{hexes[20:32]}"
