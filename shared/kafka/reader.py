"""A plain reader, without a group."""

import contextlib
from collections.abc import Callable, Iterable
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from shared.faults import LogUnavailable
from shared.kafka.consuming import as_records, consumer_settings
from shared.kafka.reach import Access, reached
from shared.records import Partition, RawRecord


class Reader:
    """Reads partitions by assignment, without a group. Not thread-safe."""

    def __init__(self, access: Access, client_id: str) -> None:
        self._consumer = reached(lambda: KafkaConsumer(**consumer_settings(access, client_id)))
        self._assigned: set[Any] = set()

    def assign(self, partitions: Iterable[Partition]) -> None:
        """Read these and no others; seek the new ones before polling."""
        self._assigned = {TopicPartition(*p) for p in partitions}
        self._consumer.assign(sorted(self._assigned))

    def seek(self, partition: Partition, offset: int) -> None:
        self._consumer.seek(TopicPartition(*partition), offset)

    def poll(self, timeout_ms: int, max_records: int) -> dict[Partition, list[RawRecord]]:
        """What has arrived; at once, and nothing, where nothing is assigned."""
        if not self._assigned:
            return {}
        return as_records(reached(lambda: self._consumer.poll(timeout_ms, max_records)))

    def position(self, partition: Partition) -> int:
        """The offset of the next record that `poll` would give, past those that were compacted away."""
        return int(reached(lambda: self._consumer.position(TopicPartition(*partition), timeout_ms=5000)) or 0)

    def ends(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """The offset after the last record of each partition, as of now."""
        return self._bounds(self._consumer.end_offsets, partitions)

    def starts(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """The offset of the first record that each partition still holds."""
        return self._bounds(self._consumer.beginning_offsets, partitions)

    def _bounds(self, ask: Callable[..., Any], partitions: Iterable[Partition]) -> dict[Partition, int]:
        wanted = [TopicPartition(*p) for p in partitions]
        try:
            found = reached(lambda: ask(wanted, timeout_ms=5000)) if wanted else {}
        except KeyError as error:
            # kafka-python leaves out a partition whose leader it does not know yet, then asks for it.
            raise LogUnavailable(f"Kafka does not know the leader of {error} yet.") from error
        return {(tp.topic, tp.partition): offset for tp, offset in found.items()}

    def close(self) -> None:
        with contextlib.suppress(KafkaError):
            self._consumer.close(autocommit=False, timeout_ms=5000)
