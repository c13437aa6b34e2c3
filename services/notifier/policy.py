"""Who hears of which moment, and whether a nudge that has fallen due is sent, held or dropped. Pure."""

import uuid
from dataclasses import dataclass

import msgspec

from notifier import asked, schedule
from notifier.messages import template_for
from notifier.schedule import Spans
from shared import topics
from shared.days import DAY_MS
from shared.events import (
    AppreciationShared,
    ChannelAsked,
    CoupleReturned,
    DayAtRisk,
    Event,
    LapseOpened,
    MilestoneReached,
    NudgePlanned,
    PactOutgrown,
    PactRenewed,
)
from shared.views import PersonView, StreakView

FROM_PARTNER = frozenset({"appreciation.shared"})
"""Kinds that a partner sends. All others are the system's."""

SYSTEM_PER_DAY, SYSTEM_PER_WEEK = 1, 3
PARTNER_PER_DAY, PARTNER_GAP_MS = 2, 4 * 3_600_000
_CAPS_LOOK_BACK_MS = 9 * DAY_MS
"""Longer than any week of local days."""

_NUDGES = uuid.UUID("5f0b6c1e-3f0a-5d38-9a53-7b1f6d2c8e40")


class History(msgspec.Struct, frozen=True, array_like=True):
    """When one person was lately sent what the caps count, oldest first."""

    system_ms: tuple[int, ...] = ()
    partner_ms: tuple[int, ...] = ()


@dataclass(frozen=True)
class Receiver:
    """What a person has settled about nudges. `channels` in the order in which they were added."""

    spans: Spans
    language: str
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Send:
    """Into the inbox, and over these channels."""

    channels: tuple[str, ...]
    language: str


@dataclass(frozen=True)
class Hold:
    until_ms: int
    rule: str


@dataclass(frozen=True)
class Drop:
    rule: str


Decision = Send | Hold | Drop


def nudge_id(moment: str, kind: str, receiver: str) -> str:
    """The one id of the nudge that tells this receiver of this moment."""
    return str(uuid.uuid5(_NUDGES, f"{moment}/{kind}/{receiver}"))


def plan(moment: Event, append_ms: int) -> list[NudgePlanned]:
    """One nudge for each who is to hear of this moment, due at once. Reads nothing but the moment."""
    data = moment.data
    match data:
        case ChannelAsked(person=person):
            return [asked.plan(moment, data, nudge_id(moment.id, moment.type, person), append_ms)]
        case LapseOpened(outgrown=True):
            return []  # `pact.outgrown` is said with it, and takes its place
        case (
            DayAtRisk(members=receivers)
            | LapseOpened(members=receivers)
            | CoupleReturned(members=receivers)
            | MilestoneReached(members=receivers)
            | PactRenewed(members=receivers)
            | PactOutgrown(members=receivers)
        ):
            pass
        case AppreciationShared(receiver=receiver):
            receivers = (receiver,)
        case _:
            return []
    return [
        NudgePlanned(
            nudge=nudge_id(moment.id, moment.type, receiver),
            kind=moment.type,
            template=template_for(moment.type),
            receiver=receiver,
            due_ms=append_ms,
            expires_ms=data.expires_ms,
            planned_ms=append_ms,
            date=data.date if isinstance(data, DayAtRisk) else None,
            since_ms=data.since_ms if isinstance(data, LapseOpened) else None,
        )
        for receiver in receivers
    ]


def receiver_of(view: PersonView | None) -> Receiver | None:
    """What the policy needs of a person's view; None if there is no such person."""
    return None if view is None else Receiver(view.spans, view.language, tuple(view.channels))


def needs_streak(kind: str) -> bool:
    """Whether the couple's streak view decides if a nudge of this kind is still true."""
    return kind in {"day.at_risk", "lapse.opened"}


def still_true(
    nudge: NudgePlanned, subject: str, person: PersonView | None, streak: StreakView | None, now_ms: int
) -> bool:
    """Whether what the nudge says still holds: the day open and unkept, the lapse open.

    Nothing holds in a stream that the receiver is no longer in: a couple they left, their own after pairing.
    """
    if person is None or subject != _stream_of(nudge.receiver, person):
        return False
    match nudge.kind:
        case "day.at_risk":
            return streak is not None and nudge.date is not None and _open(nudge.date, streak, now_ms)
        case "lapse.opened":
            return (
                streak is not None and streak.lapse.is_lapsed(now_ms) and not streak.lapse.is_paused(now_ms)
            )
        case _:
            return True


def _stream_of(person_id: str, person: PersonView) -> str:
    return topics.person(person_id) if person.couple is None else topics.couple(person.couple)


def _open(date: str, streak: StreakView, now_ms: int) -> bool:
    found = next((day for day in streak.days if day.date == date), None)
    if found is not None:
        return found.state == "open" and now_ms < found.closes_ms
    # The view ends with the last day that anybody has reached; a later one is open, one before is past.
    return bool(streak.days) and date > streak.days[-1].date


def decide(
    nudge: NudgePlanned, receiver: Receiver | None, true: bool, history: History, now_ms: int
) -> Decision:
    """What becomes of a nudge that is due. What would be held past its expiry is dropped by the same rule."""
    if nudge.expires_ms <= now_ms:
        return Drop("expired")
    if receiver is None:
        return Drop("unknown_receiver")
    if not true:
        return Drop("no_longer_true")
    quiet_ms = schedule.quiet_until(receiver.spans, now_ms)
    if quiet_ms is not None:
        return _hold(nudge, quiet_ms, "quiet_hours")
    if nudge.kind in FROM_PARTNER:
        waits = _partner_cap_reached(receiver.spans, history.partner_ms, now_ms)
        return Send(() if waits else receiver.channels, receiver.language)
    full = _system_cap_reached(receiver.spans, history.system_ms, now_ms)
    return _hold(nudge, *full) if full else Send(receiver.channels, receiver.language)


def obstacle(
    nudge: NudgePlanned, channel: str, receiver: Receiver | None, true: bool, now_ms: int
) -> Hold | Drop | None:
    """Why no attempt may be made over this channel now. All of its lease must lie where it may leave."""
    lease_ms = now_ms + schedule.LEASE_MS
    if lease_ms > nudge.expires_ms:
        return Drop("expired")
    if receiver is None or channel not in receiver.channels:
        return Drop("removed")
    if not true:
        return Drop("no_longer_true")
    for at_ms in (now_ms, lease_ms):
        quiet_ms = schedule.quiet_until(receiver.spans, at_ms)
        if quiet_ms is not None:
            return Hold(quiet_ms, "quiet_hours")
    return None


def _hold(nudge: NudgePlanned, until_ms: int, rule: str) -> Hold | Drop:
    return Drop(rule) if until_ms >= nudge.expires_ms else Hold(until_ms, rule)


def _system_cap_reached(spans: Spans, sent_ms: tuple[int, ...], now_ms: int) -> tuple[int, str] | None:
    """Until when which cap holds the next system nudge, or None."""
    if sum(schedule.same_week(spans, at_ms, now_ms) for at_ms in sent_ms) >= SYSTEM_PER_WEEK:
        return schedule.awake_from(spans, schedule.next_week(spans, now_ms)), "three_a_week"
    if sum(schedule.same_day(spans, at_ms, now_ms) for at_ms in sent_ms) >= SYSTEM_PER_DAY:
        return schedule.awake_from(spans, schedule.next_day(spans, now_ms)), "one_a_day"
    return None


def _partner_cap_reached(spans: Spans, sent_ms: tuple[int, ...], now_ms: int) -> bool:
    return any(now_ms - at_ms < PARTNER_GAP_MS for at_ms in sent_ms) or (
        sum(schedule.same_day(spans, at_ms, now_ms) for at_ms in sent_ms) >= PARTNER_PER_DAY
    )


def remembered(history: History, kind: str, channels: tuple[str, ...], at_ms: int) -> History:
    """The history after a nudge was sent. What a partner sent to the inbox alone is not counted."""
    if kind not in FROM_PARTNER:
        return History((*_recent(history.system_ms, at_ms), at_ms), history.partner_ms)
    if not channels:
        return history
    return History(history.system_ms, (*_recent(history.partner_ms, at_ms), at_ms))


def _recent(sent_ms: tuple[int, ...], at_ms: int) -> tuple[int, ...]:
    return tuple(sent for sent in sent_ms if sent > at_ms - _CAPS_LOOK_BACK_MS)
