"""The events: one envelope with the CloudEvents attribute names, one structure per type.

Readers ignore unknown fields and unknown types. Instants are milliseconds since 1970 (UTC), local dates ISO
strings, times of day minutes after midnight. A `Sealed` text can be read only with its author's data key.
"""

from typing import Any, Literal, get_args

import msgspec

Sealed = str
Kind = Literal[
    "feeling",
    "reflection",
    "appreciation",
    "safe_space",
    "vulnerability",
    "quality_time",
    "self_love",
    "repair",
    "best_thing",
]
KINDS: tuple[str, ...] = get_args(Kind)
Visibility = Literal["shared", "sealed", "secret"]
ChannelKind = Literal["webhook", "web_push", "email", "apprise"]
Scope = Literal["write", "read"]
Amount = Literal["all", "fewer", "none"]
AMOUNTS: tuple[Amount, ...] = get_args(Amount)


class Unreadable(Exception):
    """These bytes are not an event: to the dead letters with them."""


class Span(msgspec.Struct, frozen=True, array_like=True):
    """From this instant a person's dates follow this zone and day start."""

    from_ms: int
    zone: str
    day_start: int


class Member(msgspec.Struct, frozen=True):
    person: str
    spans: tuple[Span, ...]


class SealedText(msgspec.Struct, frozen=True, array_like=True):
    """A text of this author, sealed under the id of the event that brought it."""

    author: str
    event: str
    sealed: Sealed


# --- the journal: a person's stream -----------------------------------------------------------------


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


# --- the journal: a couple's stream (a person alone is a couple of one) -----------------------------


class CoupleFormed(msgspec.Struct, frozen=True):
    """Crosses from the inviter to the couple. The first of the members is the inviter."""

    invite: str
    members: tuple[Member, ...]
    command: str


class MemberLeft(msgspec.Struct, frozen=True):
    """Crosses from the leaver to the couple. `today` is the leaver's date then."""

    person: str
    today: str = "1970-01-01"


class CheckinRecorded(msgspec.Struct, frozen=True, omit_defaults=True):
    author: str
    kind: str
    local_date: str
    at_ms: int
    zone: str
    day_start: int
    tzdata: str
    visibility: Visibility
    busy: int | None = None
    minutes: int | None = None
    note: Sealed | None = None
    feelings: Sealed | None = None
    in_reply_to: str | None = None
    what: Sealed | None = None
    prompt: Sealed | None = None
    step: int | None = None


class Written(msgspec.Struct, frozen=True, omit_defaults=True):
    """One version of what an entry says. `event` is the id of the event that its texts are bound to."""

    event: str
    at_ms: int
    visibility: Visibility
    minutes: int | None = None
    note: Sealed | None = None
    feelings: Sealed | None = None
    what: Sealed | None = None
    prompt: Sealed | None = None
    step: int | None = None


class CheckinAmended(msgspec.Struct, frozen=True, omit_defaults=True):
    """The whole entry as it is from now on, and what it said before. Kind and date never change.

    `first_shared`: it is shared now, and never was before.
    """

    author: str
    checkin: str
    command: str
    kind: str
    local_date: str
    at_ms: int
    now: Written
    was: Written
    busy: int | None = None
    in_reply_to: str | None = None
    first_shared: bool = False


class CheckinDeleted(msgspec.Struct, frozen=True, omit_defaults=True):
    """What it said is gone, with all its versions; that its author showed up stays."""

    author: str
    checkin: str
    command: str
    kind: str
    local_date: str
    at_ms: int
    visibility: Visibility


class ReflectionHeard(msgspec.Struct, frozen=True):
    """`person`, whose entry the reflection `checkin` of `author` answers, felt heard."""

    person: str
    author: str
    checkin: str
    command: str


class CheckinUndone(msgspec.Struct, frozen=True):
    """A mistaken tap is taken back: within ten minutes of log time, with everything that it did."""

    author: str
    checkin: str
    command: str


class PactChanged(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is None stays as it was agreed."""

    person: str
    command: str
    mode: str | None = None
    agreed_days: float | None = None
    reply_to_reveal: bool | None = None


class PracticeAdded(msgspec.Struct, frozen=True):
    """A practice of the couple's own, and its name in the words of this person.

    The practice's id follows from that of the event.
    """

    person: str
    command: str
    name: Sealed


class PracticeRemoved(msgspec.Struct, frozen=True):
    person: str
    command: str
    practice: str


class PauseOpened(msgspec.Struct, frozen=True):
    """Covers couple-days, the last included; None: open-ended. `today` is the opener's date of acceptance.

    The pause's id follows from that of the event.
    """

    person: str
    command: str
    today: str
    first: str
    last: str | None


class PauseEnded(msgspec.Struct, frozen=True):
    """`today`, the opener's date of acceptance, is still covered."""

    person: str
    command: str
    today: str
    pause: str


class PartnerNudged(msgspec.Struct, frozen=True, omit_defaults=True):
    """A member sends the other a sign, with or without words. The words are sealed under `command`."""

    person: str
    command: str
    text: Sealed | None = None


class TimePassed(msgspec.Struct, frozen=True):
    """Addressed to a partition: its shard's time has reached the record's append time."""


# --- the keys ---------------------------------------------------------------------------------------


class KeyWrapped(msgspec.Struct, frozen=True):
    """A person's data key under the master key; base64 in JSON."""

    wrapped: bytes


# --- moments ----------------------------------------------------------------------------------------


class StreakExtended(msgspec.Struct, frozen=True):
    date: str
    count: int
    members: tuple[str, ...]
    expires_ms: int


class StreakBroken(msgspec.Struct, frozen=True):
    date: str
    count: int
    members: tuple[str, ...]
    expires_ms: int


class StreakCorrected(msgspec.Struct, frozen=True):
    """A fact came late, or was taken back: the streak now, and the first date that is not as was said."""

    date: str
    count: int
    members: tuple[str, ...]
    expires_ms: int


class CoupleReturned(msgspec.Struct, frozen=True):
    """A broken streak was repaired and goes on; `date` is the day that is repaired now."""

    date: str
    count: int
    members: tuple[str, ...]
    expires_ms: int


class MilestoneReached(msgspec.Struct, frozen=True):
    date: str
    count: int
    members: tuple[str, ...]
    expires_ms: int


class PactRenewed(msgspec.Struct, frozen=True):
    """What is agreed from now on."""

    mode: str
    agreed_days: float
    reply_to_reveal: bool
    members: tuple[str, ...]
    expires_ms: int


class PactOutgrown(msgspec.Struct, frozen=True):
    """Three lapses in sixty days: the agreed cadence may not fit any more."""

    agreed_days: float
    lapses: int
    members: tuple[str, ...]
    expires_ms: int


class DayAtRisk(msgspec.Struct, frozen=True):
    """The day is still open and unkept and a streak stands on it; `expires_ms` is the close of the day.

    `last_chance_ms` is 21:00 of it, by the same clock as the warning.
    """

    date: str
    count: int
    members: tuple[str, ...]
    expires_ms: int
    last_chance_ms: int | None = None


class LapseOpened(msgspec.Struct, frozen=True):
    """`outgrown`: `pact.outgrown` is said with it."""

    since_ms: int
    agreed_days: float
    threshold_days: float
    members: tuple[str, ...]
    expires_ms: int
    outgrown: bool = False


class LapseClosed(msgspec.Struct, frozen=True):
    since_ms: int
    length_days: float
    members: tuple[str, ...]
    expires_ms: int


class AppreciationShared(msgspec.Struct, frozen=True):
    checkin: str
    author: str
    receiver: str
    expires_ms: int


class MemberErased(msgspec.Struct, frozen=True):
    """Nothing more is to be sent to this person, and what they were sent is to be forgotten."""

    person: str
    expires_ms: int


class ChannelAsked(msgspec.Struct, frozen=True):
    """A person asked for something over a channel of theirs: the code that verifies it, or a test."""

    person: str
    channel: str
    purpose: Literal["code", "test"]
    expires_ms: int


class ReflectionShared(msgspec.Struct, frozen=True):
    checkin: str
    author: str
    receiver: str
    expires_ms: int


class NudgeAsked(msgspec.Struct, frozen=True):
    """A member sent the other a sign."""

    author: str
    receiver: str
    expires_ms: int
    text: SealedText | None = None


class WeekSummed(msgspec.Struct, frozen=True):
    """An ISO week of couple-days has closed; `date` is its Sunday, `kept` how many of its days counted."""

    date: str
    kept: int
    members: tuple[str, ...]
    expires_ms: int


class MemberSilent(msgspec.Struct, frozen=True):
    """This member has not checked in for sixty days; `since` is the date of the last time."""

    person: str
    since: str
    expires_ms: int


class InviteTaken(msgspec.Struct, frozen=True):
    """Somebody has accepted an invite of this person, who can confirm."""

    person: str
    expires_ms: int


class InviteOffered(msgspec.Struct, frozen=True):
    """This person has made an invite, which is good until `until_ms`."""

    person: str
    until_ms: int
    expires_ms: int


# --- nudges -----------------------------------------------------------------------------------------


class NudgePlanned(msgspec.Struct, frozen=True):
    """`kind` names the moment; `date` is the couple-day it is about, where there is one.

    `author` is whoever sends it, where a partner does; `checkin` the entry it is for, `text` what is written
    with it. `facts`: what fuller words may tell of the moment, by name. `channel`: the one over which it was
    asked for. Then it is no nudge, and stands in no inbox.
    """

    nudge: str
    kind: str
    template: str
    receiver: str
    due_ms: int
    expires_ms: int
    planned_ms: int
    date: str | None = None
    since_ms: int | None = None
    channel: str | None = None
    author: str | None = None
    checkin: str | None = None
    text: SealedText | None = None
    facts: dict[str, float] = {}


class NudgeSent(msgspec.Struct, frozen=True):
    """The decision to send: it stands in the inbox from here on; `channels` are to be tried, in order.

    `full`: the receiver has asked for more than that there is something.
    """

    nudge: str
    receiver: str
    at_ms: int
    language: str
    channels: tuple[str, ...]
    full: bool = False


class NudgeHeld(msgspec.Struct, frozen=True):
    nudge: str
    receiver: str
    until_ms: int
    rule: str


class NudgeDropped(msgspec.Struct, frozen=True):
    nudge: str
    receiver: str
    rule: str


class NudgeDelivered(msgspec.Struct, frozen=True, omit_defaults=True):
    """`confirmed`: the receiver answered with the code it was sent, which verifies the address."""

    nudge: str
    channel: str
    attempts: int
    at_ms: int = 0
    confirmed: bool = False


class NudgeFailed(msgspec.Struct, frozen=True, omit_defaults=True):
    """Given up over this channel. `gone`: the address is no more. `next`: the channel tried instead."""

    nudge: str
    channel: str
    attempts: int
    reason: str
    at_ms: int = 0
    gone: bool = False
    next: str | None = None


SCHEMAS: dict[str, type[msgspec.Struct]] = {
    "person.registered": PersonRegistered,
    "person.changed": PersonChanged,
    "token.issued": TokenIssued,
    "token.revoked": TokenRevoked,
    "recovery_codes.made": RecoveryCodesMade,
    "person.recovered": PersonRecovered,
    "invite.created": InviteCreated,
    "invite.accepted": InviteAccepted,
    "joiner.promised": JoinerPromised,
    "promise.answered": PromiseAnswered,
    "couple.confirmed": CoupleConfirmed,
    "couple.left": CoupleLeft,
    "person.erased": PersonErased,
    "member.joined": MemberJoined,
    "member.left": MemberLeft,
    "channel.added": ChannelAdded,
    "channel.removed": ChannelRemoved,
    "channel.code_asked": ChannelCodeAsked,
    "channel.code_given": ChannelCodeGiven,
    "channel.test_asked": ChannelTestAsked,
    "channel.secret_rotated": ChannelSecretRotated,
    "channels.ordered": ChannelsOrdered,
    "topics.changed": TopicsChanged,
    "pulse.answered": PulseAnswered,
    "feed.opened": FeedOpened,
    "feed.closed": FeedClosed,
    "nudges.set": NudgesSet,
    "couple.formed": CoupleFormed,
    "checkin.recorded": CheckinRecorded,
    "checkin.amended": CheckinAmended,
    "checkin.deleted": CheckinDeleted,
    "checkin.undone": CheckinUndone,
    "reflection.felt_heard": ReflectionHeard,
    "pact.changed": PactChanged,
    "practice.added": PracticeAdded,
    "practice.removed": PracticeRemoved,
    "pause.opened": PauseOpened,
    "pause.ended": PauseEnded,
    "partner.nudged": PartnerNudged,
    "time.passed": TimePassed,
    "key.wrapped": KeyWrapped,
    "streak.extended": StreakExtended,
    "streak.broken": StreakBroken,
    "streak.corrected": StreakCorrected,
    "streak.milestone": MilestoneReached,
    "couple.returned": CoupleReturned,
    "pact.renewed": PactRenewed,
    "pact.outgrown": PactOutgrown,
    "day.at_risk": DayAtRisk,
    "lapse.opened": LapseOpened,
    "lapse.closed": LapseClosed,
    "appreciation.shared": AppreciationShared,
    "member.erased": MemberErased,
    "channel.asked": ChannelAsked,
    "reflection.shared": ReflectionShared,
    "nudge.asked": NudgeAsked,
    "week.summed": WeekSummed,
    "member.silent": MemberSilent,
    "invite.taken": InviteTaken,
    "invite.offered": InviteOffered,
    "nudge.planned": NudgePlanned,
    "nudge.sent": NudgeSent,
    "nudge.held": NudgeHeld,
    "nudge.dropped": NudgeDropped,
    "nudge.delivered": NudgeDelivered,
    "nudge.failed": NudgeFailed,
}
TYPE_NAMES: dict[type[msgspec.Struct], str] = {schema: name for name, schema in SCHEMAS.items()}


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event. `sender` and `sequence` mark a crossing: what one stream decided for another.

    `time` is the writer's clock as RFC 3339 in UTC, for people to read; rules use the append time.
    `data` is one of the structures above, or None for a type this version does not know.
    """

    id: str
    type: str
    source: str
    time: str
    subject: str | None
    data: Any
    sender: str | None = None
    sequence: int | None = None
    specversion: str = "1.0"


class _Envelope(msgspec.Struct):
    id: str
    type: str
    source: str
    time: str
    data: msgspec.Raw
    subject: str | None = None
    sender: str | None = None
    sequence: int | None = None


_encoder = msgspec.json.Encoder()
_decode_envelope = msgspec.json.Decoder(_Envelope).decode
_decode_data = {name: msgspec.json.Decoder(schema).decode for name, schema in SCHEMAS.items()}


def encode(event: Event) -> bytes:
    """The event as JSON."""
    return _encoder.encode(event)


def decode(value: bytes | None) -> Event:
    """The event in these bytes. Raises `Unreadable` if they are not one."""
    try:
        e = _decode_envelope(value or b"")
        read = _decode_data.get(e.type)
        data = None if read is None else read(e.data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from error
    return Event(e.id, e.type, e.source, e.time, e.subject, data, e.sender, e.sequence)
