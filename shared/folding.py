"""What a service gives to the partition loop: pure functions from a state and an event to a change.

A state is any msgspec structure; it is packed with MessagePack and belongs to one subject of one shard.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from shared.events import Event

S = TypeVar("S", bound=msgspec.Struct)


class Record(NamedTuple):
    """An event where it stands in the log. `append_ms` is the broker's append time."""

    topic: str
    partition: int
    offset: int
    append_ms: int
    event: Event


class Output(NamedTuple):
    """An event to publish; one without data is a tombstone.

    `due_ms` is set by `advance`: the instant at which it became true.
    """

    topic: str
    event: Event
    due_ms: int | None = None


class Entry(NamedTuple):
    """One line of a list: read in order of `key` within `list`; the text never holds NUL."""

    list: str
    key: str


class Forget(NamedTuple):
    """The lines of a list whose key holds a word go, and with each the view that it names: `views` and what
    stands after the key's first slash."""

    list: str
    word: str
    views: str


class Change(Generic[S]):
    """What one record or the passing of time did to one subject. `state` None: nothing is kept of it.

    `views`: name to bytes, published for other readers (None removes it). `entries`: lines added to lists;
    `forgets`: lines and views that go, after all else of the commit.
    `due_ms`: the next instant at which time alone changes this subject, or None.
    `tally`: by how much this changes what the shard counts, by name.
    """

    __slots__ = ("due_ms", "entries", "forgets", "outputs", "state", "tally", "views")

    def __init__(
        self,
        state: S | None,
        due_ms: int | None = None,
        outputs: Sequence[Output] = (),
        views: dict[str, bytes | None] | None = None,
        entries: Sequence[Entry] = (),
        tally: Mapping[str, int] | None = None,
        forgets: Sequence[Forget] = (),
    ) -> None:
        self.state = state
        self.due_ms = due_ms
        self.outputs = outputs
        self.views = views
        self.entries = entries
        self.tally = tally
        self.forgets = forgets


class Fold(Protocol[S]):
    """The rules of one service. Every method is pure: no clock, no chance, no I/O."""

    state_type: type[S]
    layout: int
    """The version of the states' layout; another number in the store asks for a rebuild."""

    def fold(self, subject: str, state: S | None, record: Record) -> Change[S] | None:
        """The change that this record makes to its subject, None for none. Time was advanced before."""
        ...

    def advance(self, subject: str, state: S, until_ms: int) -> Change[S]:
        """The change that time alone makes up to `until_ms`. Composes: a then b equals b."""
        ...

    def show(self, subject: str, state: S, now_ms: int) -> dict[str, bytes | None]:
        """The views of a subject whose state has changed, asked for once per commit; may be empty."""
        ...


AnyFold = Fold[Any]


class Wake(Protocol):
    """Work that falls due by the wall clock, not by the log's: the notifier's sends. May do bounded I/O."""

    def ready(self, shard: int) -> Sequence[str]:
        """Subjects that have something to do now although no due time of theirs has come."""
        ...

    def wake(self, shard: int, states: dict[str, Any], now_ms: int) -> dict[str, Change[Any]]:
        """The changes to subjects that are due or ready. Absent: nothing to change."""
        ...

    def committed(self, shard: int, states: dict[str, Any]) -> None:
        """What `wake` decided is stored: act on it (start the sends that were leased)."""
        ...

    def abandoned(self, shard: int) -> None:
        """The shard is another's, or is started over: forget what was not committed."""
        ...

    def close(self, timeout_s: float) -> bool:
        """Start nothing more, and wait for what is under way; whether it has ended."""
        ...
