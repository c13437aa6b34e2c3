"""What the projector remembers of a subject, and what its rules decide."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from shared.events.values import Span
from shared.folding import Entry, Forget
from shared.pact import Agreement
from shared.views.couple import PracticeView
from shared.views.person import (
    ChannelView,
    FeedView,
    NudgeSettings,
    Outcome,
    PulseMonth,
    RecoveryView,
    TokenView,
    TopicsView,
)

PROMISE_OUTLIVES_INVITE_MS = 3_600_000


class Promise(msgspec.Struct, frozen=True, array_like=True):
    """A joiner's promise to one invite. `expires_ms` is the invite's, None until the inviter has answered."""

    inviter: str
    invite: str
    command: str
    expires_ms: int | None = None

    def stands(self, now_ms: int) -> bool:
        return self.expires_ms is None or now_ms < self.expires_ms + PROMISE_OUTLIVES_INVITE_MS


class Held(msgspec.Struct, frozen=True, array_like=True):
    """The joiner whose promise an inviter holds. `expires_ms` is the invite's."""

    joiner: str
    invite: str
    expires_ms: int
    spans: tuple[Span, ...]

    def stands(self, now_ms: int) -> bool:
        return now_ms < self.expires_ms


class Confirming(msgspec.Struct, frozen=True, array_like=True):
    """The inviter has confirmed and waits to hear from the couple."""

    couple: str
    command: str


class Code(msgspec.Struct, frozen=True, array_like=True):
    """The HMAC of a channel's code, when it was asked for, and how many wrong ones were given since."""

    digest: str
    asked_ms: int
    wrong: int = 0


class Told(msgspec.Struct, frozen=True, array_like=True):
    at_ms: int
    outcome: Outcome


class Person(msgspec.Struct, frozen=True, array_like=True):
    """`invites` maps each invite to its expiry, `outcomes` each command to what became of it.

    `codes` has what verifies a channel, by channel, until it is given back.
    """

    id: str
    spans: tuple[Span, ...]
    language: str
    name: str
    name_event: str
    registered_ms: int
    tokens: dict[str, TokenView] = {}
    channels: dict[str, ChannelView] = {}
    couple: str | None = None
    past: tuple[str, ...] = ()
    invites: dict[str, int] = {}
    promise: Promise | None = None
    held: Held | None = None
    confirming: Confirming | None = None
    outcomes: dict[str, Told] = {}
    topics: tuple[TopicsView, ...] = ()
    recovery: RecoveryView | None = None
    recovered_ms: int | None = None
    pulse: tuple[PulseMonth, ...] = ()
    codes: dict[str, Code] = {}
    feed: FeedView | None = None
    nudges: NudgeSettings | None = None
    wished_ms: int | None = None


class Couple(msgspec.Struct, frozen=True, array_like=True):
    id: str
    members: tuple[str, ...]
    day_one: str
    formed_ms: int
    left: tuple[str, ...] = ()


class Practices(msgspec.Struct, frozen=True, array_like=True):
    """The practices of a couple, or of a person alone. `ever`: how many there have been."""

    live: tuple[PracticeView, ...] = ()
    ever: int = 0


class Subject(msgspec.Struct, frozen=True, array_like=True):
    """The state of one subject: a person or a couple, or neither while nothing but a key or a crossing came.

    `sent` counts the crossings this subject has sent, `passed` holds the last number from each sender.
    `seen` remembers check-ins by day of log time, see `entries`. `agreement` is what is agreed here,
    `agreed` maps each command about it to what became of it. `erased`: nothing is taken any more.
    `fresh` and `gone`: the digests of entries that can still be undone, and of those that have been deleted
    or undone lately, each with the instant of that.
    """

    sent: int = 0
    passed: dict[str, int] = {}
    key: bytes | None = None
    person: Person | None = None
    couple: Couple | None = None
    seen: dict[int, bytes] = {}
    agreement: Agreement = Agreement()
    agreed: dict[str, Told] = {}
    fresh: dict[bytes, int] = {}
    gone: dict[bytes, int] = {}
    erased: bool = False
    practices: Practices = Practices()


class Crossing(NamedTuple):
    """What one subject decides for another. `id` only where the event keeps the one it has.

    `which` tells apart two of one kind to one receiver that one record causes.
    """

    receiver: str
    data: msgspec.Struct
    id: str | None = None
    which: str = ""


class Decision(NamedTuple):
    """What a rule decides about a person; `outcomes` by command."""

    person: Person
    outcomes: Mapping[str, Outcome] = {}
    crossings: tuple[Crossing, ...] = ()


class Step(NamedTuple):
    """What a record does to its subject. `ends_key`: the data key is to go from the log of keys, too."""

    subject: Subject
    crossings: tuple[Crossing, ...] = ()
    views: dict[str, bytes | None] | None = None
    entries: tuple[Entry, ...] = ()
    forgets: tuple[Forget, ...] = ()
    ends_key: bool = False
