"""Writing a past into an empty log, under the instants at which it happened. No service may run meanwhile.

Those that start later fold it like any log and publish nothing of what it caused: their marks are at its end.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from shared.kafka import Access, Reader, append_dated, set_marks, set_topic
from shared.records import Message
from shared.topics import JOURNAL, KEYS, TOPIC_SETTINGS

GROUPS = ("attune-projector", "attune-streaks")
"""Who reads the journal."""

_CLIENT = "attune-history"
_TIMESTAMPS = "message.timestamp.type"


class Dated(NamedTuple):
    """A record and the instant at which it was appended."""

    message: Message
    at_ms: int


def write(access: Access, dated: Sequence[Dated], partitions: int) -> None:
    """Append it all under the instants given, and set the marks of those who read the journal to its end.

    Raises `ValueError` if the log is not empty, `LogUnavailable` if Kafka is out of reach.
    """
    _refuse_unless_empty(access, partitions)
    with _dated_by_the_writer(access):
        offsets = append_dated(access, _CLIENT, dated)
    ends = {(JOURNAL, partition): 0 for partition in range(partitions)}
    for (message, _), offset in zip(dated, offsets, strict=True):
        if message.topic == JOURNAL:
            ends[JOURNAL, message.partition] = offset + 1
    for group in GROUPS:
        set_marks(access, group, ends)


def _refuse_unless_empty(access: Access, partitions: int) -> None:
    reader = Reader(access, _CLIENT)
    try:
        # Of the keys there is one as soon as the front door has started.
        ends = reader.ends([(JOURNAL, p) for p in range(partitions)])
    finally:
        reader.close()
    if any(ends.values()):
        raise ValueError("There is something in the journal already: a past can only be written before it.")


@contextmanager
def _dated_by_the_writer(access: Access) -> Iterator[None]:
    try:
        for topic in (JOURNAL, KEYS):
            set_topic(access, topic, {_TIMESTAMPS: "CreateTime"})
        yield
    finally:
        for topic in (JOURNAL, KEYS):
            set_topic(access, topic, {_TIMESTAMPS: TOPIC_SETTINGS[topic][_TIMESTAMPS]})
