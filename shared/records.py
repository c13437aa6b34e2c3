"""What is read from the log and what is appended to it, as bytes."""

from collections.abc import Sequence
from typing import NamedTuple

Partition = tuple[str, int]
"""A topic and the number of one of its partitions."""

Headers = Sequence[tuple[str, bytes]]


class Message(NamedTuple):
    """What to append, and where. Without a value it ends its key in a compacted topic."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


class RawRecord(NamedTuple):
    """What stands in the log. `append_ms` is the broker's append time."""

    topic: str
    partition: int
    offset: int
    append_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
