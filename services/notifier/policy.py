"""Who hears of which moment, from when until when; and whether an attempt may be made now. Pure.

What becomes of a nudge that is due is decided in `shared.nudging`.
"""

import math
import uuid
from collections.abc import Mapping

from notifier import asked, schedule
from notifier.messages import template_for
from shared import hours
from shared.events import Event
from shared.events.moments import (
    AppreciationShared,
    ChannelAsked,
    CoupleReturned,
    DayAtRisk,
    InviteOffered,
    InviteTaken,
    LapseOpened,
    MemberSilent,
    MilestoneReached,
    NudgeAsked,
    PactOutgrown,
    PactRenewed,
    ReflectionShared,
    WeekSummed,
)
from shared.events.nudges import NudgePlanned
from shared.kinds import kind_of
from shared.nudging import Couple, Drop, Hold, Receiver, useful_until, why_not

_NUDGES = uuid.UUID("5f0b6c1e-3f0a-5d38-9a53-7b1f6d2c8e40")


def nudge_id(moment: str, kind: str, receiver: str) -> str:
    """The one id of the nudge that tells this receiver of this moment."""
    return str(uuid.uuid5(_NUDGES, f"{moment}/{kind}/{receiver}"))


def plan(moment: Event, append_ms: int, used_ms: Mapping[str, int] | None = None) -> list[NudgePlanned]:
    """One nudge of each kind for each who is to hear of this moment, in the same words. Reads no view.

    `used_ms`: when the couple was last sent each template.
    """
    if isinstance(moment.data, ChannelAsked):
        nudge = nudge_id(moment.id, moment.type, moment.data.person)
        return [asked.plan(moment, moment.data, nudge, append_ms)]
    receivers = _receivers(moment.data)
    due_ms = _kinds(moment, append_ms) if receivers else {}
    templates = {kind: template_for(kind, used_ms or {}, append_ms) for kind in due_ms}
    return [
        _planned(moment, kind, templates[kind], receiver, due_ms[kind], append_ms)
        for kind in due_ms
        for receiver in receivers
    ]


def _kinds(moment: Event, append_ms: int) -> dict[str, int]:
    """What kinds of nudges tell of a moment, and when each falls due."""
    match moment.data:
        case LapseOpened(outgrown=True):
            return {}  # `pact.outgrown` is said with it, and takes its place
        case DayAtRisk(last_chance_ms=int(last_chance_ms)):
            return {moment.type: append_ms, "day.last_chance": max(append_ms, last_chance_ms)}
        case InviteOffered(until_ms=until_ms):
            return {"invite.expired": max(append_ms, until_ms)}
        case _:
            return {moment.type: append_ms}


def _receivers(data: object) -> tuple[str, ...]:
    match data:
        case (
            DayAtRisk(members=members)
            | LapseOpened(members=members)
            | CoupleReturned(members=members)
            | MilestoneReached(members=members)
            | PactRenewed(members=members)
            | PactOutgrown(members=members)
            | WeekSummed(members=members)
        ):
            return members
        case AppreciationShared(receiver=one) | ReflectionShared(receiver=one) | NudgeAsked(receiver=one):
            return (one,)
        case MemberSilent(person=one) | InviteTaken(person=one) | InviteOffered(person=one):
            return (one,)
        case _:
            return ()


def _planned(
    moment: Event, kind: str, template: str, receiver: str, due_ms: int, append_ms: int
) -> NudgePlanned:
    data = moment.data
    return NudgePlanned(
        nudge=nudge_id(moment.id, kind, receiver),
        kind=kind,
        template=template,
        receiver=receiver,
        due_ms=due_ms,
        expires_ms=data.expires_ms,
        planned_ms=append_ms,
        date=data.date if isinstance(data, DayAtRisk | WeekSummed) else None,
        since_ms=data.since_ms if isinstance(data, LapseOpened) else None,
        author=getattr(data, "author", None),
        checkin=getattr(data, "checkin", None),
        text=data.text if isinstance(data, NudgeAsked) else None,
        facts=_facts(data),
    )


def _facts(data: object) -> dict[str, float]:
    """What a fuller text may tell of a moment."""
    match data:
        case DayAtRisk(count=count) | CoupleReturned(count=count) | MilestoneReached(count=count):
            return {"count": float(count)}
        case LapseOpened(agreed_days=agreed, threshold_days=usual):
            return {"agreed": agreed, "usual": float(math.floor(usual + 0.5))}
        case PactOutgrown(agreed_days=agreed) | PactRenewed(agreed_days=agreed):
            return {"agreed": agreed}
        case WeekSummed(kept=kept):
            return {"kept": float(kept)}
        case _:
            return {}


def obstacle(
    nudge: NudgePlanned, channel: str, receiver: Receiver | None, couple: Couple, now_ms: int
) -> Hold | Drop | None:
    """Why no attempt may be made over this channel now. All of its lease must lie where it may leave."""
    lease_ms = now_ms + schedule.LEASE_MS
    if lease_ms > nudge.expires_ms:
        return Drop("expired")
    if receiver is None or channel not in receiver.channels:
        return Drop("removed")
    if lease_ms > useful_until(nudge, receiver.spans):
        return Drop("expired")
    rule = why_not(nudge, receiver, couple, now_ms)
    if rule is not None:
        return Drop(rule)
    for at_ms in (now_ms, lease_ms):
        quiet_ms = hours.quiet_until(receiver.spans, receiver.settings.quiet, at_ms)
        if quiet_ms is not None:
            prompt = kind_of(nudge.kind).prompt
            return Drop("quiet_hours") if prompt else Hold(quiet_ms, "quiet_hours")
    return None
