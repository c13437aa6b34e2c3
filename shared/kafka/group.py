"""The member of a consumer group."""

import contextlib
from collections.abc import Iterable, Mapping
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import KafkaError, KafkaTimeoutError, RebalanceInProgressError
from kafka.structs import OffsetAndMetadata

from shared.faults import LogUnavailable
from shared.kafka.consuming import as_records, consumer_settings
from shared.kafka.reach import Access, reached
from shared.records import Partition, RawRecord

_SESSION_MS = 12_000


class MarkRefused(Exception):
    """The group's coordinator does not take this member's word: its partitions are another's."""


class GroupReader:
    """The member of a consumer group that owns partitions of one topic.

    Newly assigned partitions stay paused until `seek`. `changes` tells of assignments in their order.
    Not thread-safe: only the partition loop uses it.
    """

    def __init__(self, access: Access, group: str, instance: str, topic: str) -> None:
        self._topic = topic
        self._changes: list[tuple[str, tuple[int, ...]]] = []
        self._consumer = reached(
            lambda: KafkaConsumer(
                **consumer_settings(access, f"{group}-{instance}"),
                group_id=group,
                group_instance_id=f"{group}-{instance}",
                partition_assignment_strategy=[CooperativeStickyAssignor],
                # A worker that is gone is missed after this; one that is back sooner keeps its partitions.
                session_timeout_ms=_SESSION_MS,
                heartbeat_interval_ms=3000,
            )
        )
        # Whoever leads the group shares out what it knows of: it must know the topic before it joins.
        reached(lambda: self._consumer.partitions_for_topic(topic))
        self._consumer.subscribe([topic], listener=_Listener(self._consumer, self._changes))

    def poll(self, timeout_ms: int, max_records: int) -> dict[Partition, list[RawRecord]]:
        """What has arrived for the partitions that are not paused."""
        # kafka-python forgets a join that new metadata made it begin, if a poll ends before its answer comes.
        coordinator = self._consumer._coordinator  # noqa: SLF001 no public way in 3.0
        if coordinator._join_task is not None and not coordinator.rejoin_needed:  # noqa: SLF001 the same
            coordinator.request_rejoin()
        return as_records(reached(lambda: self._consumer.poll(timeout_ms, max_records)))

    def changes(self) -> list[tuple[str, tuple[int, ...]]]:
        """(`assigned` | `revoked`, partitions) since the last call, in order."""
        taken, self._changes[:] = list(self._changes), []
        return taken

    def seek(self, partition: int, offset: int) -> None:
        """Read on from here, and no longer be paused. Raises `LogUnavailable` if it is not ours."""
        tp = TopicPartition(self._topic, partition)
        if tp not in self._consumer.assignment():
            raise LogUnavailable(f"{self._topic} {partition} is not assigned to this member.")
        self._consumer.seek(tp, offset)
        self._consumer.resume(tp)

    def pause(self, partition: int) -> None:
        self._consumer.pause(TopicPartition(self._topic, partition))

    def resume(self, partition: int) -> None:
        self._consumer.resume(TopicPartition(self._topic, partition))

    def mark(self, partition: int) -> int:
        """The group's committed offset, 0 if none."""
        tp = TopicPartition(self._topic, partition)
        return max(0, reached(lambda: self._consumer.committed(tp, timeout_ms=5000)) or 0)

    def commit(self, marks: Mapping[int, int]) -> None:
        """Move marks. Raises `MarkRefused` if they are another's, `LogUnavailable` if nobody answers."""
        offsets = {TopicPartition(self._topic, p): OffsetAndMetadata(o, "", -1) for p, o in marks.items()}
        try:
            self._consumer.commit(offsets, timeout_ms=5000)
        except RebalanceInProgressError as error:
            # Nobody has said that they are another's: to start them over would hold up the rebalance, too.
            raise LogUnavailable("The partitions are being shared out anew; marks wait.") from error
        except KafkaTimeoutError as error:
            raise LogUnavailable(f"Kafka: {error}") from error
        except KafkaError as error:
            raise MarkRefused(str(error)) from error

    def topic_id(self, topic: str) -> str:
        """The broker's id of a topic: another one means that the topic was made anew."""
        return str(self._consumer._cluster.topic_id(topic) or "")  # noqa: SLF001 no public way in 3.0

    def close(self) -> None:
        with contextlib.suppress(KafkaError):
            self._consumer.close(autocommit=False, timeout_ms=5000)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python is untyped
    """Runs on the client's own thread: it may only pause and take note."""

    def __init__(self, consumer: Any, changes: list[tuple[str, tuple[int, ...]]]) -> None:
        self._consumer = consumer
        self._changes = changes

    def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        partitions = tuple(assigned)
        if partitions:
            self._consumer.pause(*partitions)
            self._changes.append(("assigned", tuple(tp.partition for tp in partitions)))

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        partitions = tuple(tp.partition for tp in revoked)
        if partitions:
            self._changes.append(("revoked", partitions))

    def on_partitions_lost(self, lost: Iterable[Any]) -> None:
        self.on_partitions_revoked(lost)
