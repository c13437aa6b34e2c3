"""The events: one envelope with the CloudEvents attribute names, one structure per type.

Readers ignore unknown fields and unknown types. Instants are milliseconds since 1970 (UTC), local dates ISO
strings, times of day minutes after midnight. A `Sealed` text can be read only with its author's data key.
"""

from typing import Any

import msgspec

from shared.events.couple import (
    CheckinAmended,
    CheckinDeleted,
    CheckinRecorded,
    CheckinUndone,
    CoupleFormed,
    MemberLeft,
    PactChanged,
    PartnerNudged,
    PauseEnded,
    PauseOpened,
    PracticeAdded,
    PracticeRemoved,
    ReflectionHeard,
    TimePassed,
)
from shared.events.moments import (
    AppreciationShared,
    ChannelAsked,
    CoupleReturned,
    DayAtRisk,
    InviteOffered,
    InviteTaken,
    LapseClosed,
    LapseOpened,
    MemberErased,
    MemberSilent,
    MilestoneReached,
    NudgeAsked,
    PactOutgrown,
    PactRenewed,
    ReflectionShared,
    StreakBroken,
    StreakCorrected,
    StreakExtended,
    WeekSummed,
)
from shared.events.nudges import NudgeDelivered, NudgeDropped, NudgeFailed, NudgeHeld, NudgePlanned, NudgeSent
from shared.events.person import (
    ChannelAdded,
    ChannelCodeAsked,
    ChannelCodeGiven,
    ChannelRemoved,
    ChannelSecretRotated,
    ChannelsOrdered,
    ChannelTestAsked,
    CoupleConfirmed,
    CoupleLeft,
    FeedClosed,
    FeedOpened,
    InviteAccepted,
    InviteCreated,
    JoinerPromised,
    KeyWrapped,
    MemberJoined,
    NudgesSet,
    PersonChanged,
    PersonErased,
    PersonRecovered,
    PersonRegistered,
    PromiseAnswered,
    PulseAnswered,
    RecoveryCodesMade,
    TokenIssued,
    TokenRevoked,
    TopicsChanged,
)


class Unreadable(Exception):
    """These bytes are not an event: to the dead letters with them."""


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
