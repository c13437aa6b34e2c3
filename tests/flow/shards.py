"""A service in memory: its shards, each folding record by record through the runtime's own batch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.batch import LATENESS_MS, Batch, Held, Moved, Outgoing, read
from shared.folding import AnyFold, Wake
from shared.records import RawRecord
from shared.store import Writes
from tests.flow.memory import MemoryStore

NEVER_MS = 2**60


class Program(NamedTuple):
    """What a service does with its shards, as `shared.ports.Program` has it."""

    service: str
    rules: AnyFold
    primary: str
    beside: tuple[str, ...] = ()
    wake: Wake | None = None

    @property
    def topics(self) -> tuple[str, ...]:
        return (self.primary, *self.beside)


@dataclass
class Shard:
    """One shard. What it folds is committed to the store at once; what comes of it is given to `publish`."""

    program: Program
    number: int
    partitions: int
    store: MemoryStore
    publish: Callable[[Outgoing], None]
    held: dict[str, Held] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    time_ms: int = 0

    def fold(self, raw: RawRecord) -> None:
        event = read(raw, self.partitions)
        if event.subject is not None:
            self.held.setdefault(event.subject, Held(None, None))
        batch = self._batch()
        batch.add(raw, event)
        if self.program.wake is None:
            batch.pass_time(self._due(batch.time_ms))
        self.positions[raw.topic] = raw.offset + 1
        self._commit(batch)

    def wake(self, now_ms: int) -> None:
        """Let the worker decide what the wall clock has made due."""
        wake = self.program.wake
        assert wake is not None
        names = dict.fromkeys([*wake.ready(self.number), *self._due(now_ms)])
        states = {name: self.held[name].state for name in names if self.held[name].state is not None}
        batch = self._batch()
        for subject, change in wake.wake(self.number, states, now_ms).items():
            batch.take(subject, change)
        self._commit(batch)
        wake.committed(self.number, batch.changed())

    @property
    def acts_ms(self) -> int:
        """When this shard has next something to do of itself: a moment after it falls due."""
        due = [held.due_ms for held in self.held.values() if held.due_ms is not None]
        lateness_ms = LATENESS_MS if self.program.wake is None else 0
        return min(due, default=NEVER_MS) + lateness_ms + 1

    def _due(self, until_ms: int) -> Sequence[str]:
        due = [(h.due_ms, name) for name, h in self.held.items() if h.due_ms is not None]
        return [name for due_ms, name in sorted(due) if due_ms <= until_ms]

    def _batch(self) -> Batch:
        moved = Moved(self.time_ms, self.positions.get(self.program.primary, 0) - 1)
        return Batch(self.program.rules, self.program.primary, self.partitions, self.held, moved, {})

    def _commit(self, batch: Batch) -> None:
        self.time_ms = batch.time_ms
        states = batch.states()
        meta = {f"pos:{topic}": str(offset) for topic, offset in self.positions.items()}
        writes = Writes(meta, states, batch.due(), batch.views, batch.lists, [], batch.forgets)
        self.store.commit(self.program.service, self.number, writes)
        for output in batch.outputs:
            self.publish(output)
