"""What the projector publishes of a person."""

import msgspec

from shared.events.values import Amount, Sealed, Span
from shared.views import Bound


class TokenView(msgspec.Struct, frozen=True, array_like=True):
    """`name` is bound to the token's id. Of a token from before these were kept, the rest is None.

    `recovered`: a recovery code gave it.
    """

    scope: str
    digest: str
    name: Sealed | None = None
    last_four: str | None = None
    issued_ms: int | None = None
    recovered: bool = False


class RecoveryView(msgspec.Struct, frozen=True, array_like=True):
    """`codes`: the HMAC of each recovery code, with the command that has used it; None: it still works."""

    made_ms: int
    codes: dict[str, str | None]


class ChannelView(msgspec.Struct, frozen=True, array_like=True):
    """`event` is the id of the event that the first two sealed texts are bound to.

    `code` is the last one that was asked for. After a rotation `renewed` is the secret in place of the first,
    and `replaced` still signs beside it until `replaced_until_ms`.
    """

    kind: str
    address: Sealed
    secret: Sealed
    event: str
    verified_ms: int | None = None
    code: Bound | None = None
    renewed: Bound | None = None
    replaced: Bound | None = None
    replaced_until_ms: int = 0

    @property
    def current_secret(self) -> Bound:
        return self.renewed or Bound(self.secret, self.event)


class TopicsView(msgspec.Struct, frozen=True, array_like=True):
    """Topics switched off from the date `first` on. `event` is the id of the event that `off` is bound to."""

    first: str
    event: str
    off: Sealed


class FeedView(msgspec.Struct, frozen=True, array_like=True):
    """A calendar that can be read with the key of this digest."""

    digest: str
    opened_ms: int


class PulseMonth(msgspec.Struct, frozen=True, array_like=True):
    """What was answered for a month. `event` is the id of the event that `answers` is bound to.

    `couple`: with which it is shared, None for what is private.
    """

    month: str
    event: str
    answers: Sealed
    couple: str | None = None


class PulseView(msgspec.Struct, frozen=True):
    """By the projector, name `pulse/person/<id>`: all months, the latest last.

    Name `pulse-shared/person/<id>`: those that are shared with today's couple, and nothing of the others.
    """

    months: tuple[PulseMonth, ...] = ()


class NudgeSettings(msgspec.Struct, frozen=True, array_like=True):
    """What a person wishes of nudges. `system`: of what Attune itself sends, `partner`: of a partner's.

    `quiet` is from when until when, in minutes after midnight, the same twice for never. `content`: whether
    nudges may say more than that there is something. `kinds`: those switched on or off against what is usual.
    """

    system: Amount = "all"
    partner: Amount = "all"
    quiet: tuple[int, int] = (21 * 60 + 30, 8 * 60)
    content: bool = False
    kinds: dict[str, bool] = {}


class PersonView(msgspec.Struct, frozen=True):
    """By the projector, name `person/<id>`: all that a request of this person needs.

    `name_event` is the id of the event that `name` is bound to. `key` is the wrapped data key, None until it
    has been read or after it has been erased. `topics` is what was switched off over time, the latest last.
    `nudges` is None as long as everything is as usual; `wished_ms`: when it last changed.
    `recovered_ms`: when a recovery code was last used.
    `feed`: the calendar that can be read with a key.
    """

    spans: tuple[Span, ...]
    language: str
    name: Sealed
    name_event: str
    registered_ms: int
    tokens: dict[str, TokenView] = {}
    channels: dict[str, ChannelView] = {}
    couple: str | None = None
    past: tuple[str, ...] = ()
    key: bytes | None = None
    topics: tuple[TopicsView, ...] = ()
    nudges: NudgeSettings | None = None
    recovery: RecoveryView | None = None
    recovered_ms: int | None = None
    feed: FeedView | None = None
    wished_ms: int | None = None


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a command. `error` is a stable word, `detail` a sentence for people.

    `after` names what streaks must have read before the answer is given: (subject, journal offset).
    """

    status: int
    body: dict[str, object] = {}
    error: str | None = None
    detail: str | None = None
    after: tuple[str, int] | None = None


class OutcomesView(msgspec.Struct, frozen=True):
    """By the projector, name `outcomes/<subject>`: of the latest commands in this stream, by command id.

    Beside it, `agreement/<subject>` is a `shared.pact.Agreement`.
    """

    outcomes: dict[str, Outcome] = {}
