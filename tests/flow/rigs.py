"""The stores of the front door for one contract: over Redis, and the fakes that stand for it in flows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from checkin.door.front import Limits, Mark, Marks, Pending, Store
from checkin.door.idempotency import RedisMarks, RedisPending
from checkin.door.limits import RedisLimits

from shared.published import Published
from shared.store import Client, ShardStore, Writes
from shared.topics import shard_of
from tests.flow.memory import HandClock, MemoryLimits, MemoryMarks, MemoryPending, MemoryStore
from tests.servers import PARTITIONS
from tests.streams import NOON_MS


class Rig(NamedTuple):
    """The stores under the contract. `redis` is None where they are fakes."""

    store: Store
    marks: Marks
    pending: Pending
    limits: Limits
    redis: Client | None
    clock: HandClock

    def publish(self, subject: str, **given: Any) -> None:
        """Commit to the subject's shard of the projector, which is empty."""
        blank: dict[str, Any] = {"meta": {}, "states": {}, "due": {}, "views": {}, "lists": [], "outbox": []}
        writes, shard = Writes(**blank | given), shard_of(subject, PARTITIONS)
        if isinstance(self.store, MemoryStore):
            self.store.commit("c", shard, writes)
        else:
            ShardStore(self.redis, "c").commit(shard, "", "a:1", writes)

    def beat(self, subject: str, at_ms: int) -> None:
        """The subject's shard was caught up at this instant."""
        shard = shard_of(subject, PARTITIONS)
        if isinstance(self.store, MemoryStore):
            self.store.beat("c", shard, at_ms)
        else:
            ShardStore(self.redis, "c").look(shard, "a:1", at_ms)

    def seconds_left(self, mark: Mark) -> int:
        """For how long a mark is still kept."""
        if isinstance(self.marks, MemoryMarks):
            return (self.marks.kept[mark.person, mark.key][1] - self.clock.ms) // 1000
        assert isinstance(self.marks, RedisMarks)
        assert self.redis is not None
        return int(self.redis.ttl(self.marks._name(mark)))


def in_memory(*, away: bool = False) -> Rig:
    clock, store = HandClock(NOON_MS), MemoryStore(PARTITIONS, away)
    marks, pending = MemoryMarks(store, clock), MemoryPending(store, clock)
    return Rig(store, marks, pending, MemoryLimits(store), None, clock)


@contextmanager
def over_redis(client: Client) -> Iterator[Rig]:
    published = Published(client, PARTITIONS)
    marks = RedisMarks(published)
    marks.lots.start()
    yield Rig(published, marks, RedisPending(published), RedisLimits(client), client, HandClock(NOON_MS))
    marks.lots.close()
