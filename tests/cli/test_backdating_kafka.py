"""Writing a past into a real broker's log."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.backdating import GROUPS, Dated, write
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource

from deploy.native.alone import running_kafka
from shared.kafka import Reader, SupervisedProducer, make_topics
from shared.keys import message
from shared.records import Message
from shared.topics import JOURNAL, KEYS, MASTER_KEY

PARTITIONS = 2
LONG_AGO_MS = 1_600_000_000_000


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a broker of its own, with Attune's topics, the site's key and one written past."""

    def dated(topic: str, partition: int, at_ms: int) -> Dated:
        return Dated(Message(topic, partition, b"key", f"{at_ms}".encode()), at_ms)

    with running_kafka(Path(tmp_path_factory.mktemp("backdating"))) as process:
        make_topics(process.address, PARTITIONS)
        producer = SupervisedProducer(process.address, "test", time.monotonic)
        assert producer.publish([message(MASTER_KEY, b"wrapped", PARTITIONS, "test", "")], 20) == [0]
        producer.close()
        journal = [dated(JOURNAL, 1, LONG_AGO_MS + n) for n in range(3)]
        write(process.address, [dated(KEYS, 0, LONG_AGO_MS), *journal], PARTITIONS)
        yield process.address


def test_records_stand_under_the_instants_given(broker: str) -> None:
    reader = Reader(broker, "test")
    reader.assign([(JOURNAL, 1)])
    reader.seek((JOURNAL, 1), 0)
    found = [raw for _ in range(50) for batch in reader.poll(100, 10).values() for raw in batch]
    reader.close()

    assert [raw.append_ms for raw in found] == [LONG_AGO_MS + n for n in range(3)]


def test_the_broker_dates_what_comes_later_itself(broker: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=broker)
    wanted = [ConfigResource("topic", topic) for topic in (JOURNAL, KEYS)]
    found = admin.describe_configs(wanted)["topic"]
    admin.close()

    assert {found[t]["message.timestamp.type"]["value"] for t in (JOURNAL, KEYS)} == {"LogAppendTime"}


def test_the_marks_of_those_who_read_the_journal_are_at_its_end(broker: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=broker)
    marks = [admin.list_group_offsets(group)[group] for group in GROUPS]
    admin.close()

    for found in marks:
        assert {(tp.topic, tp.partition): at.offset for tp, at in found.items()} == {
            (JOURNAL, 0): 0,
            (JOURNAL, 1): 3,
        }


def test_a_log_with_something_in_it_is_refused(broker: str) -> None:
    with pytest.raises(ValueError, match="already"):
        write(broker, [], PARTITIONS)
