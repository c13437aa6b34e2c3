"""A producer under supervision.

A plain kafka-python producer stops for good after one delivery timeout, so none ever expires here; waits are
bounded by the callers instead.
"""

import contextlib
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import structlog
from kafka import KafkaProducer
from kafka.errors import KafkaError

from shared.faults import LogUnavailable
from shared.kafka.reach import RECONNECT_MS, Access, answers, reach
from shared.records import Message

log = structlog.get_logger(__name__)

_NEVER_MS = 10**9
_THREAD_DEAD, _WEDGED = REPLACED_FOR = ("thread dead", "wedged")
"""Why a producer is replaced."""
_RENEW_AFTER_S = 10.0


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
        access: Access,
        client_id: str,
        monotonic_s: Callable[[], float],
        *,
        linger_ms: int = 5,
        max_undecided: int = 2000,
        on_replaced: Callable[[str], None] = lambda _reason: None,
    ) -> None:
        self._settings: dict[str, Any] = {
            **reach(access),
            "client_id": client_id,
            "acks": "all",
            "enable_idempotence": True,
            "linger_ms": linger_ms,
            "batch_size": 65536,
            "max_block_ms": 2000,
            "request_timeout_ms": 5000,
            "delivery_timeout_ms": _NEVER_MS,
            "retry_backoff_ms": 100,
            "reconnect_backoff_max_ms": RECONNECT_MS,
            "max_request_size": 1048576,
            "allow_auto_create_topics": False,
            "metrics_enabled": False,
        }
        self._access = access
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
                self._replace(_THREAD_DEAD)
            elif self._wedged():
                self._replace(_WEDGED)

    def _wedged(self) -> bool:
        now_s = self._now_s()
        oldest_s = min((s.began_s for s in list(self._undecided.values())), default=now_s)
        if now_s - oldest_s < _RENEW_AFTER_S or not answers(self._access):
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
