"""A rebuild gives equal bytes, however the log was cut into batches and whatever stands in it twice."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec
from checkin.rules.projection import Projection
from checkin.rules.states import Subject
from hypothesis import given, settings
from hypothesis import strategies as st

from shared import topics
from shared.events import Event
from shared.events.couple import CheckinRecorded
from shared.events.person import (
    ChannelAdded,
    ChannelRemoved,
    KeyWrapped,
    PersonChanged,
    PersonRecovered,
    RecoveryCodesMade,
    TokenIssued,
    TokenRevoked,
)
from shared.folding import Entry, Record
from tests.streams import HOUR_MS, Streams

PEOPLE = ("ana", "bo", "chi")

_encode = msgspec.msgpack.encode
_decode = msgspec.msgpack.Decoder(Subject).decode

Action = tuple[str, str, str, int]


class Folded:
    """What a projector that folds these records has stored and published in the end."""

    def __init__(self, batches: Iterable[Sequence[Record]]) -> None:
        self.states: dict[str, bytes] = {}
        self.views: dict[str, bytes | None] = {}
        self.entries: set[Entry] = set()
        self.outputs: list[Event] = []
        for batch in batches:
            self._commit(batch)

    def _commit(self, batch: Sequence[Record]) -> None:
        fold, held = Projection(), dict[str, Subject]()
        for record in batch:
            subject = record.event.subject
            assert subject is not None
            stored = self.states.get(subject)
            state = held.get(subject) or (None if stored is None else _decode(stored))
            change = fold.fold(subject, state, record)
            if change is None:
                continue
            assert change.state is not None
            held[subject] = change.state
            self.views.update(change.views or {})
            self.entries.update(change.entries)
            self.outputs.extend(output.event for output in change.outputs)
        for subject, state in held.items():
            self.states[subject] = _encode(state)
            self.views.update(fold.show(subject, state, batch[-1].append_ms))

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # compared only


def journal(actions: Sequence[Action]) -> list[Record]:
    """A log in which these people did these things, with the crossings that followed."""
    streams = Streams()
    streams.register(*PEOPLE)
    for nth, (what, who, whom, minutes) in enumerate(actions):
        streams.now_ms += minutes * HOUR_MS // 60
        act(streams, nth, what, who, whom)
        if minutes % 2:
            streams.settle()
    streams.settle()
    return streams.records


def act(streams: Streams, nth: int, what: str, who: str, whom: str) -> None:
    me, command = topics.person(who), f"command {nth}"
    match what:
        case "invite":
            streams.invite(who, who)
        case "accept":
            streams.accept(who, whom, whom, f" {nth}")
        case "confirm":
            streams.confirm(who, f" {nth}")
        case "key":
            streams.write(me, KeyWrapped(b"key"), topic=topics.KEYS)
        case "zone":
            streams.write(me, PersonChanged(zone=f"Etc/GMT+{nth % 9}", command=command))
        case "token":
            streams.write(me, TokenIssued(whom, "read", "digest", command))
            streams.write(me, TokenRevoked(who, f"{command} too"))
        case "recovery":
            codes = tuple(f"code {n}" for n in range(nth % 4))
            streams.write(me, RecoveryCodesMade(codes, command))
            streams.write(
                me, PersonRecovered("code 1", whom, "digest", "1234", bool(nth % 2), f"{command} too")
            )
        case "channel":
            streams.write(me, ChannelAdded(whom, "webhook", "a", "s", command))
            streams.write(me, ChannelRemoved(who, f"{command} too"))
        case _:
            check_in(streams, nth, who)


def check_in(streams: Streams, nth: int, who: str) -> None:
    couple = streams.person(who).couple
    subject = topics.person(who) if couple is None else topics.couple(couple)
    day = CheckinRecorded(who, "feeling", "2026-11-24", streams.now_ms, "Etc/UTC", 0, "2026.6", "shared")
    streams.write(subject, day, f"checkin-{nth % 5}")


WHAT = (
    "invite",
    "accept",
    "accept",
    "confirm",
    "confirm",
    "key",
    "zone",
    "token",
    "recovery",
    "channel",
    "checkin",
    "checkin",
)
actions = st.lists(
    st.tuples(st.sampled_from(WHAT), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.integers(0, 30)),
    max_size=30,
)


@settings(max_examples=100, deadline=None)
@given(actions, st.lists(st.integers(0, 100)))
def test_however_the_log_is_cut_the_bytes_are_equal(actions: list[Action], cuts: list[int]) -> None:
    records = journal(actions)
    edges = [0, *sorted(cut for cut in cuts if cut < len(records)), len(records)]
    pieces = [records[a:b] for a, b in pairwise(edges) if a < b]
    assert Folded(pieces) == Folded([records])


@settings(max_examples=100, deadline=None)
@given(actions, st.sets(st.integers(0, 100)))
def test_what_stands_in_the_log_twice_counts_once(actions: list[Action], twice: set[int]) -> None:
    records = journal(actions)
    doubled = [record for nth, record in enumerate(records) for _ in range(2 if nth in twice else 1)]
    assert Folded([doubled]) == Folded([records])


@settings(max_examples=100, deadline=None)
@given(actions)
def test_when_a_key_arrives_among_the_journals_records_does_not_matter(actions: list[Action]) -> None:
    records = journal(actions)
    keys_first = sorted(records, key=lambda record: record.topic != topics.KEYS)
    assert Folded([keys_first]) == Folded([records])
