"""The log as the endpoints know it: an event is accepted when the broker has acknowledged its lot."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from checkin.door import metrics
from checkin.door.front import Mark
from checkin.door.lots import Lots
from shared.events import Event, encode
from shared.faults import LogUnavailable
from shared.records import Message
from shared.topics import shard_of


class Publisher(Protocol):
    """The supervised producer (`shared.kafka.SupervisedProducer`)."""

    def publish(self, batch: Sequence[Message], timeout_s: float) -> list[int | None]: ...


class _Offered(NamedTuple):
    message: Message
    mark: Mark | None


class Acceptance:
    """Appends events by the lot; the marks of a lot are kept in one round trip before anybody is answered."""

    def __init__(
        self,
        publisher: Publisher,
        partitions: int,
        keep: Callable[[Sequence[Mark]], None],
        wait_s: float = 2.0,
    ) -> None:
        self._publisher = publisher
        self._partitions = partitions
        self._keep = keep
        self._wait_s = wait_s
        self.lots: Lots[_Offered, int] = Lots("acceptance", self._append, LogUnavailable, wait_s)

    def append(self, topic: str, event: Event, mark: Mark | None = None) -> int:
        """The event's offset, once acknowledged and its mark kept. Raises `LogUnavailable`, at once if full.

        After a `LogUnavailable` the event may be in the log all the same.
        """
        return self.lots.submit(self._offered(topic, event, mark))

    def append_all(
        self, topic: str, offers: Sequence[tuple[Event, Mark | None]]
    ) -> Sequence[int | Exception]:
        """As `append`, all of them before any is waited for: what each would return, or raise."""
        return self.lots.submit_all([self._offered(topic, event, mark) for event, mark in offers])

    def _offered(self, topic: str, event: Event, mark: Mark | None) -> _Offered:
        subject = event.subject or ""
        message = Message(topic, shard_of(subject, self._partitions), subject.encode(), encode(event))
        return _Offered(message, mark)

    def _append(self, lot: Sequence[_Offered]) -> Sequence[int | Exception]:
        with metrics.produce_seconds.time():
            offsets = self._publisher.publish([offered.message for offered in lot], self._wait_s)
        pairs = zip(lot, offsets, strict=True)
        marks = [offered.mark for offered, offset in pairs if offered.mark is not None and offset is not None]
        if marks:
            self._keep(marks)
        late = LogUnavailable("Kafka did not acknowledge in time.")
        return [late if offset is None else offset for offset in offsets]
