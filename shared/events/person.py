"""The journal: a person's stream; and the key topic, with each person's data key."""

import msgspec

from shared.events.values import Amount, ChannelKind, Member, Scope, Sealed, Span


class PersonRegistered(msgspec.Struct, frozen=True):
    """With the person's first token, see `TokenIssued`."""

    zone: str
    day_start: int
    language: str
    name: Sealed
    token: str
    digest: str
    last_four: str | None = None


class PersonChanged(msgspec.Struct, frozen=True, omit_defaults=True):
    """In the person's own stream a wish (`command`); in the couple's, `person` and its instant `from_ms`."""

    zone: str | None = None
    day_start: int | None = None
    language: str | None = None
    name: Sealed | None = None
    person: str | None = None
    from_ms: int | None = None
    command: str | None = None


class TokenIssued(msgspec.Struct, frozen=True):
    """The event's id is `token`, which `name` is bound to.

    `last_four` are the token's last characters, in the clear so that people can tell tokens apart: of its 256
    random bits they give away 22.
    """

    token: str
    scope: Scope
    digest: str
    command: str | None = None
    name: Sealed | None = None
    last_four: str | None = None


class TokenRevoked(msgspec.Struct, frozen=True):
    token: str
    command: str | None = None


class RecoveryCodesMade(msgspec.Struct, frozen=True):
    """`codes` are HMACs. Every code from before ends."""

    codes: tuple[str, ...]
    command: str


class PersonRecovered(msgspec.Struct, frozen=True):
    """The wish of whoever has a recovery code: a write token (`TokenIssued`). `code` is the code's HMAC."""

    code: str
    token: str
    digest: str
    last_four: str
    keep_tokens: bool
    command: str


class InviteCreated(msgspec.Struct, frozen=True):
    """`invite` is the HMAC of the code's secret; the secret itself is nowhere."""

    invite: str
    expires_ms: int
    command: str


class InviteAccepted(msgspec.Struct, frozen=True):
    """In the joiner's stream: the wish to join the inviter."""

    inviter: str
    invite: str
    command: str


class JoinerPromised(msgspec.Struct, frozen=True):
    """Crosses from the joiner to the inviter."""

    joiner: str
    invite: str
    spans: tuple[Span, ...]
    command: str


class PromiseAnswered(msgspec.Struct, frozen=True):
    """Crosses from the inviter to the joiner: held, or refused with the reason."""

    inviter: str
    invite: str
    held: bool
    expires_ms: int
    command: str
    reason: str | None = None


class CoupleConfirmed(msgspec.Struct, frozen=True):
    """In the inviter's stream: the wish to become a couple with whom the inviter holds."""

    command: str


class PersonErased(msgspec.Struct, frozen=True, omit_defaults=True):
    """In the person's own stream a wish (`command`); in a couple's, `person` and their date `today`.

    The end of the person's key, and of everything that can be removed.
    """

    command: str | None = None
    person: str | None = None
    today: str = "1970-01-01"


class CoupleLeft(msgspec.Struct, frozen=True):
    """In the leaver's stream: the wish to leave; without a command: what a person never came to be in."""

    command: str | None = None


class MemberJoined(msgspec.Struct, frozen=True):
    """Crosses from the couple to each member. `offset` is that of `couple.formed` in the couple's shard."""

    couple: str
    invite: str
    members: tuple[Member, ...]
    day_one: str
    formed_ms: int
    offset: int
    command: str | None = None


class ChannelAdded(msgspec.Struct, frozen=True, omit_defaults=True):
    """`secret` signs a webhook and encrypts a web push; other kinds have an empty one.

    `code` is what verifies the address: sealed for the notifier, `digest` its HMAC for the fold.
    """

    channel: str
    kind: ChannelKind
    address: Sealed
    secret: Sealed
    command: str
    code: Sealed | None = None
    digest: str | None = None


class ChannelRemoved(msgspec.Struct, frozen=True):
    channel: str
    command: str


class ChannelCodeAsked(msgspec.Struct, frozen=True):
    """Another code, in place of the one before."""

    channel: str
    code: Sealed
    digest: str
    command: str


class ChannelCodeGiven(msgspec.Struct, frozen=True):
    """The HMAC of the code that somebody gave back."""

    channel: str
    digest: str
    command: str


class ChannelTestAsked(msgspec.Struct, frozen=True):
    channel: str
    command: str


class ChannelSecretRotated(msgspec.Struct, frozen=True):
    """A webhook's next secret; the one before signs beside it for a day."""

    channel: str
    secret: Sealed
    command: str


class ChannelsOrdered(msgspec.Struct, frozen=True):
    """All of a person's channels, in the order in which they are tried."""

    channels: tuple[str, ...]
    command: str


class TopicsChanged(msgspec.Struct, frozen=True):
    """From the couple-day `first` on, `off` is what this person leaves out of prompts: a JSON list."""

    first: str
    off: Sealed
    command: str


class FeedOpened(msgspec.Struct, frozen=True):
    """A calendar that can be read with a key alone; `digest` is the key's HMAC. It ends an earlier one."""

    digest: str
    command: str


class FeedClosed(msgspec.Struct, frozen=True):
    command: str


class PulseAnswered(msgspec.Struct, frozen=True):
    """What a person answers for the month (2026-11), a JSON object; `shared` with the couple of now."""

    month: str
    answers: Sealed
    shared: bool
    command: str


class NudgesSet(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person wishes of nudges from now on; what is None, or a kind not named, stays as it was.

    `quiet` is from when until when, in minutes after midnight, the same twice for never. `only_less`: a tap
    on a link, which makes nothing more of what is less already.
    """

    command: str
    system: Amount | None = None
    partner: Amount | None = None
    quiet: tuple[int, int] | None = None
    content: bool | None = None
    kinds: dict[str, bool] = {}
    only_less: bool = False


class KeyWrapped(msgspec.Struct, frozen=True):
    """A person's data key under the master key; base64 in JSON."""

    wrapped: bytes
