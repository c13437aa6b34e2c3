"""Waiting until there is nothing left to do: everything read, published, marked and delivered."""

import time
from collections.abc import Iterator

import msgspec
import redis
from kafka.errors import KafkaError
from notifier.record import State

from shared.faults import LogUnavailable
from shared.store import Client
from shared.views import NOTIFIER
from tests.chaos import logbook
from tests.chaos.load import now_ms
from tests.chaos.logbook import INPUTS, Shards

_read_state = msgspec.msgpack.Decoder(State).decode
_GRACE_MS = 1000


def until_settled(bootstrap: str, client: Client, partitions: int, timeout_s: float) -> list[str]:
    """What was still to be done when time was up; nothing if it settled."""
    deadline_s = time.monotonic() + timeout_s
    while True:
        try:
            left = list(_left(bootstrap, client, partitions))
        except (LogUnavailable, redis.RedisError, KafkaError) as error:
            left = [str(error)]
        if not left or time.monotonic() > deadline_s:
            return left
        time.sleep(0.5)


def _left(bootstrap: str, client: Client, partitions: int) -> Iterator[str]:
    shards = logbook.shards(client, partitions)
    ends = logbook.ends(bootstrap, partitions)
    yield from logbook.unread(shards, ends)
    yield from _unpublished(shards)
    yield from _undelivered(shards, now_ms())
    for service, topics in INPUTS.items():
        marks = logbook.marks(bootstrap, service)
        for number in range(partitions):
            mark, end = max(0, marks.get((topics[0], number), 0)), ends[topics[0], number]
            if mark < end:
                yield f"the mark of {service} {number} is {mark}, not {end}"


def _unpublished(shards: Shards) -> Iterator[str]:
    for (service, number), shard in shards.items():
        if shard.outbox:
            yield f"{service} {number} has {shard.outbox} entries to publish"
        if shard.paused:
            yield f"{service} {number} is paused: {shard.paused}"


def _undelivered(shards: Shards, at_ms: int) -> Iterator[str]:
    for (service, number), shard in shards.items():
        if service != NOTIFIER:
            continue
        for subject, packed in shard.states.items():
            state = _read_state(packed)
            for delivery in state.deliveries.values():
                yield f"{number} {subject} has still to deliver {delivery}"
            for nudge in state.pending.values():
                if nudge.due_ms < at_ms - _GRACE_MS:
                    yield f"{number} {subject} has still to decide {nudge}"
