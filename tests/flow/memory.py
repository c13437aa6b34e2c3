"""The world outside the front door, in memory: log, views, marks, what is pending, limits, clock.

`tests/checkin/test_store_contract.py` holds what stands for Redis to what the real thing does.
"""

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from checkin.door.front import Claimed, Mark
from checkin.door.idempotency import KEPT_S, LEASE_S
from checkin.door.rates import Use, Used

from shared import topics
from shared.batch import Outgoing
from shared.events import Event, encode
from shared.faults import LogUnavailable, StoreUnavailable
from shared.folding import Forget
from shared.records import RawRecord
from shared.store import Writes
from shared.topics import shard_of
from shared.views import PROJECTOR

HOUR_MS = 3_600_000

Place = tuple[str, int]
"""A shard of a service."""


@dataclass
class HandClock:
    """Stands still until it is moved; waiting moves it. `on_sleep` is what happens meanwhile."""

    ms: int
    on_sleep: Callable[[], None] = lambda: None

    def now_ms(self) -> int:
        return self.ms

    def monotonic_s(self) -> float:
        return self.ms / 1000

    def sleep(self, seconds: float) -> None:
        self.ms += round(seconds * 1000)
        self.on_sleep()


@dataclass
class MemoryStore:
    """What services publish (`shared.published.Published`), and the commits that put it there."""

    partitions: int
    away: bool = False
    hashes: dict[Place, dict[str, bytes]] = field(default_factory=lambda: defaultdict(dict))
    meta: dict[Place, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    lines: dict[Place, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[tuple[str | int, ...]] = field(default_factory=Counter)

    def commit(self, service: str, shard: int, writes: Writes) -> None:
        place = service, shard
        self.meta[place].update(writes.meta)
        for name, packed in writes.views.items():
            if packed is None:
                self.hashes[place].pop(name, None)
            else:
                self.hashes[place][name] = packed
        for line in writes.lists:
            if line.encode() not in self.lines[place]:
                insort(self.lines[place], line.encode())
        for forget in writes.forgets:
            self._forget(place, forget)

    def _forget(self, place: Place, forget: Forget) -> None:
        for line in list(self.lines[place]):
            name, _, key = line.decode().partition("\0")
            if name == forget.list and forget.word in key:
                self.lines[place].remove(line)
                self.hashes[place].pop(forget.views + key.partition("/")[2], None)

    def beat(self, service: str, shard: int, at_ms: int) -> None:
        """This shard was caught up at this instant."""
        self.meta[service, shard]["caught_up_at"] = str(at_ms)

    def views(self, asks: Sequence[tuple[str, str, str]]) -> list[bytes | None]:
        return [packed for packed, _ in self.views_as_of(asks)]

    def views_as_of(self, asks: Sequence[tuple[str, str, str]]) -> list[tuple[bytes | None, int | None]]:
        self.look()
        found: list[tuple[bytes | None, int | None]] = []
        for service, subject, name in asks:
            place = self._place(service, subject)
            caught_up = self.meta[place].get("caught_up_at")
            found.append((self.hashes[place].get(name), None if caught_up is None else int(caught_up)))
        return found

    def position(self, service: str, subject: str, topic: str) -> int:
        self.look()
        return int(self.meta[self._place(service, subject)].get(f"pos:{topic}", 0))

    def newest(self, service: str, subject: str, name: str, below: str | None, limit: int) -> list[str]:
        self.look()
        head = f"{name}\0".encode()
        top = head + (b"\xff" if below is None else below.encode())
        lines = self.lines[self._place(service, subject)]
        found = [line for line in reversed(lines) if head <= line < top]
        return [line.decode().partition("\0")[2] for line in found[:limit]]

    def look(self) -> None:
        """Raises `StoreUnavailable` while it is away."""
        if self.away:
            raise StoreUnavailable("Redis: away")

    def _place(self, service: str, subject: str) -> Place:
        return service, shard_of(subject, self.partitions)


@dataclass
class MemoryMarks:
    """Each mark with the instant at which it ends."""

    store: MemoryStore
    clock: HandClock
    kept: dict[tuple[str, str], tuple[bytes, int]] = field(default_factory=dict)

    def claim(self, person: str, lease: Mark | None, use: Use | None = None) -> Claimed:
        subject = topics.person(person)
        view, caught_up_ms = self.store.views_as_of([(PROJECTOR, subject, subject)])[0]
        found = None if lease is None else self._placed(lease)
        return Claimed(view, caught_up_ms, found, None if use is None else self._counted(person, use))

    def _counted(self, person: str, use: Use) -> Used:
        places = (person, use.token, use.minute), (use.address, use.minute)
        self.store.counts.update(places)
        return Used(*(self.store.counts[place] for place in places))

    def claim_each(self, leases: Sequence[Mark]) -> list[bytes | None]:
        self.store.look()
        return [self._placed(lease) for lease in leases]

    def _placed(self, lease: Mark) -> bytes | None:
        found = self._live(lease)
        if found is None:
            self._set(lease, LEASE_S)
        return found

    def release_all(self, leases: Sequence[Mark]) -> None:
        for lease in leases:
            self.release(lease)

    def release(self, lease: Mark) -> None:
        if not self.store.away and self._live(lease) == lease.value:
            del self.kept[lease.person, lease.key]

    def keep(self, marks: Sequence[Mark]) -> None:
        for mark in [] if self.store.away else marks:
            self._set(mark, KEPT_S)

    def _live(self, mark: Mark) -> bytes | None:
        value, until_ms = self.kept.get((mark.person, mark.key), (None, 0))
        return value if self.clock.ms < until_ms else None

    def _set(self, mark: Mark, seconds: int) -> None:
        self.kept[mark.person, mark.key] = mark.value, self.clock.ms + seconds * 1000


@dataclass
class MemoryPending:
    store: MemoryStore
    clock: HandClock
    until_ms: dict[tuple[str, str], int] = field(default_factory=dict)

    def remember(self, person: str, command: str) -> None:
        if not self.store.away:
            self.until_ms[person, command] = self.clock.ms + HOUR_MS

    def knows(self, person: str, command: str) -> bool:
        self.store.look()
        return self.clock.ms < self.until_ms.get((person, command), 0)


@dataclass
class MemoryLimits:
    store: MemoryStore

    def in_hour(self, name: str, hour: int) -> int:
        return self._counted((name, "hour", hour), 1)

    def in_minute(self, address: str, minute: int, weight: int) -> int:
        return self._counted((address, minute), weight)

    def _counted(self, place: tuple[str | int, ...], more: int) -> int:
        self.store.look()
        self.store.counts[place] += more
        return self.store.counts[place]


@dataclass
class MemoryLog:
    """The topics. `records` has all that was ever appended; `arrived` is told when a client has written."""

    partitions: int
    marks: MemoryMarks
    clock: HandClock
    arrived: Callable[[], None] = lambda: None
    away: bool = False
    records: list[RawRecord] = field(default_factory=list)
    ends: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))

    def append(self, topic: str, event: Event, mark: Mark | None = None) -> int:
        """As `checkin.door.accept.Acceptance` does it: the mark is kept before anybody is answered."""
        (result,) = self.append_all(topic, [(event, mark)])
        if isinstance(result, Exception):
            raise result
        return result

    def append_all(
        self, topic: str, offers: Sequence[tuple[Event, Mark | None]]
    ) -> Sequence[int | Exception]:
        if self.away:
            return [LogUnavailable("Kafka: away") for _ in offers]
        offsets = []
        for event, mark in offers:
            subject = event.subject or ""
            shard = shard_of(subject, self.partitions)
            offsets.append(self.put(topic, shard, subject.encode(), encode(event)))
            self.marks.keep([] if mark is None else [mark])
        self.arrived()
        return offsets

    def publish(self, output: Outgoing) -> None:
        self.put(output.topic, output.partition, output.key, output.value)

    def put(self, topic: str, partition: int, key: bytes | None, value: bytes | None) -> int:
        offset = self.ends[topic, partition]
        self.ends[topic, partition] += 1
        self.records.append(RawRecord(topic, partition, offset, self.clock.ms, key, value))
        return offset
