"""The group's reader against a real broker: it gets its partitions whenever the topic becomes known."""

import time
from collections.abc import Iterator

import pytest
from kafka import KafkaAdminClient

from shared.kafka import GroupReader

_PATIENCE_S = 10.0


@pytest.fixture
def admin(kafka: str) -> Iterator[KafkaAdminClient]:
    client = KafkaAdminClient(bootstrap_servers=kafka)
    yield client
    client.close()


def test_a_member_that_joined_before_its_topic_was_known_is_given_the_partitions(
    kafka: str, admin: KafkaAdminClient
) -> None:
    """kafka-python forgets a join that new metadata made it begin, if a poll ends before its answer comes."""
    reader = GroupReader(kafka, "late", "0", "late")
    for _ in range(200):
        reader.poll(5, 10)
    admin.create_topics({"late": {"num_partitions": 4, "replication_factor": 1}})

    assert sorted(_assigned(reader)) == [0, 1, 2, 3]
    reader.close()


def _assigned(reader: GroupReader) -> list[int]:
    deadline_s = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline_s:
        reader.poll(1, 10)
        found = [p for change, partitions in reader.changes() if change == "assigned" for p in partitions]
        if found:
            return found
    return []
