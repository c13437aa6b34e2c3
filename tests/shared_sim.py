"""A world of one shard for the production owner: a log, a store that can lose its tail, and bad luck.

Every call that an owner makes to the store or the log is a place where it may crash, lose the reply, find
the store rolled back or wiped, or be overtaken by another worker that runs a whole round meanwhile.
"""

import copy
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from shared.batch import LATENESS_MS
from shared.events import Event, decode, encode
from shared.events.couple import TimePassed
from shared.faults import StoreUnavailable
from shared.folding import Change, Output, Record
from shared.owner import Owner
from shared.ports import Ends, Program
from shared.records import Message, RawRecord
from shared.store import Loaded, Look, Writes
from shared.topics import JOURNAL, MOMENTS


class Tally(msgspec.Struct):
    """A state that shows each repeat, loss and change of order."""

    seen: list[str] = []
    fired: list[int] = []
    due: list[int] = []
    crossed: int = 0
    passed: dict[str, int] = {}


class TallyRules:
    """Every record is noted and said; each third sets a due time; each fifth crosses to another subject."""

    state_type = Tally
    layout = 1

    def fold(self, subject: str, state: Tally | None, record: Record) -> Change[Tally] | None:
        event = record.event
        if event.type == "time.passed":
            return None
        state = state or Tally()
        if event.sender is not None and event.sequence is not None:
            if event.sequence <= state.passed.get(event.sender, 0):
                return None
            state.passed[event.sender] = event.sequence
        if event.id in state.seen:
            return None
        state.seen.append(event.id)
        outputs = [said(MOMENTS, f"said-{event.id}", subject)]
        if len(state.seen) % 3 == 0:
            state.due.append(record.append_ms + 7_000)
        if len(state.seen) % 5 == 0:
            state.crossed += 1
            to = f"person/{(int(subject[7:]) + 1) % 4}"
            crossing = said(JOURNAL, f"crossed-{event.id}", to)._replace(topic=JOURNAL)
            outputs.append(
                Output(
                    JOURNAL,
                    msgspec.structs.replace(crossing.event, sender=subject, sequence=state.crossed),
                )
            )
        return Change(state, min(state.due, default=None), outputs, tally={"seen": 1})

    def advance(self, subject: str, state: Tally, until_ms: int) -> Change[Tally]:
        outputs = []
        for due in sorted(d for d in state.due if d <= until_ms):
            state.due.remove(due)
            state.fired.append(due)
            outputs.append(said(MOMENTS, f"fired-{subject}-{len(state.fired)}", subject)._replace(due_ms=due))
        return Change(state, min(state.due, default=None), outputs, tally={"fired": len(outputs)})

    def show(self, subject: str, state: Tally, now_ms: int) -> dict[str, bytes | None]:
        return {subject: str(len(state.seen)).encode()}


def said(topic: str, event_id: str, subject: str) -> Output:
    return Output(topic, Event(event_id, "member.left", "sim", "", subject, {"person": "x"}))


class Crash(Exception):
    """The worker's process is gone."""


@dataclass
class Shard:
    meta: dict[str, str] = field(default_factory=dict)
    states: dict[str, bytes] = field(default_factory=dict)
    views: dict[str, bytes] = field(default_factory=dict)
    due: dict[str, int] = field(default_factory=dict)
    outbox: dict[str, bytes] = field(default_factory=dict)


@dataclass
class SimSent:
    decided: bool
    offset: int | None


class World:
    """The log, the store, the group's mark, the wall clock, and up to two workers at a time."""

    def __init__(self, seed: int, *, luck: bool = True) -> None:
        self.chance = random.Random(seed)
        self.luck = luck
        self.now_ms = 1_000_000
        self.journal: list[RawRecord] = []
        self.published: list[str] = []
        self.mark = 0
        self.shard = Shard()
        self.history: list[Shard] = []
        self.workers: list[Worker] = []
        self.nested = False

    def append(self, message: Message) -> int:
        if message.topic == JOURNAL:
            offset = len(self.journal)
            self.journal.append(RawRecord(JOURNAL, 0, offset, self.now_ms, message.key, message.value))
            return offset
        self.published.append(decode_id(message.value or b""))
        return len(self.published)

    def misfortune(self, worker: "Worker", *, before: bool) -> None:
        """What may happen at any call."""
        if not self.luck:
            return
        roll = self.chance.random()
        if roll < 0.004:
            raise Crash
        if roll < 0.010:
            raise StoreUnavailable("sim")
        if roll < 0.015 and self.history:
            self.shard = copy.deepcopy(self.chance.choice(self.history[-6:]))
        elif roll < 0.019:
            self.shard = Shard()
        elif roll < 0.04 and not self.nested and before:
            others = [other for other in self.workers if other is not worker]
            if others:
                self.nested = True
                try:
                    self.chance.choice(others).round()
                finally:
                    self.nested = False

    def remember(self) -> None:
        self.history.append(copy.deepcopy(self.shard))


def decode_id(value: bytes) -> str:
    return str(msgspec.json.decode(value)["id"])


class SimStore:
    """The store's contract (`shared.ports.Store`) over a `Shard`."""

    def __init__(self, world: World, worker: "Worker") -> None:
        self._world = world
        self._worker = worker

    def look(self, shard: int, mine: str = "", caught_up_ms: int | None = None, head: int = 0) -> Look:
        self._world.misfortune(self._worker, before=True)
        s = self._world.shard
        entries = sorted(s.outbox.items(), key=lambda entry: tuple(map(int, entry[0].split("-"))))
        return Look(
            version=s.meta.get("version", ""),
            time_ms=int(s.meta.get("time", 0)),
            positions={k[4:]: int(v) for k, v in s.meta.items() if k.startswith("pos:")},
            meta=dict(s.meta),
            first_due_ms=min(s.due.values(), default=None),
            outbox_depth=len(entries),
            outbox=entries[:head],
        )

    def load(self, shard: int, subjects: Sequence[str], until_ms: int | None, limit: int) -> Loaded:
        self._world.misfortune(self._worker, before=True)
        s = self._world.shard
        by_time = sorted(
            (at, subject) for subject, at in s.due.items() if until_ms is not None and at <= until_ms
        )
        due = [(subject, at) for at, subject in by_time[:limit]]
        names = [*subjects, *(subject for subject, _ in due)]
        return Loaded(s.meta.get("version", ""), {n: (s.states.get(n), s.due.get(n)) for n in names}, due)

    def commit(self, shard: int, old: str, new: str, writes: Writes) -> str:
        self._world.misfortune(self._worker, before=True)
        s = self._world.shard
        stored = s.meta.get("version", "")
        if stored != old:
            return "DUP" if stored == new else "MOVED"
        s.meta.update(writes.meta, version=new)
        keep(s.states, writes.states)
        keep(s.views, writes.views)
        keep(s.due, writes.due)
        s.outbox.update(writes.outbox)
        self._world.remember()
        self._world.misfortune(self._worker, before=False)
        return "OK"

    def note(self, shard: int, mine: str, field: str, value: str) -> None:
        self._world.shard.meta[field] = value

    def trim(self, shard: int, entries: Sequence[str]) -> None:
        self._world.misfortune(self._worker, before=True)
        for entry in entries:
            self._world.shard.outbox.pop(entry, None)


def keep(target: dict[str, Any], changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = value


class SimLog:
    """The log's contract (`shared.ports.Log`); acknowledgements may be late or lost."""

    def __init__(self, world: World, worker: "Worker") -> None:
        self._world = world
        self._worker = worker
        self.late: list[tuple[SimSent, Message]] = []

    def send(self, message: Message) -> SimSent:
        self._world.misfortune(self._worker, before=True)
        roll = self._world.chance.random() if self._world.luck else 1.0
        if self.late or roll < 0.3:
            sent = SimSent(False, None)
            self.late.append((sent, message))
            return sent
        if roll < 0.31:
            return SimSent(True, None)
        offset = self._world.append(message)
        return SimSent(True, None if roll < 0.32 else offset)

    def settle(self) -> None:
        """What was on its way arrives, in order, but for a tail that the producer lost."""
        lost = self._world.chance.randrange(len(self.late) + 1) if self._world.chance.random() < 0.1 else None
        for i, (sent, message) in enumerate(self.late):
            sent.decided = True
            if lost is None or i < lost or not self._world.luck:
                sent.offset = self._world.append(message)
        self.late.clear()

    def seek(self, shard: int, positions: Mapping[str, int]) -> None:
        self._worker.next = positions[JOURNAL]

    def pause(self, shard: int) -> None:
        self._worker.next = None

    def mark(self, shard: int) -> int:
        self._world.misfortune(self._worker, before=True)
        return self._world.mark

    def starts(self, shard: int) -> dict[str, int]:
        return {JOURNAL: 0}

    def ends(self, shard: int) -> dict[str, int]:
        return {JOURNAL: len(self._world.journal)}

    def topic_ids(self) -> dict[str, str]:
        return {}


class Uncounted:
    def folded(self, events: int, unreadable: int) -> None: ...
    def committed(self, reply: str) -> None: ...
    def started_over(self, shard: int, reason: str) -> None: ...
    def took(self, age_s: float) -> None: ...
    def fired(self, late_s: float) -> None: ...


class Worker:
    """A process with one owner. The newest is the group's member; older ones are zombies."""

    def __init__(self, world: World, rules: Any, program: Program | None = None) -> None:
        self.world = world
        self.next: int | None = None
        self.log = SimLog(world, self)
        self.store = SimStore(world, self)
        program = program or Program("s", "attune-sim", rules, JOURNAL, passes_time=True)
        self.owner = Owner(
            0,
            1,
            program,
            store=self.store,
            log_=self.log,
            draw_epoch=lambda: f"e{world.chance.getrandbits(40):x}",
            watch=Uncounted(),
        )

    def round(self) -> None:
        """Poll, look, turn, and move the mark if the group allows it."""
        if self.next is not None and self.owner.paused is None:
            until = self.next + self.world.chance.randint(0, 6)
            records = self.world.journal[self.next : until]
            if records:
                self.owner.hear(records)
                self.next += len(records)
        try:
            if self.world.chance.random() < 0.5:
                self.log.settle()
            shard, mine, caught_up, head = self.owner.next_look
            look = self.store.look(shard, mine, caught_up, head)
            ends = Ends(self.world.now_ms, {(JOURNAL, 0): len(self.world.journal)})
            self.owner.turn(look, self.world.now_ms, ends)
        except StoreUnavailable:
            return
        if self.owner.markable is not None and self.world.chance.random() < 0.8:
            if self is self.world.workers[-1]:
                self.world.mark = self.owner.mark = self.owner.markable
            else:
                self.owner.give_up()


def expected(journal: Sequence[RawRecord], rules: Any) -> tuple[dict[str, bytes], set[str]]:
    """The offline fold: states and output ids, record by record, everybody advanced at each."""
    states: dict[str, Any] = {}
    due: dict[str, int | None] = {}
    ids: set[str] = set()
    time_ms = 0

    def apply(subject: str, change: Change[Any] | None) -> None:
        if change is not None:
            states[subject], due[subject] = change.state, change.due_ms
            ids.update(output.event.id for output in change.outputs if output.topic == MOMENTS)

    for raw in journal:
        time_ms = max(time_ms, raw.append_ms - LATENESS_MS)
        for subject, at in list(due.items()):
            if at is not None and at <= time_ms:
                apply(subject, rules.advance(subject, states[subject], time_ms))
        event = decode(raw.value)
        if event.subject is not None:
            record = Record(raw.topic, 0, raw.offset, raw.append_ms, event)
            apply(event.subject, rules.fold(event.subject, states.get(event.subject), record))
    return {s: msgspec.msgpack.encode(state) for s, state in states.items()}, ids


def checkin(world: World, number: int) -> Message:
    """A client's record; one in ten is sent twice."""
    subject = f"person/{world.chance.randrange(4)}"
    event = Event(f"c{number}", "member.left", "sim", "", subject, {"person": "x"})
    message = Message(JOURNAL, 0, subject.encode(), encode(event))
    if world.chance.random() < 0.1:
        world.append(message)
    return message


def time_passed() -> bytes:
    return encode(Event("t", "time.passed", "sim", "", None, TimePassed()))
