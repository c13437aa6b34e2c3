"""What services publish for one another in Redis: a contract, like an event.

Every view is MessagePack of one structure below, stored in the hash `{<service>:<shard>}:v` under the name
given beside it, where the shard is that of the subject. `{<service>:<shard>}:x` holds the lists.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Literal

import msgspec

from shared.events import Amount, Member, NudgePlanned, Sealed, SealedText, Span

PROJECTOR, STREAKS, NOTIFIER = "c", "s", "n"


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


class Bound(msgspec.Struct, frozen=True, array_like=True):
    """A sealed text, and the id of the event that it is bound to."""

    sealed: Sealed
    event: str


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


class ChannelSeen(msgspec.Struct, frozen=True, array_like=True):
    """What was seen of a channel: when it last confirmed a code, delivered, failed, and was found gone."""

    confirmed_ms: int = 0
    delivered_ms: int = 0
    failed_ms: int = 0
    gone_ms: int = 0
    reason: str = ""


ChannelState = Literal["unverified", "active", "gone"]


def channel_state(channel: ChannelView, seen: Iterable[ChannelSeen]) -> ChannelState:
    """The latest word on a channel: it was verified, or it was found gone."""
    found = tuple(seen)
    verified_ms = max([channel.verified_ms or 0, *(one.confirmed_ms for one in found)])
    gone_ms = max([0, *(one.gone_ms for one in found)])
    if gone_ms > verified_ms:
        return "gone"
    return "active" if verified_ms else "unverified"


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


class CoupleView(msgspec.Struct, frozen=True):
    """By the projector, name `couple/<id>`."""

    couple: str
    members: tuple[str, ...]
    day_one: str
    formed_ms: int


class PracticeView(msgspec.Struct, frozen=True, array_like=True):
    """`event` is the id of the event that `name` is bound to; without its author's words it is empty."""

    id: str
    author: str
    event: str
    name: Sealed


class PracticesView(msgspec.Struct, frozen=True):
    """By the projector, name `practices/<subject>`: those that can be done, the oldest first."""

    practices: tuple[PracticeView, ...] = ()


class CheckinView(msgspec.Struct, frozen=True, omit_defaults=True):
    """By the projector, name `checkin/<subject>/<author>/<hash of author and id>`.

    Listed in `checkins/<subject>` with the key `<local_date>/<author>/<hash>`. `event` is the id of the event
    that the sealed texts are bound to, the entry's own if None; `written_ms` is when it was last amended.

    Beside it, of an entry that was amended, each `shared.events.Written` under the name
    `version/<subject>/<author>/<hash>/<time>/<event>`, listed in `versions/<subject>` with the key
    `<author>/<hash>/<time>/<event>`; and under `heard/<subject>/<author>/<hash>`, listed in `heard/<subject>`
    by its end, that a reflection was marked as felt heard.
    """

    id: str
    author: str
    kind: str
    local_date: str
    visibility: str
    at_ms: int
    busy: int | None = None
    minutes: int | None = None
    note: Sealed | None = None
    feelings: Sealed | None = None
    in_reply_to: str | None = None
    what: Sealed | None = None
    prompt: Sealed | None = None
    step: int | None = None
    event: str | None = None
    written_ms: int | None = None
    deleted: bool = False


class DayView(msgspec.Struct, frozen=True, array_like=True):
    """`state` is open, kept, excused, reserve, repaired or not_kept; an open day in a pause is excused.

    `present`: who has checked in. `reason` of an excused day: before, pause or skipped.
    """

    date: str
    state: str
    closes_ms: int
    present: tuple[str, ...] = ()
    reason: str | None = None


class LapseView(msgspec.Struct, frozen=True):
    """Drifting and lapsed follow from the two instants without another event; None: not before a pause ends.

    `last_ms` is when the day of the last quality event had begun for both, `stops_ms` from when to when
    pauses stop the clock, `returns` how many days the last lapses lasted.
    """

    agreed_days: float
    threshold_days: float
    last_ms: int
    drifting_ms: int | None
    lapsed_ms: int | None
    stops_ms: tuple[tuple[int, int | None], ...] = ()
    returns: tuple[float, ...] = ()

    def is_paused(self, now_ms: int) -> bool:
        """Whether a pause covers this instant."""
        return any(first <= now_ms and (end is None or now_ms < end) for first, end in self.stops_ms)

    def is_lapsed(self, now_ms: int) -> bool:
        """Whether quality time is overdue, pause or not."""
        return self.lapsed_ms is not None and self.lapsed_ms <= now_ms


class AheadView(msgspec.Struct, frozen=True, array_like=True):
    """What the next days bring if nobody does anything, as far as only the calendar knows. By date.

    `at_risk`: days that will be found at risk; `reached`: days whose close reaches a milestone. `kept`: how
    many days of the week of the first open day count so far. `outgrows`: the next lapse is the third.
    """

    at_risk: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    kept: int = 0
    outgrows: bool = False


class StreakView(msgspec.Struct, frozen=True):
    """By streaks, name `streak/<subject>`: the streak, and the days that can still change.

    `frozen_from` is the first date of all; what lies between it and the first of `days` is in the months.
    `kinds` has the strength of each kind, `kind_days` on how many days it occurred.

    `days` are in order and end with the last day that anybody has reached or checked in for; a later date is
    open with nobody present. `present` and the spans let checkin tell a member their own state and the close
    of a day; the other's are never shown. `ahead` is what the next days bring if nobody does anything.
    """

    members: tuple[Member, ...]
    day_one: str
    mode: str
    unit: str
    count: int
    longest: int
    strength: float
    reserve_left: int
    days: tuple[DayView, ...]
    lapse: LapseView
    frozen_from: str = ""
    kinds: dict[str, float] = {}
    kind_days: dict[str, int] = {}
    busy_days: int = 0
    ahead: AheadView | None = None


class LastView(msgspec.Struct, frozen=True, array_like=True):
    """By streaks, name `last/<subject>/<person>`: the latest date that this member has checked in for.

    For nudges to this person alone: it is shown to nobody, least of all to the partner.
    """

    date: str


class MonthView(msgspec.Struct, frozen=True):
    """By streaks, name `calendar/<subject>/<year>-<month>`: days that nothing can change any more.

    One letter a day from `first` on: k kept, e excused, r reserve, R repaired, m not kept.
    """

    first: str
    letters: str


class InboxNudge(msgspec.Struct, frozen=True, omit_defaults=True):
    """`text` is what a partner wrote, sealed with the key of `author` for the field of the event."""

    id: str
    kind: str
    title: str
    body: str
    why: str
    at_ms: int
    text: SealedText | None = None


class InboxView(msgspec.Struct, frozen=True):
    """By the notifier, name `inbox/<subject>/<person>`: what this person was sent, newest first."""

    nudges: tuple[InboxNudge, ...] = ()


class ChannelsView(msgspec.Struct, frozen=True):
    """By the notifier, name `channels/<subject>/<person>`: what was seen of this person's channels, by id."""

    channels: dict[str, ChannelSeen] = {}


class OutlookView(msgspec.Struct, frozen=True, omit_defaults=True):
    """By the notifier, name `outlook/<subject>/<person>`: what of this person's is still to be decided.

    `system_ms` and `partner_ms` are when they were lately sent what the caps count.
    """

    pending: tuple[NudgePlanned, ...] = ()
    system_ms: tuple[int, ...] = ()
    partner_ms: tuple[int, ...] = ()


def place_of(author: str, checkin: str) -> str:
    """Where an entry is found: `<author>/<hash>`. The ids themselves would stand in order of time."""
    return f"{author}/{blake2b(f'{author} {checkin}'.encode(), digest_size=16).hexdigest()}"


def pack(view: msgspec.Struct) -> bytes:
    """A view as bytes."""
    return msgspec.msgpack.encode(view)
