"""The records that a shard's owner has taken from the log and not yet folded."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shared.batch import UnreadableLimit, read
from shared.events import Event, Unreadable
from shared.records import RawRecord

MAX_BATCH = 2000


class Taken(NamedTuple):
    """The next records in order, with their event, or the reason why it is to be set aside.

    `stop` says why the records end here although more are waiting.
    """

    records: list[RawRecord]
    events: list[Event | str]
    stop: str | None

    @property
    def subjects(self) -> list[str]:
        return [e.subject for e in self.events if isinstance(e, Event) and e.subject is not None]

    def cut(self, length: int) -> "Taken":
        return Taken(self.records[:length], self.events[:length], None)


class Intake:
    """Queues by topic. `skip` names an offset of a topic that an operator has set aside."""

    def __init__(self, topics: Sequence[str], partitions: int) -> None:
        self._partitions = partitions
        self._queues: dict[str, deque[RawRecord]] = {topic: deque() for topic in topics}
        self._skip: Mapping[str, str] = {}
        self._stop_at: tuple[str, int] | None = None
        self._limit = UnreadableLimit()

    def __len__(self) -> int:
        return sum(len(queue) for queue in self._queues.values())

    def start_over(self, skip: Mapping[str, str]) -> None:
        """Forget everything; `skip` is topic to offset."""
        for queue in self._queues.values():
            queue.clear()
        self._skip = skip
        self._stop_at = None
        self._limit = UnreadableLimit()

    def hear(self, records: Sequence[RawRecord], position: int) -> None:
        """Records of one topic in order; what lies before `position` or is held already is dropped."""
        queue = self._queues[records[0].topic]
        expected = queue[-1].offset + 1 if queue else position
        queue.extend(raw for raw in records if raw.offset >= expected)

    def stop_at(self, topic: str, offset: int) -> None:
        """The rules raise at this record."""
        self._stop_at = (topic, offset)

    def take(self, topics: Sequence[str]) -> Taken:
        """Up to a batch of records, to be confirmed by `done`."""
        taken = Taken([], [], None)
        for topic in topics:
            for raw in self._queues[topic]:
                if len(taken.records) >= MAX_BATCH:
                    return taken
                event, stop = self._next(raw)
                if stop:
                    return taken._replace(stop=stop)
                taken.records.append(raw)
                taken.events.append(event)
        return taken

    def done(self, records: Sequence[RawRecord]) -> None:
        """These, the first that were taken, are folded."""
        for raw in records:
            self._queues[raw.topic].popleft()

    def _next(self, raw: RawRecord) -> tuple[Event | str, str | None]:
        if self._skip.get(raw.topic) == str(raw.offset):
            return "skipped by an operator", None
        if self._stop_at == (raw.topic, raw.offset):
            return "", f"the rules raise at {raw.topic} {raw.offset}"
        try:
            event: Event | str = read(raw, self._partitions)
        except Unreadable as error:
            event = str(error)
        if self._limit.passed(readable=isinstance(event, Event)):
            return "", f"too many unreadable records, the last at {raw.topic} {raw.offset}"
        return event, None
