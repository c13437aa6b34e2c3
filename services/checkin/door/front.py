"""What the endpoints are given: the log, the views, the keys, and the clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

import msgspec

from checkin.door.errors import Problem, later
from checkin.door.masks import Masks
from checkin.door.rates import Use, Used
from checkin.door.tokens import Tokens
from checkin.words import helplines
from checkin.words.helplines import Helplines
from shared import days
from shared.events import TYPE_NAMES, Event
from shared.sealing import Sealer

BEHIND_AFTER_MS = 5000
SOURCE = "attune/checkin"


class Clock(Protocol):
    """The wall clock, a clock for waits, and waiting itself."""

    def now_ms(self) -> int: ...
    def monotonic_s(self) -> float: ...
    def sleep(self, seconds: float) -> None: ...


class Mark(NamedTuple):
    """What is remembered of a person's request under its idempotency key."""

    person: str
    key: str
    value: bytes


class Log(Protocol):
    def append(self, topic: str, event: Event, mark: Mark | None = None) -> int:
        """The event's offset, once the broker has acknowledged it. Raises `LogUnavailable`."""
        ...

    def append_all(
        self, topic: str, offers: Sequence[tuple[Event, Mark | None]]
    ) -> Sequence[int | Exception]:
        """All of them before any is waited for: each one's offset, or what `append` would raise."""
        ...


class Store(Protocol):
    """The published views (`shared.published.Published`)."""

    def views(self, asks: Sequence[tuple[str, str, str]]) -> list[bytes | None]: ...
    def views_as_of(self, asks: Sequence[tuple[str, str, str]]) -> list[tuple[bytes | None, int | None]]: ...
    def position(self, service: str, subject: str, topic: str) -> int: ...
    def newest(self, service: str, subject: str, name: str, below: str | None, limit: int) -> list[str]: ...


class Claimed(NamedTuple):
    """The reply to a claim: the person's view, as of when it was caught up, the mark found there, the use."""

    view: bytes | None
    caught_up_ms: int | None
    found: bytes | None
    used: Used | None = None


class Marks(Protocol):
    """Idempotency marks, and the person's view in the same round trip."""

    def claim(self, person: str, lease: Mark | None, use: Use | None = None) -> Claimed:
        """Place the lease unless there is a mark already, and count the use. The lease ends by itself."""
        ...

    def claim_each(self, leases: Sequence[Mark]) -> list[bytes | None]:
        """Place each of these leases of one person, in one round trip: the marks that were there already."""
        ...

    def release(self, lease: Mark) -> None:
        """Take this lease back, and no other."""
        ...

    def release_all(self, leases: Sequence[Mark]) -> None:
        """Take these leases of one person back, in one round trip."""
        ...

    def keep(self, marks: Sequence[Mark]) -> None:
        """Remember these for as long as a retry is safe."""
        ...


class Pending(Protocol):
    """Commands that were answered before they were decided."""

    def remember(self, person: str, command: str) -> None: ...
    def knows(self, person: str, command: str) -> bool: ...


class Limits(Protocol):
    def in_hour(self, name: str, hour: int) -> int:
        """Count one more in this hour since the epoch: how many there are."""
        ...

    def in_minute(self, address: str, minute: int, weight: int) -> int:
        """Count so many more of this address, beside those that come with a claim: how many there are."""
        ...


@dataclass(frozen=True)
class Rules:
    """What a site decides for itself. Accepts are counted by invite, guesses of a secret by address.

    `web_push_key` is the public key that browsers subscribe with, None where there is no web push.
    """

    registration: Literal["open", "code", "closed"] = "open"
    registration_code: str = ""
    people_per_hour: int = 60
    invites_per_hour: int = 20
    accepts_per_hour: int = 20
    requests_per_minute: int = 600
    address_requests_per_minute: int = 3000
    guesses_per_minute: int = 30
    webhook_hosts: frozenset[str] = frozenset()
    sends_mail: bool = False
    web_push_key: str | None = None
    public_url: str = ""
    nudges_per_hour: int = 20


@dataclass(frozen=True)
class Front:
    """The collaborators of every endpoint.

    `checks` are what /readyz asks, by name: each gives a sentence if something is wrong.
    `is_full`: whether nothing more can be taken in.
    """

    log: Log
    store: Store
    marks: Marks
    pending: Pending
    limits: Limits
    sealer: Sealer
    tokens: Tokens
    masks: Masks
    clock: Clock
    new_id: Callable[[], str]
    tzdata: str
    rules: Rules = Rules()
    helplines: Helplines = field(default_factory=lambda: helplines.read(helplines.PACKAGED))
    checks: Mapping[str, Callable[[], str | None]] = field(default_factory=dict)
    is_full: Callable[[], bool] = lambda: False

    def event(self, event_id: str, subject: str, data: msgspec.Struct) -> Event:
        """An event of this service, written now."""
        written = days.iso_instant(self.clock.now_ms())
        return Event(event_id, TYPE_NAMES[type(data)], SOURCE, written, subject, data)

    def refuse_when_full(self) -> None:
        """Raises 503 while nothing more can be taken in."""
        if self.is_full():
            raise later("Attune has no room for new entries until its operator makes some.", after_s=30)

    def view(self, service: str, subject: str, name: str, otherwise: Problem) -> bytes:
        """A view that must be there: raises `otherwise` if it is not, or 503 while nobody can know."""
        (found, caught_up_ms) = self.store.views_as_of([(service, subject, name)])[0]
        if found is None:
            raise self.absent(caught_up_ms, otherwise)
        return found

    def missing(self, service: str, subject: str, otherwise: Problem) -> Problem:
        """What to raise where a service's views of this subject have not what was asked for."""
        return self.absent(self.store.views_as_of([(service, subject, subject)])[0][1], otherwise)

    def absent(self, caught_up_ms: int | None, otherwise: Problem) -> Problem:
        """What to raise where a view as of this instant has not what was asked for."""
        if caught_up_ms is None or self.clock.now_ms() - caught_up_ms > BEHIND_AFTER_MS:
            return later("The views are behind the log; they catch up by themselves.", after_s=2)
        return otherwise
