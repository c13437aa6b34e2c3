"""The dead letters: what a service could not read, and where it still stands."""

import time
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from shared.access import KafkaAccess
from shared.batch import read
from shared.events import Unreadable
from shared.kafka import Reader
from shared.records import RawRecord
from shared.topics import DEAD_LETTERS, JOURNAL, KEYS, MOMENTS, NUDGES

READERS = {
    JOURNAL: ("projector", "streaks"),
    KEYS: ("projector",),
    MOMENTS: ("notifier",),
    NUDGES: ("notifier",),
}
"""Whose shards set aside what they cannot read of each topic."""

_LONGEST_S = 30
_CLIENT = "attune-ops"


class Letter(NamedTuple):
    """`shard` and `place`: where it is among the dead letters; then where it stood, and why it is here."""

    shard: int
    place: int
    topic: str
    partition: int
    offset: int
    error: str
    key: bytes | None
    value: bytes

    def as_json(self) -> dict[str, str | int]:
        """What a list shows of it."""
        return {
            "shard": self.shard,
            "place": self.place,
            "topic": self.topic,
            "partition": self.partition,
            "offset": self.offset,
            "bytes": len(self.value),
            "error": self.error,
        }

    def why_not_now(self, partitions: int) -> str | None:
        """Why this version cannot read it either; None if it can."""
        raw = RawRecord(self.topic, self.partition, self.offset, 0, self.key, self.value)
        try:
            read(raw, partitions)
        except Unreadable as error:
            return str(error)
        return None


def letters(access: KafkaAccess, partitions: int, limit: int) -> Iterator[Letter]:
    """Of each shard the latest, at most so many."""
    reader = Reader(access, _CLIENT)
    try:
        shards = [(DEAD_LETTERS, shard) for shard in range(partitions)]
        starts, ends = reader.starts(shards), reader.ends(shards)
        begin = {shard: max(starts[shard], ends[shard] - limit) for shard in shards}
        yield from _between(reader, begin, ends)
    finally:
        reader.close()


def letter(access: KafkaAccess, partitions: int, shard: int, place: int) -> Letter | None:
    """The one in this place, if there is one."""
    reader = Reader(access, _CLIENT)
    try:
        where = (DEAD_LETTERS, shard)
        if not 0 <= shard < partitions:
            return None
        if not reader.starts([where])[where] <= place < reader.ends([where])[where]:
            return None
        return next(_between(reader, {where: place}, {where: place + 1}), None)
    finally:
        reader.close()


def _between(
    reader: Reader, begin: Mapping[tuple[str, int], int], ends: Mapping[tuple[str, int], int]
) -> Iterator[Letter]:
    left = {shard: ends[shard] - begin[shard] for shard in begin if ends[shard] > begin[shard]}
    reader.assign(left)
    for shard in left:
        reader.seek(shard, begin[shard])
    deadline_s = time.monotonic() + _LONGEST_S
    while any(count > 0 for count in left.values()) and time.monotonic() < deadline_s:
        for shard, records in reader.poll(500, 500).items():
            for record in records[: max(0, left[shard])]:
                yield _read(shard[1], record)
            left[shard] -= len(records)


def _read(shard: int, record: RawRecord) -> Letter:
    headers = {name: value.decode(errors="replace") for name, value in record.headers}
    return Letter(
        shard,
        record.offset,
        headers.get("topic", ""),
        int(headers.get("partition", "0")),
        int(headers.get("offset", "0")),
        headers.get("error", ""),
        record.key,
        record.value or b"",
    )
