"""What must be: the offline fold of one shard's log, record by record, everybody advanced at each.

It shares the pure rules with the services and nothing of the runtime: no batches, no cache, no due index.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from shared.batch import LATENESS_MS
from shared.events import Event, Unreadable, decode, encode
from shared.folding import Change, Forget, Record
from shared.records import RawRecord

pack = msgspec.msgpack.Encoder().encode


class Said(NamedTuple):
    """An output, with the offset and append time of the record that caused it."""

    topic: str
    event: Event
    offset: int
    at_ms: int

    @property
    def bytes(self) -> bytes:
        return encode(self.event)


@dataclass
class Folded:
    """A shard as it must be stored, and all that it had to say."""

    states: dict[str, bytes] = field(default_factory=dict)
    views: dict[str, bytes] = field(default_factory=dict)
    due: dict[str, int] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)
    said: list[Said] = field(default_factory=list)


class _Fold:
    def __init__(self, rules: Any, primary: str) -> None:
        self.folded = Folded()
        self.time_ms = 0
        self._rules = rules
        self._primary = primary
        self._states: dict[str, Any] = {}
        self._due: dict[str, int] = {}

    def add(self, raw: RawRecord) -> None:
        if raw.topic == self._primary:
            self.time_ms = max(self.time_ms, raw.append_ms - LATENESS_MS)
            for subject in [s for s, due_ms in self._due.items() if due_ms <= self.time_ms]:
                self._take(subject, self._rules.advance(subject, self._states[subject], self.time_ms), raw)
        try:
            event = decode(raw.value)
        except Unreadable:
            return
        if event.subject is not None and event.data is not None:
            record = Record(raw.topic, raw.partition, raw.offset, raw.append_ms, event)
            before = self._states.get(event.subject)
            self._take(event.subject, self._rules.fold(event.subject, before, record), raw)

    def end(self) -> Folded:
        for subject, state in self._states.items():
            self.folded.states[subject] = pack(state)
            self._show(self._rules.show(subject, state, self.time_ms))
        self.folded.due = self._due
        return self.folded

    def _take(self, subject: str, change: Change[Any] | None, raw: RawRecord) -> None:
        if change is None:
            return
        self._states[subject] = change.state
        if change.state is None:
            del self._states[subject]
        self._due.pop(subject, None)
        if change.due_ms is not None:
            self._due[subject] = change.due_ms
        self._show(change.views or {})
        self.folded.lists.update(f"{entry.list}\0{entry.key}" for entry in change.entries)
        for gone in change.forgets:
            self._forget(gone)
        self.folded.said += [Said(o.topic, o.event, raw.offset, raw.append_ms) for o in change.outputs]

    def _forget(self, gone: Forget) -> None:
        for line in list(self.folded.lists):
            name, _, key = line.partition("\0")
            if name == gone.list and gone.word in key:
                self.folded.lists.discard(line)
                self.folded.views.pop(gone.views + key.partition("/")[2], None)

    def _show(self, views: Mapping[str, bytes | None]) -> None:
        for name, value in views.items():
            if value is None:
                self.folded.views.pop(name, None)
            else:
                self.folded.views[name] = value


def fold(rules: Any, primary: str, records: Sequence[RawRecord]) -> Folded:
    """The fold of these records; what lies beside the primary topic stands before it."""
    folding = _Fold(rules, primary)
    for raw in records:
        folding.add(raw)
    return folding.end()


def events(records: Sequence[RawRecord]) -> list[tuple[RawRecord, Event]]:
    """The readable ones with their events."""
    found = []
    for raw in records:
        try:
            found.append((raw, decode(raw.value)))
        except Unreadable:
            continue
    return found
