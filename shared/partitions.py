"""The partition loop: one thread that owns shards, polls, and gives each of them its turn."""

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Protocol

import structlog

from shared.faults import LogUnavailable, StoreUnavailable
from shared.kafka import Access, GroupReader, MarkRefused, Reader, Sending, SupervisedProducer
from shared.owner import Owner
from shared.ports import Ends, Program, Watch
from shared.records import Message, Partition
from shared.store import ShardStore

log = structlog.get_logger(__name__)

_IDLE_POLL_MS = 200
_PUBLISHING_POLL_MS = 20
_POLL_RECORDS = 2000
_FULL, _ROOM = 8000, 2000
_MARKS_EVERY_MS = 1000
_ENDS_EVERY_S = 0.5
_FAULT_PAUSE_S = 0.5
_DRAIN_S = 5.0


class Clock(Protocol):
    """The wall clock in milliseconds, and waiting."""

    def now_ms(self) -> int: ...
    def sleep(self, seconds: float) -> None: ...


class EndsWatch:
    """Asks for the log's end offsets, in a thread and over a connection of its own."""

    def __init__(self, access: Access, client_id: str, clock: Clock) -> None:
        self._access = access
        self._client_id = client_id
        self._clock = clock
        self._wanted: frozenset[Partition] = frozenset()
        self._stopping = threading.Event()
        self.latest: Ends | None = None
        self.fault: str | None = None
        self._thread = threading.Thread(target=self._run, name="ends", daemon=True)
        self._thread.start()

    def want(self, partitions: Iterable[Partition]) -> None:
        """Whose ends to ask for from now on."""
        self._wanted = frozenset(partitions)

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=2)

    def _run(self) -> None:
        reader: Reader | None = None
        while not self._stopping.wait(_ENDS_EVERY_S):
            try:
                reader = reader or Reader(self._access, self._client_id)
                began_ms, wanted = self._clock.now_ms(), self._wanted
                if wanted:
                    self.latest = Ends(began_ms, reader.ends(wanted))
                self.fault = None
            except LogUnavailable as fault:
                self.latest, self.fault = None, str(fault)
        if reader is not None:
            reader.close()


class ShardLog:
    """The log as an owner sees it: the group's reader for the primary topic, a plain one beside it."""

    def __init__(
        self, program: Program, group: GroupReader, beside: Reader, producer: SupervisedProducer
    ) -> None:
        self._program = program
        self._group = group
        self._beside = beside
        self._producer = producer

    def send(self, message: Message) -> Sending:
        return self._producer.send(message)

    def seek(self, shard: int, positions: Mapping[str, int]) -> None:
        self._group.seek(shard, positions[self._program.primary])
        for topic in self._program.beside:
            self._beside.seek((topic, shard), positions[topic])

    def pause(self, shard: int) -> None:
        self._group.pause(shard)

    def mark(self, shard: int) -> int:
        return self._group.mark(shard)

    def starts(self, shard: int) -> dict[str, int]:
        return {topic: n for (topic, _), n in self._beside.starts(self._partitions(shard)).items()}

    def ends(self, shard: int) -> dict[str, int]:
        return {topic: n for (topic, _), n in self._beside.ends(self._partitions(shard)).items()}

    def topic_ids(self) -> dict[str, str]:
        primary = self._program.primary
        return {primary: self._group.topic_id(primary)}

    def _partitions(self, shard: int) -> list[Partition]:
        return [(topic, shard) for topic in self._program.topics]


class PartitionLoop:
    """Runs a program on the shards that its group gives to this member."""

    def __init__(
        self,
        program: Program,
        partitions: int,
        *,
        store: ShardStore,
        group: GroupReader,
        beside: Reader,
        producer: SupervisedProducer,
        ends: EndsWatch,
        clock: Clock,
        draw_epoch: Callable[[], str],
        watch: Watch,
    ) -> None:
        self.owners: dict[int, Owner] = {}
        self._fault: str | None = None
        self.turned_ms = clock.now_ms()
        self._program = program
        self._partitions = partitions
        self._store = store
        self._group = group
        self._beside = beside
        self._producer = producer
        self._ends = ends
        self._clock = clock
        self._draw_epoch = draw_epoch
        self._watch = watch
        self._log = ShardLog(program, group, beside, producer)
        self._full: set[int] = set()
        self._stopping = False
        self._marked_ms = 0
        self._busy = False

    @property
    def primary(self) -> str:
        """The topic whose partitions are shared out."""
        return self._program.primary

    @property
    def fault(self) -> str | None:
        """What it waits for, as a sentence; None if for nothing."""
        return self._fault or self._ends.fault

    @property
    def log_ends(self) -> Mapping[Partition, int]:
        """The log's end offsets as last heard of."""
        latest = self._ends.latest
        return {} if latest is None else latest.offsets

    def stop(self) -> None:
        """Finish the round in hand, drain what is on its way, return from `run`. For signal handlers too."""
        self._stopping = True

    def run(self) -> None:
        """Turn until stopped. Faults of Kafka and Redis are waited out; anything else is a bug and raised."""
        while not self._stopping:
            try:
                self.round()
                self._fault = None
            except (StoreUnavailable, LogUnavailable) as fault:
                self._fault = str(fault)
                log.warning("waiting", reason=self._fault)
                self._clock.sleep(_FAULT_PAUSE_S)
                with suppress(LogUnavailable):
                    self._hear(0)
        self._finish_work()
        self._drain()

    def round(self) -> None:
        """Poll once and give every owner a turn."""
        self._hear(self._poll_ms())
        now_ms = self.turned_ms = self._clock.now_ms()
        self._busy = False
        if not self.owners:
            return
        looks = self._store.look_all([owner.next_look for owner in self.owners.values()])
        fault: StoreUnavailable | LogUnavailable | None = None
        for owner, look in zip(list(self.owners.values()), looks, strict=True):
            try:
                self._busy |= owner.turn(look, now_ms, self._ends.latest)
            except (StoreUnavailable, LogUnavailable) as error:
                fault = error
        self._move_marks(now_ms)
        if fault is not None:
            raise fault

    def _poll_ms(self) -> int:
        """How long records may be waited for: an acknowledgement comes sooner, and wakes nobody."""
        if self._busy:
            return 0
        publishing = any(owner.is_publishing for owner in self.owners.values())
        return _PUBLISHING_POLL_MS if publishing else _IDLE_POLL_MS

    def _hear(self, timeout_ms: int) -> None:
        heard = {
            **self._group.poll(timeout_ms, _POLL_RECORDS),
            **(self._beside.poll(0, _POLL_RECORDS) if self._program.beside else {}),
        }
        self._follow_assignment()
        for (_, shard), records in heard.items():
            owner = self.owners.get(shard)
            if owner is not None and records:
                owner.hear(records)
        self._hold_back()

    def _follow_assignment(self) -> None:
        changes = self._group.changes()
        for change, shards in changes:
            for shard in shards:
                if change == "revoked":
                    owner = self.owners.pop(shard, None)
                    if owner is not None:
                        owner.give_up()
                else:
                    self.owners[shard] = self._owner(shard)
        if changes:
            log.info("assigned", group=self._program.group, shards=sorted(self.owners))
            self._beside.assign((t, shard) for t in self._program.beside for shard in self.owners)
            self._ends.want((t, shard) for t in self._program.topics for shard in self.owners)

    def _owner(self, shard: int) -> Owner:
        return Owner(
            shard,
            self._partitions,
            self._program,
            store=self._store,
            log_=self._log,
            draw_epoch=self._draw_epoch,
            watch=self._watch,
        )

    def _hold_back(self) -> None:
        """Back-pressure: do not read further into a shard whose owner has enough to do."""
        for shard, owner in self.owners.items():
            if owner.paused is not None:
                continue
            if owner.backlog > _FULL and shard not in self._full:
                self._full.add(shard)
                self._group.pause(shard)
            elif owner.backlog < _ROOM and shard in self._full:
                self._full.discard(shard)
                self._group.resume(shard)

    def _move_marks(self, now_ms: int) -> None:
        if now_ms < self._marked_ms + _MARKS_EVERY_MS:
            return
        marks = {s: owner.markable for s, owner in self.owners.items() if owner.markable is not None}
        self._marked_ms = now_ms
        if not marks:
            return
        try:
            self._group.commit(marks)
        except MarkRefused as refused:
            log.warning("mark refused", reason=str(refused))
            for shard in marks:
                self.owners[shard].give_up()
            return
        for shard, mark in marks.items():
            self.owners[shard].mark = mark

    def _finish_work(self) -> None:
        """What is under way by the wall clock ends, and one last round stores how: it is not done again."""
        if self._program.wake is None:
            return
        self._program.wake.close(_DRAIN_S)
        with suppress(StoreUnavailable, LogUnavailable):
            self.round()

    def _drain(self) -> None:
        """What is on its way arrives, is trimmed and marked; bounded."""
        until_ms = self._clock.now_ms() + int(_DRAIN_S * 1000)
        with suppress(StoreUnavailable, LogUnavailable):
            while self._clock.now_ms() < until_ms and not self._settled():
                self._clock.sleep(0.02)
            self._marked_ms = 0
            self._move_marks(self._clock.now_ms())
        self._ends.stop()
        self._group.close()
        self._beside.close()
        self._producer.close()

    def _settled(self) -> bool:
        looks = self._store.look_all([owner.next_look for owner in self.owners.values()])
        settled = [owner.settle(look) for owner, look in zip(self.owners.values(), looks, strict=True)]
        return all(settled)
