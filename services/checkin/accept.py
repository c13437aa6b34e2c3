"""Group commit: what has gathered while the last lot was on its way goes to Kafka as the next lot.

Requests hand their event over and wait; one sender per worker appends a lot, waits for the broker's word on
all of it, keeps the idempotency marks in one round trip and wakes those who wait. Plain threading
primitives: under gunicorn's gevent worker they are greenlets.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import NamedTuple, Protocol

import structlog

from checkin import metrics
from checkin.front import Mark
from shared.events import Event, encode
from shared.faults import LogUnavailable
from shared.records import Message
from shared.topics import shard_of

MOST_WAITING = 2000
MOST_IN_A_LOT = 500

log = structlog.get_logger(__name__)


class Publisher(Protocol):
    """The supervised producer (`shared.kafka.SupervisedProducer`)."""

    def publish(self, batch: Sequence[Message], timeout_s: float) -> list[int | None]: ...


class _Waiting(NamedTuple):
    message: Message
    mark: Mark | None
    offset: Future[int]


class GroupCommit:
    """The log as the endpoints know it. Build it after the fork, and `start` it."""

    def __init__(
        self,
        publisher: Publisher,
        partitions: int,
        keep: Callable[[Sequence[Mark]], None],
        wait_s: float = 2.0,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._publisher = publisher
        self._partitions = partitions
        self._keep = keep
        self._wait_s = wait_s
        self._gathered: queue.Queue[_Waiting | None] = queue.Queue(most_waiting)
        self._sender = threading.Thread(target=self._send, name="group commit", daemon=True)

    def start(self) -> None:
        self._sender.start()

    def close(self) -> None:
        """Send what has gathered, then end."""
        self._gathered.put(None)
        self._sender.join(2 * self._wait_s)

    @property
    def waiting(self) -> int:
        """How many events have gathered and are not on their way yet."""
        return self._gathered.qsize()

    def append(self, topic: str, event: Event, mark: Mark | None = None) -> int:
        """The event's offset, once acknowledged and its mark kept. Raises `LogUnavailable`, at once if full.

        After a `LogUnavailable` the event may be in the log all the same.
        """
        subject = event.subject or ""
        message = Message(topic, shard_of(subject, self._partitions), subject.encode(), encode(event))
        waiting = _Waiting(message, mark, Future())
        try:
            self._gathered.put_nowait(waiting)
            return waiting.offset.result(self._wait_s)
        except queue.Full:
            raise LogUnavailable("Too many events wait for Kafka.") from None
        except TimeoutError:
            raise LogUnavailable("Kafka did not acknowledge in time.") from None

    def _send(self) -> None:
        going_on = True
        while going_on:
            lot = [self._gathered.get()]
            while len(lot) < MOST_IN_A_LOT and not self._gathered.empty():
                lot.append(self._gathered.get_nowait())
            going_on = None not in lot
            self._commit([waiting for waiting in lot if waiting is not None])

    def _commit(self, lot: Sequence[_Waiting]) -> None:
        try:
            with metrics.produce_seconds.time():
                offsets = self._publisher.publish([waiting.message for waiting in lot], self._wait_s)
            self._keep_marks(lot, offsets)
        except LogUnavailable:
            offsets = [None] * len(lot)
        except Exception:
            # The sender must outlive any fault: without it this worker could accept nothing any more.
            log.exception("lot failed", events=len(lot))
            offsets = [None] * len(lot)
        for waiting, offset in zip(lot, offsets, strict=True):
            _wake(waiting, offset)

    def _keep_marks(self, lot: Sequence[_Waiting], offsets: Sequence[int | None]) -> None:
        pairs = zip(lot, offsets, strict=True)
        marks = [waiting.mark for waiting, offset in pairs if waiting.mark is not None and offset is not None]
        if marks:
            self._keep(marks)


def _wake(waiting: _Waiting, offset: int | None) -> None:
    if offset is None:
        waiting.offset.set_exception(LogUnavailable("Kafka did not acknowledge in time."))
    else:
        waiting.offset.set_result(offset)
