"""What becomes of a nudge that is due: one policy, for whoever sends and for whoever foretells. Pure.

It sees the receiver's wishes, the receiver's side of the couple, and what the receiver was sent: nothing of
how, or whether, the partner is reached.
"""

from dataclasses import dataclass

from shared import caps, days, hours, topics
from shared.caps import SILENT_DAYS, History
from shared.days import local_date
from shared.events.nudges import NudgePlanned
from shared.hours import Spans
from shared.kinds import WEIGHTS, kind_of
from shared.pact import Agreement
from shared.views.couple import CheckinView
from shared.views.person import NudgeSettings, PersonView
from shared.views.streak import StreakView

HELD_BY = (
    "quiet_hours",
    "one_a_day",
    "three_a_week",
    "one_in_two_days",
    "three_in_two_weeks",
    "back_off",
)
DROPPED_BY = (
    "expired",
    "unknown_receiver",
    "no_longer_true",
    "paused",
    "muted",
    "switched_off",
    "not_asked_for",
    "silent",
    *HELD_BY,
)
"""The rules. What a rule would hold past the nudge's expiry it drops."""
TO_THE_INBOX_BY = "partner_cap"
"""The rule by which what a partner sends waits in the inbox and goes over no channel."""

_OF_A_DAY = ("day.at_risk", "day.last_chance")

USUAL = NudgeSettings()
NOTHING_AGREED = Agreement()


@dataclass(frozen=True)
class Receiver:
    """What a person has settled. `stream` is the subject they are in, `channels` are in their order."""

    spans: Spans
    language: str
    channels: tuple[str, ...]
    stream: str
    settings: NudgeSettings = USUAL


@dataclass(frozen=True)
class Couple:
    """The stream that a nudge is about, as the receiver has it. `last` is when they last checked in: a date.

    `author_stream` is where whoever sends the nudge is now, None where nobody does; `entry` what it tells of.
    """

    subject: str
    streak: StreakView | None
    agreement: Agreement = NOTHING_AGREED
    last: str | None = None
    author_stream: str | None = None
    entry: CheckinView | None = None


@dataclass(frozen=True)
class Send:
    """Into the inbox, and over these channels; `full`: in words that tell more.

    `rule`: why it goes to the inbox alone, where it might have gone over a channel.
    """

    channels: tuple[str, ...]
    language: str
    full: bool = False
    rule: str | None = None


@dataclass(frozen=True)
class Hold:
    until_ms: int
    rule: str


@dataclass(frozen=True)
class Drop:
    rule: str


Decision = Send | Hold | Drop


def order_of(nudge: NudgePlanned) -> tuple[int, int, int, str]:
    """Sorts what is due into the order of deciding, so that the caps count the earlier ones first."""
    return nudge.due_ms, WEIGHTS.get(nudge.kind, len(WEIGHTS)), nudge.planned_ms, nudge.nudge


def stream_of(person_id: str, person: PersonView) -> str:
    """The subject of the couple this person is in, or their own."""
    return topics.person(person_id) if person.couple is None else topics.couple(person.couple)


def receiver_of(person_id: str, view: PersonView | None) -> Receiver | None:
    """What the policy needs of a person's view; None if there is no such person."""
    if view is None:
        return None
    stream = stream_of(person_id, view)
    return Receiver(view.spans, view.language, tuple(view.channels), stream, view.nudges or USUAL)


def decide(
    nudge: NudgePlanned, receiver: Receiver | None, couple: Couple, history: History, now_ms: int
) -> Decision:
    """What becomes of a nudge that is due. What would be held past its expiry is dropped by the same rule."""
    if nudge.expires_ms <= now_ms:
        return Drop("expired")
    if receiver is None:
        return Drop("unknown_receiver")
    until_ms = useful_until(nudge, receiver.spans)
    if until_ms <= now_ms:
        return Drop("expired")
    rule = why_not(nudge, receiver, couple, now_ms)
    if rule is not None:
        return Drop(rule)
    held = _held(nudge, receiver, couple, history, now_ms)
    if held is None:
        return _sent(nudge, receiver, history, now_ms)
    never = held.until_ms >= until_ms or (kind_of(nudge.kind).prompt and held.rule == "quiet_hours")
    return Drop(held.rule) if never else held


def useful_until(nudge: NudgePlanned, spans: Spans) -> int:
    """When it expires for somebody on this timeline, whose "today" may end before their partner's."""
    if nudge.kind not in _OF_A_DAY or nudge.date is None:
        return nudge.expires_ms
    return min(nudge.expires_ms, days.end_of(spans, days.ordinal(nudge.date)))


def _sent(nudge: NudgePlanned, receiver: Receiver, history: History, now_ms: int) -> Send:
    halved = receiver.settings.partner == "fewer"
    waits = kind_of(nudge.kind).by_partner and caps.partner_cap_reached(
        receiver.spans, history.partner_ms, now_ms, halved=halved
    )
    full = receiver.settings.content
    if waits:
        return Send((), receiver.language, full, TO_THE_INBOX_BY)
    return Send(receiver.channels, receiver.language, full)


# --- whether at all -----------------------------------------------------------------------------------


def why_not(nudge: NudgePlanned, receiver: Receiver, couple: Couple, now_ms: int) -> str | None:
    """The rule by which this is not to be said to this person at all, or None."""
    if couple.subject != receiver.stream:
        return "no_longer_true"
    if is_paused(receiver, couple, now_ms):
        return "paused"
    if couple.author_stream not in (None, receiver.stream):
        return "no_longer_true"  # whoever sends it has left; the rule of a pause hides that from then on
    rule = _switched_off(nudge.kind, receiver.settings)
    if rule is None and not still_true(nudge, receiver, couple, now_ms):
        rule = "no_longer_true"
    if rule is None and _is_past_hearing(nudge, receiver, couple, now_ms):
        rule = "silent"
    return rule


def is_paused(receiver: Receiver, couple: Couple, now_ms: int) -> bool:
    """Whether a pause covers the current date of either member; it does for good once one has left."""
    members = () if couple.streak is None else couple.streak.members
    timelines = (receiver.spans, *(member.spans for member in members))
    dates = {days.iso(local_date(spans, now_ms)) for spans in timelines}
    return any(couple.agreement.pause_on(date) is not None for date in dates)


def _switched_off(kind: str, settings: NudgeSettings) -> str | None:
    known = kind_of(kind)
    if known.by_partner and settings.partner == "none":
        return "muted"
    if not known.by_partner and settings.system == "none":
        return "switched_off"
    if settings.kinds.get(kind, known.on):
        return None
    return "switched_off" if known.on else "not_asked_for"


def still_true(nudge: NudgePlanned, receiver: Receiver, couple: Couple, now_ms: int) -> bool:
    """Whether what it says still holds: the day open and unkept, the lapse open, the streak no shorter, the
    silence unbroken.
    """
    streak = couple.streak
    match nudge.kind:
        case kind if kind in _OF_A_DAY:
            return streak is not None and nudge.date is not None and _open(nudge.date, streak, now_ms)
        case "lapse.opened":
            return (
                streak is not None and streak.lapse.is_lapsed(now_ms) and not streak.lapse.is_paused(now_ms)
            )
        case "appreciation.shared" | "reflection.shared":
            entry = couple.entry
            shared = entry is not None and entry.visibility == "shared" and not entry.deleted
            return shared or nudge.checkin is None
        case "streak.milestone" | "couple.returned":
            return streak is not None and streak.count >= nudge.facts.get("count", 0)
        case "member.silent":
            return _silent_days(receiver, couple, now_ms) >= SILENT_DAYS
        case _:
            return True


def _open(date: str, streak: StreakView, now_ms: int) -> bool:
    found = next((day for day in streak.days if day.date == date), None)
    if found is not None:
        return found.state == "open" and now_ms < found.closes_ms
    # The view ends with the last day that anybody has reached; a later one is open, one before is past.
    return bool(streak.days) and date > streak.days[-1].date


def _is_past_hearing(nudge: NudgePlanned, receiver: Receiver, couple: Couple, now_ms: int) -> bool:
    kind = kind_of(nudge.kind)
    if kind.by_partner or kind.anyway:
        return False
    return _silent_days(receiver, couple, now_ms) >= SILENT_DAYS


def _silent_days(receiver: Receiver, couple: Couple, now_ms: int) -> int:
    last = _last_date(couple)
    return 0 if last is None else local_date(receiver.spans, now_ms) - last


def _last_date(couple: Couple) -> int | None:
    """The date of the receiver's last check-in; before the first, that on which it all began."""
    began = None if couple.streak is None else couple.streak.day_one
    last = couple.last or began
    return None if last is None else days.ordinal(last)


# --- when ---------------------------------------------------------------------------------------------


def _held(
    nudge: NudgePlanned, receiver: Receiver, couple: Couple, history: History, now_ms: int
) -> Hold | None:
    spans, settings = receiver.spans, receiver.settings
    quiet_ms = hours.quiet_until(spans, settings.quiet, now_ms)
    if quiet_ms is not None:
        return Hold(quiet_ms, "quiet_hours")
    kind = kind_of(nudge.kind)
    if kind.by_partner:
        return None
    today = local_date(spans, now_ms)
    sent = [local_date(spans, sent_ms) for sent_ms in history.system_ms]
    found = caps.cap_reached(today, sent, halved=settings.system == "fewer")
    if found is None and not kind.anyway:
        found = caps.backed_off(today, sent, _last_date(couple))
    if found is None:
        return None
    until, rule = found
    return Hold(hours.awake_from(spans, settings.quiet, days.start_of(spans, until)), rule)
