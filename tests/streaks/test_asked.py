"""What a person asks to be sent over a channel passes through streaks as a moment."""

from typing import Any

import msgspec
import pytest
from streaks.rules import StreakRules

from shared.events import TYPE_NAMES, Event
from shared.events.moments import ChannelAsked
from shared.events.person import (
    ChannelAdded,
    ChannelCodeAsked,
    ChannelRemoved,
    ChannelTestAsked,
    MemberJoined,
    PersonRegistered,
)
from shared.folding import Record
from shared.topics import JOURNAL

HERS, NOW_MS = "person/ana", 1_795_518_000_000
ADDED = ChannelAdded("ch", "email", "address", "", "c1", code="sealed", digest="d")
RULES = StreakRules()


def record(data: msgspec.Struct, event_id: str = "e1", offset: int = 1) -> Record:
    event = Event(event_id, TYPE_NAMES[type(data)], "attune/checkin", "", HERS, data)
    return Record(JOURNAL, 0, offset, NOW_MS, event)


def registered() -> Any:
    change = RULES.fold(
        HERS, None, record(PersonRegistered("Europe/Paris", 180, "en", "n", "t", "d"), "e0", 0)
    )
    assert change is not None
    return change.state


def told(state: Any, data: msgspec.Struct) -> list[Event]:
    change = RULES.fold(HERS, state, record(data))
    assert change is None or not change.entries
    return [] if change is None else [output.event for output in change.outputs]


@pytest.mark.parametrize(
    ("data", "purpose"),
    [
        (ADDED, "code"),
        (ChannelCodeAsked("ch", "sealed", "d", "c1"), "code"),
        (ChannelTestAsked("ch", "c1"), "test"),
    ],
)
def test_what_is_asked_for_is_told_to_the_notifier(data: msgspec.Struct, purpose: str) -> None:
    (moment,) = told(registered(), data)

    assert (moment.type, moment.subject) == ("channel.asked", HERS)
    assert moment.data == ChannelAsked("ana", "ch", purpose, NOW_MS + 3_600_000)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data", [ChannelRemoved("ch", "c1"), ChannelAdded("ch", "webhook", "address", "secret", "c1")]
)
def test_what_asks_for_nothing_is_not_told(data: msgspec.Struct) -> None:
    assert told(registered(), data) == []


def test_somebody_who_has_paired_is_heard_too() -> None:
    state = registered()
    joined = MemberJoined("c", "i", (), "2026-11-24", NOW_MS, 1)
    change = RULES.fold(HERS, state, record(joined, "e2", 2))
    assert change is not None

    assert len(told(change.state, ADDED)) == 1


def test_a_repeat_has_the_same_id() -> None:
    state = registered()

    assert told(state, ADDED)[0].id == told(state, ADDED)[0].id
