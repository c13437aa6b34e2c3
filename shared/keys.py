"""The keys of a whole site, as attune.keys has them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol
from uuid import NAMESPACE_URL, uuid5

from shared.events import Event, Unreadable, decode, encode
from shared.events.person import KeyWrapped
from shared.faults import LogUnavailable
from shared.records import Message, Partition, RawRecord
from shared.topics import KEYS, shard_of

_IDS = uuid5(NAMESPACE_URL, "attune/key")
_MOST_RECORDS = 2000


def message(subject: str, wrapped: bytes | None, partitions: int, source: str, at: str) -> Message:
    """What appends this key, or a tombstone. `source` and `at` are the event's source and time."""
    value = None
    if wrapped is not None:
        # As a wrapped key is random, so is an id that follows from it.
        event_id = str(uuid5(_IDS, f"{subject} {wrapped.hex()}"))
        value = encode(Event(event_id, "key.wrapped", source, at, subject, KeyWrapped(wrapped)))
    return Message(KEYS, shard_of(subject, partitions), subject.encode(), value)


class Reader(Protocol):
    """What reads the topic (`shared.kafka.Reader`)."""

    def assign(self, partitions: Iterable[Partition]) -> None: ...
    def seek(self, partition: Partition, offset: int) -> None: ...
    def poll(self, timeout_ms: int, max_records: int) -> Mapping[Partition, Sequence[RawRecord]]: ...
    def position(self, partition: Partition) -> int: ...
    def starts(self, partitions: Iterable[Partition]) -> dict[Partition, int]: ...
    def ends(self, partitions: Iterable[Partition]) -> dict[Partition, int]: ...


class Keys:
    """What these shards of the topic say, as far as it has been read. Not thread-safe.

    `wrapped`: each subject's data key, as it was wrapped last. `ended`: of whom the log holds a tombstone.
    Who is in both got a key after the tombstone, which must not stand.
    """

    def __init__(self, reader: Reader, shards: Iterable[int], monotonic_s: Callable[[], float]) -> None:
        self.wrapped: dict[str, bytes] = {}
        self.ended: set[str] = set()
        self._reader = reader
        self._now_s = monotonic_s
        self._partitions = [(KEYS, shard) for shard in shards]
        reader.assign(self._partitions)
        for partition, start in reader.starts(self._partitions).items():
            reader.seek(partition, start)

    def read_on(self, within_s: float = 30.0) -> None:
        """Read to the end as of now. Raises `LogUnavailable` if that takes longer."""
        ends, until_s = self._reader.ends(self._partitions), self._now_s() + within_s
        while any(self._reader.position(partition) < end for partition, end in ends.items()):
            if self._now_s() > until_s:
                raise LogUnavailable(f"Kafka has not given all of {KEYS} in {within_s:.0f} s: try again.")
            for records in self._reader.poll(200, _MOST_RECORDS).values():
                for record in records:
                    self._take(record)

    def _take(self, record: RawRecord) -> None:
        subject = (record.key or b"").decode(errors="replace")
        if record.value is None:
            self.wrapped.pop(subject, None)
            self.ended.add(subject)
            return
        try:
            data = decode(record.value).data
        except Unreadable:
            return
        if isinstance(data, KeyWrapped):
            self.wrapped[subject] = data.wrapped
