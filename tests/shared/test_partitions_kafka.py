"""The partition loop over a real Kafka and a real Redis."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
import pytest

from shared.events import Event, encode
from shared.kafka import GroupReader, Reader, SupervisedProducer
from shared.partitions import EndsWatch, PartitionLoop
from shared.ports import Program
from shared.process import SystemClock
from shared.records import Message
from shared.store import Client, ShardStore
from shared.topics import DEAD_LETTERS, JOURNAL, shard_of
from tests.servers import PARTITIONS
from tests.shared_sim import TallyRules, Uncounted


@contextmanager
def running(kafka: str, client: Client, group: str, instance: str = "0") -> Iterator[PartitionLoop]:
    """A loop in a thread of its own, as a process runs it."""
    clock = SystemClock()
    loop = PartitionLoop(
        Program("s", group, TallyRules(), JOURNAL, passes_time=True),
        PARTITIONS,
        store=ShardStore(client, "s"),
        group=GroupReader(kafka, group, instance, JOURNAL),
        beside=Reader(kafka, f"{group}-beside-{instance}"),
        producer=SupervisedProducer(kafka, f"{group}-{instance}", time.monotonic),
        ends=EndsWatch(kafka, f"{group}-ends-{instance}", clock),
        clock=clock,
        draw_epoch=lambda: uuid.uuid4().hex,
        watch=Uncounted(),
    )
    thread = threading.Thread(target=loop.run)
    thread.start()
    try:
        yield loop
    finally:
        loop.stop()
        thread.join(30)


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


@pytest.fixture
def producer(kafka: str) -> Iterator[SupervisedProducer]:
    made = SupervisedProducer(kafka, "test", time.monotonic)
    yield made
    made.close()


def record(number: int, subject: str) -> Message:
    event = Event(f"{uuid.uuid4()}-{number}", "member.left", "test", "", subject, {"person": "x"})
    return Message(JOURNAL, shard_of(subject, PARTITIONS), subject.encode(), encode(event))


def seen(client: Client, subjects: list[str]) -> int:
    store = ShardStore(client, "s")
    found = 0
    for subject in subjects:
        packed, _ = store.load(shard_of(subject, PARTITIONS), [subject], None, 1).states[subject]
        if packed is not None:
            found += len(msgspec.msgpack.decode(packed)["seen"])
    return found


def test_records_are_folded_over_a_crash_of_the_owner_and_the_rest_after_it(
    kafka: str, plain_redis: Client, producer: SupervisedProducer
) -> None:
    subjects = [f"person/{100 + i}" for i in range(20)]
    group = f"t{uuid.uuid4().hex}"
    producer.publish([record(i, subjects[i % 20]) for i in range(100)], 20)
    with running(kafka, plain_redis, group):
        until(lambda: seen(plain_redis, subjects) == 100)
    producer.publish([record(i, subjects[i % 20]) for i in range(100)], 20)

    with running(kafka, plain_redis, group) as loop:
        until(lambda: seen(plain_redis, subjects) == 200)
        until(lambda: all(owner.caught_up_ms for owner in loop.owners.values()))
        assert sorted(loop.owners) == list(range(PARTITIONS))


def test_an_unreadable_record_goes_to_the_dead_letters_and_the_partition_goes_on(
    kafka: str, plain_redis: Client, producer: SupervisedProducer
) -> None:
    subject = "person/200"
    shard = shard_of(subject, PARTITIONS)
    poison = f"not json {uuid.uuid4()}".encode()
    offsets = producer.publish([Message(JOURNAL, shard, None, poison), record(1, subject)], 20)

    with running(kafka, plain_redis, f"t{uuid.uuid4().hex}"):
        until(lambda: seen(plain_redis, [subject]) == 1)
        until(lambda: ShardStore(plain_redis, "s").look(shard).outbox_depth == 0)

    reader = Reader(kafka, "test")
    reader.assign([(DEAD_LETTERS, shard)])
    reader.seek((DEAD_LETTERS, shard), 0)
    letters = [r for batch in (reader.poll(3000, 500) for _ in range(3)) for rs in batch.values() for r in rs]
    reader.close()
    letter = next(r for r in letters if r.value == poison)
    assert dict(letter.headers)["offset"] == str(offsets[0]).encode()


def test_two_members_share_the_partitions_and_one_takes_over_what_the_other_leaves(
    kafka: str, plain_redis: Client
) -> None:
    group = f"t{uuid.uuid4().hex}"
    with running(kafka, plain_redis, group, "a") as first:
        until(lambda: len(first.owners) == PARTITIONS)
        with running(kafka, plain_redis, group, "b") as second:
            until(lambda: len(first.owners) == len(second.owners) == PARTITIONS // 2)
            both = sorted([*first.owners, *second.owners])
        until(lambda: len(first.owners) == PARTITIONS)

    assert both == list(range(PARTITIONS))
