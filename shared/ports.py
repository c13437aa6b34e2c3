"""What a service gives to the partition loop, and what the loop asks of the world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from shared.folding import AnyFold, Wake
from shared.records import Message, Partition
from shared.store import Loaded, Look, Writes


@dataclass(frozen=True)
class Program:
    """What a service does with its shards. The group and the mark are about the `primary` topic.

    The topics `beside` it are read to their end, as of the start, before anything else is done; they cause
    no outputs. `wake` is for work by the wall clock; `passes_time` lets the log say that time has passed.
    `tallies`: what the rules count, by name, with its meaning.
    """

    service: str
    group: str
    rules: AnyFold
    primary: str
    beside: tuple[str, ...] = ()
    wake: Wake | None = None
    passes_time: bool = False
    tallies: Mapping[str, str] = field(default_factory=dict)

    @property
    def topics(self) -> tuple[str, ...]:
        return (self.primary, *self.beside)


class Sent(Protocol):
    """A record on its way; `offset` stays None if it failed."""

    @property
    def decided(self) -> bool: ...
    @property
    def offset(self) -> int | None: ...


class Store(Protocol):
    """What an owner asks of the shards' store (`shared.store.ShardStore`)."""

    def look(self, shard: int, mine: str = "", caught_up_ms: int | None = None, head: int = 0) -> Look: ...
    def load(self, shard: int, subjects: Sequence[str], until_ms: int | None, limit: int) -> Loaded: ...
    def commit(self, shard: int, old: str, new: str, writes: Writes) -> str: ...
    def note(self, shard: int, mine: str, field: str, value: str) -> None: ...
    def trim(self, shard: int, entries: Sequence[str]) -> None: ...


class Log(Protocol):
    """What an owner asks of the log."""

    def send(self, message: Message) -> Sent: ...
    def seek(self, shard: int, positions: Mapping[str, int]) -> None: ...
    def pause(self, shard: int) -> None: ...
    def mark(self, shard: int) -> int: ...
    def starts(self, shard: int) -> dict[str, int]: ...
    def ends(self, shard: int) -> dict[str, int]: ...
    def topic_ids(self) -> dict[str, str]: ...


class Ends(NamedTuple):
    """The log's end offsets, and the instant at which asking for them began."""

    began_ms: int
    offsets: Mapping[Partition, int]


class Watch(Protocol):
    """Who counts what the owners do."""

    def folded(self, events: int, unreadable: int) -> None: ...
    def committed(self, reply: str) -> None: ...
    def started_over(self, shard: int, reason: str) -> None: ...
    def fired(self, late_s: float) -> None: ...
    def took(self, age_s: float) -> None: ...
