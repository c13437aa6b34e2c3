"""Moments as they are published: the same facts always give the same ids, times and bytes."""

from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha1
from types import MappingProxyType
from typing import Literal, NamedTuple
from uuid import NAMESPACE_URL, uuid5

import msgspec

from shared.days import DAY_MS, iso, iso_instant
from shared.events import SCHEMAS, TYPE_NAMES, Event
from shared.events.couple import CheckinAmended, CheckinRecorded
from shared.events.moments import (
    AppreciationShared,
    ChannelAsked,
    CoupleReturned,
    InviteOffered,
    InviteTaken,
    MemberErased,
    MemberSilent,
    MilestoneReached,
    NudgeAsked,
    ReflectionShared,
    StreakBroken,
    StreakCorrected,
    StreakExtended,
)
from shared.events.person import ChannelAdded, ChannelCodeAsked, ChannelTestAsked
from shared.folding import Output, Record
from shared.topics import MOMENTS, id_of
from streaks.calendar import News
from streaks.state import State

LIVES_MS = DAY_MS
"""After this long a moment that is about no particular hour is stale."""


class Done(NamedTuple):
    """What a record, or time, did besides changing the state: moments to publish, and views to show."""

    outputs: list[Output]
    views: Mapping[str, bytes | None] = MappingProxyType({})


ASKED_LIVES_MS = 3_600_000
"""As long as a channel's code is taken."""

NAMESPACE = uuid5(NAMESPACE_URL, "attune/moments")
_NAMESPACE_BYTES = NAMESPACE.bytes

_OfStreak = StreakExtended | StreakBroken | StreakCorrected | CoupleReturned | MilestoneReached

_OF_NEWS: dict[str, type[_OfStreak]] = {
    "extended": StreakExtended,
    "broken": StreakBroken,
    "corrected": StreakCorrected,
    "returned": CoupleReturned,
    "milestone": MilestoneReached,
}
_TOLD = (
    "date",
    "count",
    "since_ms",
    "agreed_days",
    "threshold_days",
    "length_days",
    "mode",
    "lapses",
    "kept",
)
"""What a list of moments shows of one: nothing that tells who."""
_OF_ONE = (
    AppreciationShared,
    ReflectionShared,
    NudgeAsked,
    MemberSilent,
    MemberErased,
    InviteTaken,
    InviteOffered,
)
"""What is one person's business, and not the couple's."""
_ONCE_A_DATE = frozenset({"extended", "broken", "milestone"})


def of_all(subject: str, state: State, news: Sequence[News], record: Record) -> list[Output]:
    """News of the calendar that a record brought."""
    return [_of_one(subject, state, one, record) for one in news]


def _of_one(subject: str, state: State, news: News, record: Record) -> Output:
    data = of_news(state, news, record.append_ms)
    if news.kind in _ONCE_A_DATE:
        return dated(subject, data, data.date, record.append_ms)
    return caused(subject, data, record)


def of_news(state: State, news: News, at_ms: int) -> _OfStreak:
    """News of the calendar as the moment's data."""
    return _OF_NEWS[news.kind](iso(news.day), news.streak, state.people(), at_ms + LIVES_MS)


def dated(subject: str, data: msgspec.Struct, date: str, at_ms: int, *, due_ms: int | None = None) -> Output:
    """A moment that can occur once for a date, or an instant. `due_ms` if time brought it."""
    kind = TYPE_NAMES[type(data)]
    return _output(subject, kind, data, (subject, kind, date), at_ms, due_ms)


def caused(subject: str, data: msgspec.Struct, record: Record, receiver: str = "") -> Output:
    """A moment that a record caused."""
    kind, person, which = TYPE_NAMES[type(data)], "", record.event.id
    match record.event.data:
        case CheckinRecorded(author=author):
            person = author
        case CheckinAmended(author=author, checkin=checkin):
            person, which = author, checkin  # the same moment as if the entry had said so from the start
    # A check-in's id is the client's choice: as the last part it cannot pass for another.
    parts = (subject, person, kind, receiver, which)
    return _output(subject, kind, data, parts, record.append_ms, None)


def asked(subject: str, record: Record) -> Output | None:
    """That something is to be sent over a channel, if this record asks for it."""
    match record.event.data:
        case ChannelAdded(channel=channel, digest=digest) if digest is not None:
            purpose: Literal["code", "test"] = "code"
        case ChannelCodeAsked(channel=channel):
            purpose = "code"
        case ChannelTestAsked(channel=channel):
            purpose = "test"
        case _:
            return None
    expires_ms = record.append_ms + ASKED_LIVES_MS
    return caused(subject, ChannelAsked(id_of(subject), channel, purpose, expires_ms), record)


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
    hexes = sha1(_NAMESPACE_BYTES + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(hexes[16], 16) & 3]
    return f"{hexes[:8]}-{hexes[8:12]}-5{hexes[13:16]}-{variant}{hexes[17:20]}-{hexes[20:32]}"


@cache
def _told_of(kind: str) -> tuple[str, ...]:
    fields = SCHEMAS[kind].__struct_fields__
    return tuple(name for name in _TOLD if name in fields)


def line(output: Output) -> str | None:
    """A moment as a line of the couple's list: when, which, about what; None for what is one person's."""
    event = output.event
    if isinstance(event.data, _OF_ONE):
        return None
    fields = _told_of(event.type)
    told = {name: value for name in fields if (value := getattr(event.data, name)) is not None}
    return f"{event.time}/{event.id}/{event.type}/{msgspec.json.encode(told).decode()}"
