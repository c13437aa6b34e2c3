"""Folding a batch of one shard's records: pure, and the same however the log was cut into batches."""

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from shared.events import Event, Unreadable, decode, encode
from shared.folding import AnyFold, Change, Forget, Output, Record
from shared.records import Message, RawRecord
from shared.topics import DEAD_LETTERS, KEYS, shard_of

LATENESS_MS = 5000
"""How far a shard's time stays behind the append times, so that what was stamped in time still counts."""

_pack = msgspec.msgpack.Encoder().encode
_TOMBSTONE = Event("", "tombstone", "", "", None, None)


class Held(NamedTuple):
    """A subject's state, None if there is none, and the instant at which time changes it next."""

    state: Any
    due_ms: int | None


class Outgoing(msgspec.Struct, array_like=True, frozen=True):
    """An entry of the outbox. The cause is the record that made it, None for a wall-clock decision."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    cause_topic: str | None
    cause_offset: int
    headers: tuple[tuple[str, bytes], ...] = ()

    def message(self) -> Message:
        return Message(self.topic, self.partition, self.key, self.value, self.headers)


class Raised(Exception):
    """The rules raised at this record: a bug. Nothing of the batch may be kept."""

    def __init__(self, topic: str, offset: int, subject: str) -> None:
        super().__init__(f"{topic} {offset}")
        self.topic = topic
        self.offset = offset
        self.subject = subject


class Moved(NamedTuple):
    """The shard's time, and the offset of the record that moved it there."""

    time_ms: int
    offset: int


class Batch:
    """One batch in the making. `held` must have every subject it meets; it is brought up to date in place.

    What a record made that `marks` have passed is published already: it is not made again.
    """

    def __init__(
        self,
        rules: AnyFold,
        primary: str,
        partitions: int,
        held: dict[str, Held],
        moved: Moved,
        marks: Mapping[str, int],
    ) -> None:
        self.outputs: list[Outgoing] = []
        self.views: dict[str, bytes | None] = {}
        self.lists: list[str] = []
        self.forgets: list[Forget] = []
        self.unreadable = 0
        self.events = 0
        self.fired_ms: list[int] = []
        self.tally: Counter[str] = Counter()
        self.held = held
        self.time_ms = moved.time_ms
        self._rules = rules
        self._primary = primary
        self._partitions = partitions
        self._marks = marks
        self._touched: set[str] = set()
        self._moves = [moved]
        self._folded: dict[str, int] = {}

    def add(self, raw: RawRecord, event: Event) -> None:
        """Fold one record. Raises `Raised` if the rules do."""
        self._move(raw)
        self.events += 1
        subject = event.subject
        if subject is None or event.data is None:
            return
        self._advance(subject)
        record = Record(raw.topic, raw.partition, raw.offset, raw.append_ms, event)
        try:
            change = self._rules.fold(subject, self.held[subject].state, record)
        except Exception as error:
            raise Raised(raw.topic, raw.offset, subject) from error
        if change is not None:
            self._apply(subject, change, raw.topic, raw.offset)
            if raw.topic == self._primary:
                self._folded[subject] = raw.offset

    def set_aside(self, raw: RawRecord, reason: str) -> None:
        """To the dead letters, with where it stood and why."""
        self._move(raw)
        self.unreadable += 1
        headers = (
            ("topic", raw.topic.encode()),
            ("partition", str(raw.partition).encode()),
            ("offset", str(raw.offset).encode()),
            ("error", reason[:500].encode(errors="replace")),
        )
        if is_published(raw.topic, raw.offset, self._marks):
            return
        self.outputs.append(
            Outgoing(DEAD_LETTERS, raw.partition, raw.key, raw.value or b"", raw.topic, raw.offset, headers)
        )

    def pass_time(self, due: Iterable[str]) -> None:
        """Bring these subjects, and all that the batch has touched, up to the shard's time."""
        for subject in (*due, *self._touched):
            self._advance(subject)

    def take(self, subject: str, change: Change[Any]) -> None:
        """Keep a change that a wall-clock decision made: it has no cause in the log."""
        self._apply(subject, change, None, 0)

    def states(self) -> dict[str, bytes | None]:
        """The changed states as bytes. Adds the views that they show."""
        packed: dict[str, bytes | None] = {}
        for subject in self._touched:
            state = self.held[subject].state
            packed[subject] = None if state is None else _pack(state)
            if state is not None:
                self.views.update(self._rules.show(subject, state, self.time_ms))
        return packed

    def due(self) -> dict[str, int | None]:
        """When time changes each changed subject next."""
        return {subject: self.held[subject].due_ms for subject in self._touched}

    def changed(self) -> dict[str, Any]:
        """The changed states."""
        return {subject: self.held[subject].state for subject in self._touched}

    def _move(self, raw: RawRecord) -> None:
        if raw.topic == self._primary and raw.append_ms - LATENESS_MS > self.time_ms:
            self.time_ms = raw.append_ms - LATENESS_MS
            self._moves.append(Moved(self.time_ms, raw.offset))

    def _advance(self, subject: str) -> None:
        state, due_ms = self.held[subject]
        if state is None or due_ms is None or due_ms > self.time_ms:
            return
        try:
            change = self._rules.advance(subject, state, self.time_ms)
        except Exception as error:
            raise Raised(self._primary, self._cause(subject, due_ms), subject) from error
        self._apply(subject, change, self._primary, self._moves[-1].offset)

    def _apply(self, subject: str, change: Change[Any], topic: str | None, offset: int) -> None:
        self.held[subject] = Held(change.state, change.due_ms)
        self._touched.add(subject)
        for output in change.outputs:
            cause = offset if output.due_ms is None else self._cause(subject, output.due_ms)
            if output.due_ms is not None:
                self.fired_ms.append(output.due_ms)
            self._put(output, topic, cause)
        if change.tally:
            self.tally.update(change.tally)
        if change.views:
            self.views.update(change.views)
        for entry in change.entries:
            self.lists.append(f"{entry.list}\0{entry.key}")
        self.forgets.extend(change.forgets)

    def _cause(self, subject: str, due_ms: int) -> int:
        """The record that moved the time to or past an instant, or a later one that first made it matter.

        What a record finds to be overdue is new with it, though the mark has passed that instant.
        """
        found = bisect_left(self._moves, due_ms, key=lambda moved: moved.time_ms)
        moved = self._moves[min(found, len(self._moves) - 1)].offset
        return max(moved, self._folded.get(subject, moved))

    def _put(self, output: Output, cause_topic: str | None, cause_offset: int) -> None:
        if is_published(cause_topic, cause_offset, self._marks):
            return
        event = output.event
        subject = event.subject or ""
        self.outputs.append(
            Outgoing(
                output.topic,
                shard_of(subject, self._partitions),
                subject.encode(),
                None if event.data is None else encode(event),
                cause_topic,
                cause_offset,
            )
        )


def read(raw: RawRecord, partitions: int) -> Event:
    """The event of a record. Raises `Unreadable`, also for one that stands in another subject's shard.

    A tombstone is an event of nobody's.
    """
    if raw.value is None and raw.topic == KEYS:
        return _TOMBSTONE
    event = decode(raw.value)
    if event.subject is not None and shard_of(event.subject, partitions) != raw.partition:
        raise Unreadable(f"{event.type} does not belong to partition {raw.partition}")
    return event


def is_published(cause_topic: str | None, cause_offset: int, marks: Mapping[str, int]) -> bool:
    """Whether the mark has passed what caused an output; never so without a cause in the log."""
    return cause_topic is not None and cause_offset < marks.get(cause_topic, 0)


def times(records: Iterable[RawRecord], primary: str, time_ms: int) -> list[int]:
    """The shard's time as each record is folded."""
    running = []
    for raw in records:
        if raw.topic == primary:
            time_ms = max(time_ms, raw.append_ms - LATENESS_MS)
        running.append(time_ms)
    return running


class UnreadableLimit:
    """When unreadable records are no accident: above 20 in a row, or 1 % of 10,000 and at least 20."""

    def __init__(self, in_a_row: int = 20, of_last: int = 10_000, share: float = 0.01) -> None:
        self._in_a_row = in_a_row
        self._share = share
        self._row = 0
        self._last: deque[bool] = deque(maxlen=of_last)
        self._bad = 0

    def passed(self, *, readable: bool) -> bool:
        """Count one record; whether the limit is now passed."""
        if len(self._last) == self._last.maxlen:
            self._bad -= self._last[0]
        self._last.append(not readable)
        self._bad += not readable
        self._row = 0 if readable else self._row + 1
        too_many = self._bad >= self._in_a_row and self._bad > self._share * (self._last.maxlen or 1)
        return not readable and (self._row > self._in_a_row or too_many)
