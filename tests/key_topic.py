"""attune.keys in memory: it is read like the real one, and others may write to it at any moment."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from shared.keys import message
from shared.records import Partition, RawRecord
from shared.topics import KEYS

PARTITIONS = 3


@dataclass
class KeyTopic:
    """`meanwhile` is what others do right before something is appended by `append`."""

    records: list[RawRecord] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None
    _positions: dict[Partition, int] = field(default_factory=dict)

    def put(self, subject: str, wrapped: bytes | None) -> None:
        """Anybody's record."""
        one = message(subject, wrapped, PARTITIONS, "test", "")
        offset = len(self.of(one.partition))
        self.records.append(RawRecord(KEYS, one.partition, offset, 0, one.key, one.value))

    def append(self, keys: Mapping[str, bytes | None]) -> None:
        self.meanwhile()
        for subject, wrapped in keys.items():
            self.put(subject, wrapped)

    def of(self, shard: int) -> list[RawRecord]:
        return [record for record in self.records if record.partition == shard]

    # --- as `shared.kafka.Reader` has it

    def assign(self, partitions: Iterable[Partition]) -> None:
        self._positions = dict.fromkeys(partitions, 0)

    def seek(self, partition: Partition, offset: int) -> None:
        self._positions[partition] = offset

    def position(self, partition: Partition) -> int:
        return self._positions[partition]

    def starts(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        return dict.fromkeys(partitions, 0)

    def ends(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        return {partition: len(self.of(partition[1])) for partition in partitions}

    def poll(self, timeout_ms: int, max_records: int) -> dict[Partition, list[RawRecord]]:
        found = {}
        for partition, position in self._positions.items():
            found[partition] = self.of(partition[1])[position:][:max_records]
            self._positions[partition] += len(found[partition])
        return found
