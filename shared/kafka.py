"""The only file that speaks Kafka: a supervised producer, a group's consumer, a plain reader, the topics.

Client settings and the traps behind them are in kafka-python's behaviour: a plain producer stops for good
after one delivery timeout, so none ever expires here; waits are bounded by the callers instead.
"""

import contextlib
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import structlog
from kafka import (
    ConsumerRebalanceListener,
    KafkaAdminClient,
    KafkaConsumer,
    KafkaProducer,
    TopicPartition,
)
from kafka.admin import ConfigResource
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import KafkaError, KafkaTimeoutError, TopicAlreadyExistsError
from kafka.structs import OffsetAndMetadata

from shared.faults import LogUnavailable
from shared.records import Message, Partition, RawRecord
from shared.topics import TOPIC_SETTINGS

log = structlog.get_logger(__name__)

_NEVER_MS = 10**9
_RENEW_AFTER_S = 10.0
_RECONNECT_MS = 1000
"""How long to wait at most before another try: by default half a minute after a broker's crash."""


class Sending:
    """A record on its way. Decided once: acknowledged at `offset`, or failed."""

    __slots__ = ("_future", "began_s")

    def __init__(self, future: Any, began_s: float) -> None:
        self._future = future
        self.began_s = began_s

    def wait(self, timeout_s: float) -> None:
        """Return when it is decided, or after the time-out."""
        with contextlib.suppress(KafkaError):
            self._future.get(timeout=timeout_s)

    @property
    def decided(self) -> bool:
        return bool(self._future.is_done)

    @property
    def offset(self) -> int | None:
        """Where it was appended; None if undecided or failed (it may be in the log all the same)."""
        return int(self._future.value.offset) if self._future.succeeded() else None


class SupervisedProducer:
    """An idempotent producer that outlives a broker stall of any length, and is replaced if it does not.

    Thread-safe. Build it after a fork. `monotonic_s` is the clock for waits.
    """

    def __init__(
        self,
        bootstrap: str,
        client_id: str,
        monotonic_s: Callable[[], float],
        *,
        linger_ms: int = 5,
        max_undecided: int = 2000,
        on_replaced: Callable[[str], None] = lambda _reason: None,
    ) -> None:
        self._settings: dict[str, Any] = {
            "bootstrap_servers": bootstrap,
            "client_id": client_id,
            "acks": "all",
            "enable_idempotence": True,
            "linger_ms": linger_ms,
            "batch_size": 65536,
            "max_block_ms": 2000,
            "request_timeout_ms": 5000,
            "delivery_timeout_ms": _NEVER_MS,
            "retry_backoff_ms": 100,
            "reconnect_backoff_max_ms": _RECONNECT_MS,
            "max_request_size": 1048576,
            "allow_auto_create_topics": False,
            "metrics_enabled": False,
        }
        self._now_s = monotonic_s
        self._max_undecided = max_undecided
        self._on_replaced = on_replaced
        self._lock = threading.Lock()
        self._undecided: dict[int, Sending] = {}
        self._serial = 0
        self._producer: Any = None
        self._answering_since_s: float | None = None

    def send(self, message: Message) -> Sending:
        """Hand a record over. Raises `LogUnavailable` if too many are undecided or Kafka is out of reach."""
        if len(self._undecided) >= self._max_undecided:
            raise LogUnavailable("Kafka does not acknowledge; too many records are waiting.")
        with self._lock:
            producer = self._connected()
            self._serial += 1
            serial = self._serial
        try:
            future = producer.send(
                message.topic,
                partition=message.partition,
                key=message.key,
                value=message.value,
                headers=list(message.headers) or None,
            )
        except KafkaError as error:
            raise LogUnavailable(f"Kafka: {error}") from error
        sending = Sending(future, self._now_s())
        self._undecided[serial] = sending
        future.add_both(lambda *_: self._undecided.pop(serial, None))
        return sending

    def publish(self, batch: Sequence[Message], timeout_s: float) -> list[int | None]:
        """Append a batch; each one's offset, or None where it was not decided in time."""
        deadline = self._now_s() + timeout_s
        sendings: list[Sending | None] = []
        for message in batch:
            try:
                sendings.append(self.send(message))
            except LogUnavailable:
                sendings.append(None)
        for sending in sendings:
            if sending is not None:
                sending.wait(max(0.001, deadline - self._now_s()))
        if any(s is None or not s.decided for s in sendings):
            self.supervise()
        return [None if s is None else s.offset for s in sendings]

    def supervise(self) -> None:
        """Replace the producer if its thread is dead, or records wait though Kafka has long answered."""
        with self._lock:
            if self._producer is None:
                return
            if not self._producer._sender.is_alive():  # noqa: SLF001 kafka-python has no public liveness
                self._replace("thread dead")
            elif self._wedged():
                self._replace("wedged")

    def _wedged(self) -> bool:
        now_s = self._now_s()
        oldest_s = min((s.began_s for s in list(self._undecided.values())), default=now_s)
        if now_s - oldest_s < _RENEW_AFTER_S or not answers(self._settings["bootstrap_servers"]):
            self._answering_since_s = None
            return False
        if self._answering_since_s is None:
            self._answering_since_s = now_s
        # What waited out a stall goes out within a request's time-out once the broker is back.
        patience_s: float = self._settings["request_timeout_ms"] / 1000
        return now_s - self._answering_since_s > patience_s

    def ready(self, topics: Iterable[str]) -> bool:
        """Whether Kafka has told this producer of the topics."""
        try:
            with self._lock:
                producer = self._connected()
            return all(bool(producer.partitions_for(topic)) for topic in topics)
        except (KafkaError, LogUnavailable):
            return False

    def close(self, timeout_s: float = 5.0) -> None:
        """Flush for at most this long, then end; what is undecided fails."""
        with self._lock:
            self._end(timeout_s)

    def _connected(self) -> Any:
        if self._producer is None:
            try:
                self._producer = KafkaProducer(**self._settings, bootstrap_timeout_ms=2000)
            except KafkaError as error:
                raise LogUnavailable(f"Kafka: {error}") from error
        return self._producer

    def _replace(self, reason: str) -> None:
        log.warning("producer replaced", reason=reason)
        self._on_replaced(reason)
        self._answering_since_s = None
        self._end(0)

    def _end(self, timeout_s: float) -> None:
        producer, self._producer = self._producer, None
        if producer is None:
            return
        try:
            producer.close(timeout=timeout_s)
        except KafkaError:
            # close() leaves the producer open when its flush does not finish in time.
            producer._sender.force_close()  # noqa: SLF001 the only way to resolve what is pending
            with contextlib.suppress(KafkaError):
                producer.close(timeout=1)


def answers(bootstrap: str) -> bool:
    """Whether a fresh connection gets an answer from Kafka."""
    try:
        probe = KafkaAdminClient(
            bootstrap_servers=bootstrap, request_timeout_ms=2000, bootstrap_timeout_ms=2000
        )
    except KafkaError:
        return False
    probe.close()
    return True


def _consumer_settings(bootstrap: str, client_id: str) -> dict[str, Any]:
    return {
        "bootstrap_servers": bootstrap,
        "client_id": client_id,
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "fetch_max_wait_ms": 100,
        "max_partition_fetch_bytes": 1048576,
        "request_timeout_ms": 20000,
        "bootstrap_timeout_ms": 5000,
        "reconnect_backoff_max_ms": _RECONNECT_MS,
        "check_crcs": True,
        "allow_auto_create_topics": False,
        "metrics_enabled": False,
    }


def _records(polled: Mapping[Any, Sequence[Any]]) -> dict[Partition, list[RawRecord]]:
    return {
        (tp.topic, tp.partition): [
            RawRecord(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value, r.headers) for r in batch
        ]
        for tp, batch in polled.items()
    }


class MarkRefused(Exception):
    """The group's coordinator does not take this member's word: its partitions are another's."""


class GroupReader:
    """The member of a consumer group that owns partitions of one topic.

    Newly assigned partitions stay paused until `seek`. `changes` tells of assignments in their order.
    Not thread-safe: only the partition loop uses it.
    """

    def __init__(self, bootstrap: str, group: str, instance: str, topic: str) -> None:
        self._topic = topic
        self._changes: list[tuple[str, tuple[int, ...]]] = []
        self._consumer = _reached(
            lambda: KafkaConsumer(
                **_consumer_settings(bootstrap, f"{group}-{instance}"),
                group_id=group,
                group_instance_id=f"{group}-{instance}",
                partition_assignment_strategy=[CooperativeStickyAssignor],
                session_timeout_ms=15000,
                heartbeat_interval_ms=3000,
            )
        )
        # Whoever leads the group shares out what it knows of: it must know the topic before it joins.
        _reached(lambda: self._consumer.partitions_for_topic(topic))
        self._consumer.subscribe([topic], listener=_Listener(self._consumer, self._changes))

    def poll(self, timeout_ms: int, max_records: int) -> dict[Partition, list[RawRecord]]:
        """What has arrived for the partitions that are not paused."""
        # kafka-python forgets a join that new metadata made it begin, if a poll ends before its answer comes.
        coordinator = self._consumer._coordinator  # noqa: SLF001 no public way in 3.0
        if coordinator._join_task is not None and not coordinator.rejoin_needed:  # noqa: SLF001 the same
            coordinator.request_rejoin()
        return _records(_reached(lambda: self._consumer.poll(timeout_ms, max_records)))

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
        return max(0, _reached(lambda: self._consumer.committed(tp, timeout_ms=5000)) or 0)

    def commit(self, marks: Mapping[int, int]) -> None:
        """Move marks. Raises `MarkRefused` if they are another's, `LogUnavailable` if nobody answers."""
        offsets = {TopicPartition(self._topic, p): OffsetAndMetadata(o, "", -1) for p, o in marks.items()}
        try:
            self._consumer.commit(offsets, timeout_ms=5000)
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


class Reader:
    """Reads partitions by assignment, without a group. Not thread-safe."""

    def __init__(self, bootstrap: str, client_id: str) -> None:
        self._consumer = _reached(lambda: KafkaConsumer(**_consumer_settings(bootstrap, client_id)))
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
        return _records(_reached(lambda: self._consumer.poll(timeout_ms, max_records)))

    def ends(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """The offset after the last record of each partition, as of now."""
        return self._bounds(self._consumer.end_offsets, partitions)

    def starts(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """The offset of the first record that each partition still holds."""
        return self._bounds(self._consumer.beginning_offsets, partitions)

    def _bounds(self, ask: Callable[..., Any], partitions: Iterable[Partition]) -> dict[Partition, int]:
        wanted = [TopicPartition(*p) for p in partitions]
        try:
            found = _reached(lambda: ask(wanted, timeout_ms=5000)) if wanted else {}
        except KeyError as error:
            # kafka-python leaves out a partition whose leader it does not know yet, then asks for it.
            raise LogUnavailable(f"Kafka does not know the leader of {error} yet.") from error
        return {(tp.topic, tp.partition): offset for tp, offset in found.items()}

    def close(self) -> None:
        with contextlib.suppress(KafkaError):
            self._consumer.close(autocommit=False, timeout_ms=5000)


def _reached(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except KafkaError as error:
        raise LogUnavailable(f"Kafka: {error}") from error


def make_topics(bootstrap: str, partitions: int, replication: int = 1) -> list[str]:
    """Create what is missing; the names made. Raises `ValueError` if one has another number of partitions."""

    def made() -> list[str]:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=20000)
        try:
            found = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics()}
            _refuse_another_number(found, partitions)
            missing = {
                name: {"num_partitions": partitions, "replication_factor": replication, "configs": settings}
                for name, settings in TOPIC_SETTINGS.items()
                if name not in found
            }
            if missing:
                with contextlib.suppress(TopicAlreadyExistsError):
                    admin.create_topics(missing, timeout_ms=15000)
                admin.wait_for_topics(list(missing), timeout_ms=15000)
            return sorted(missing)
        finally:
            admin.close()

    result: list[str] = _reached(made)
    return result


def _refuse_another_number(found: Mapping[str, int], partitions: int) -> None:
    for name in TOPIC_SETTINGS:
        count = found.get(name, partitions)
        if count != partitions:
            raise ValueError(
                f"{name} has {count} partitions and ATTUNE_PARTITIONS is {partitions}. "
                f"The number is fixed when a site is made: set ATTUNE_PARTITIONS={count}."
            )


# --- a past for an empty site: only while no service runs ---------------------------------------------


def set_topic(bootstrap: str, topic: str, settings: Mapping[str, str]) -> None:
    """Change settings of a topic. Raises `ValueError` if Kafka refuses them."""

    def altered(admin: Any) -> str:
        done = admin.alter_configs([ConfigResource("topic", topic, dict(settings))], raise_on_unknown=False)
        return str(done["topic"][topic])

    result = _administered(bootstrap, altered)
    if result != "OK":
        raise ValueError(f"Kafka refuses {dict(settings)} for {topic}: {result}")


def append_dated(bootstrap: str, client_id: str, dated: Iterable[tuple[Message, int]]) -> list[int]:
    """Append records with instants of their own, for a topic under `CreateTime`; their offsets, in order."""
    producer = _reached(
        lambda: KafkaProducer(
            bootstrap_servers=bootstrap,
            client_id=client_id,
            acks="all",
            enable_idempotence=True,
            linger_ms=20,
        )
    )

    def acked() -> list[int]:
        sent = [
            producer.send(m.topic, partition=m.partition, key=m.key, value=m.value, timestamp_ms=at_ms)
            for m, at_ms in dated
        ]
        return [future.get(timeout=60).offset for future in sent]

    try:
        offsets: list[int] = _reached(acked)
        return offsets
    finally:
        producer.close(timeout=10)


def set_marks(bootstrap: str, group: str, marks: Mapping[Partition, int]) -> None:
    """Set the committed offsets of a group. Raises `MarkRefused` if it has members, or `LogUnavailable`."""
    offsets = {TopicPartition(*p): OffsetAndMetadata(offset, "", -1) for p, offset in marks.items()}
    settings = _consumer_settings(bootstrap, f"{group}-marks")
    consumer = _reached(lambda: KafkaConsumer(**settings, group_id=group))
    try:
        consumer.assign(list(offsets))
        consumer.commit(offsets, timeout_ms=30000)
    except KafkaTimeoutError as error:
        raise LogUnavailable(f"Kafka: {error}") from error
    except KafkaError as error:
        raise MarkRefused(str(error)) from error
    finally:
        consumer.close(autocommit=False, timeout_ms=5000)


def _administered(bootstrap: str, ask: Callable[[Any], Any]) -> Any:
    def answered() -> Any:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=20000)
        try:
            return ask(admin)
        finally:
            admin.close()

    return _reached(answered)
