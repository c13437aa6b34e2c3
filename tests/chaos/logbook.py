"""What stands in the log and in Redis at one instant, read past the services."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kafka import KafkaAdminClient

from shared.kafka import Reader
from shared.records import Partition, RawRecord
from shared.store import Client, shard_keys
from shared.topics import DEAD_LETTERS, JOURNAL, KEYS, MOMENTS, NUDGES
from shared.views import NOTIFIER, PROJECTOR, STREAKS

TOPICS = (JOURNAL, KEYS, MOMENTS, NUDGES, DEAD_LETTERS)
INPUTS = {PROJECTOR: (JOURNAL, KEYS), STREAKS: (JOURNAL,), NOTIFIER: (MOMENTS, NUDGES)}
"""What each service reads, the primary topic first."""
GROUPS = {PROJECTOR: "attune-projector", STREAKS: "attune-streaks", NOTIFIER: "attune-notifier"}

Log = dict[Partition, list[RawRecord]]


@dataclass(frozen=True)
class Shard:
    """A shard of a service as it is stored."""

    positions: Mapping[str, int]
    states: Mapping[str, bytes]
    views: Mapping[str, bytes] = field(default_factory=dict)
    due: Mapping[str, int] = field(default_factory=dict)
    lists: frozenset[str] = frozenset()
    outbox: int = 0
    caught_up_ms: int = 0
    paused: str = ""


Shards = Mapping[tuple[str, int], Shard]


def ends(bootstrap: str, partitions: int) -> dict[Partition, int]:
    """Where each partition of each topic ends."""
    reader = Reader(bootstrap, "chaos-ends")
    try:
        return reader.ends([(topic, p) for topic in TOPICS for p in range(partitions)])
    finally:
        reader.close()


def read(bootstrap: str, partitions: int, timeout_s: float = 60.0) -> Log:
    """Every record of every topic, up to the ends as of now. Raises `TimeoutError`."""
    until = ends(bootstrap, partitions)
    log: Log = {partition: [] for partition in until}
    reader = Reader(bootstrap, "chaos-log")
    try:
        wanted = [partition for partition, end in until.items() if end > 0]
        reader.assign(wanted)
        for partition in wanted:
            reader.seek(partition, 0)
        deadline_s = time.monotonic() + timeout_s
        while any(len(log[partition]) < until[partition] for partition in wanted):
            if time.monotonic() > deadline_s:
                raise TimeoutError("the log could not be read to its end")
            for partition, records in reader.poll(500, 5000).items():
                log[partition] += records
    finally:
        reader.close()
    return log


def marks(bootstrap: str, service: str) -> dict[Partition, int]:
    """The committed offsets of a service's group."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        found = admin.list_group_offsets(GROUPS[service])[GROUPS[service]]
        return {(tp.topic, tp.partition): int(at.offset) for tp, at in found.items()}
    finally:
        admin.close()


def shards(
    client: Client, partitions: int, services: Iterable[str] = tuple(INPUTS)
) -> dict[tuple[str, int], Shard]:
    """Every shard, each read at one instant of its own."""
    return {(service, n): _shard(client, service, n) for service in services for n in range(partitions)}


def _shard(client: Client, service: str, number: int) -> Shard:
    meta_key, states_key, views_key, due_key, outbox_key, lists_key = shard_keys(service, number)
    pipe = client.pipeline(transaction=True)
    pipe.hgetall(meta_key).hgetall(states_key).hgetall(views_key)
    pipe.zrange(due_key, 0, -1, withscores=True).zrange(lists_key, 0, -1).xlen(outbox_key)
    meta, states, views, due, lists, outbox = pipe.execute()
    words = {name.decode(): value.decode() for name, value in meta.items()}
    return Shard(
        positions={name[4:]: int(value) for name, value in words.items() if name.startswith("pos:")},
        states={name.decode(): value for name, value in states.items()},
        views={name.decode(): value for name, value in views.items()},
        due={name.decode(): int(at_ms) for name, at_ms in due},
        lists=frozenset(member.decode() for member in lists),
        outbox=int(outbox),
        caught_up_ms=int(words.get("caught_up_at", 0)),
        paused=words.get("paused", ""),
    )


def unread(shards: Shards, until: Mapping[Partition, int]) -> Iterator[str]:
    """The shards that had not read up to these ends."""
    for (service, number), shard in shards.items():
        for topic in INPUTS[service]:
            position, end = shard.positions.get(topic, 0), until[topic, number]
            if position < end:
                yield f"{service} {number} has read {topic} up to {position} of {end}"


def caught_up_ms(client: Client, partitions: int) -> dict[str, int]:
    """The instant up to which every shard of each service is known to have read its log; 0 if one never."""
    pipe = client.pipeline(transaction=False)
    for service in INPUTS:
        for number in range(partitions):
            pipe.hget(shard_keys(service, number)[0], "caught_up_at")
    found = [int(value or 0) for value in pipe.execute()]
    return {s: min(found[n * partitions : (n + 1) * partitions]) for n, s in enumerate(INPUTS)}
