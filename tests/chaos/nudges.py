"""The audit of nudges: each planned, decided once, delivered, and none that was false when it was decided."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import msgspec
from notifier import policy
from notifier.record import State, applied, forgotten

from shared import hours
from shared.caps import PARTNER_GAP_MS
from shared.days import local_date
from shared.events import Event, MemberErased, NudgeDropped, NudgeSent
from shared.kinds import KINDS, kind_of
from shared.records import RawRecord
from shared.topics import MOMENTS, NUDGES
from shared.views import NOTIFIER, InboxView
from tests.chaos.logbook import Log, Shards
from tests.chaos.oracle import events
from tests.chaos.stories import Arrival, Facts, Story, stories

Complaints = list[str]
SentMs = Mapping[tuple[str, str, bool], Sequence[int]]
"""When nudges counted by a cap were sent, by subject, receiver and whether a partner sent them."""

_read_state = msgspec.msgpack.Decoder(State).decode
_read_inbox = msgspec.msgpack.Decoder(InboxView).decode


@dataclass
class NudgeFindings:
    """`lost`: never planned, dropped though true, or never arrived. `wrong`: false, twice or out of hours."""

    lost: Complaints = field(default_factory=list)
    wrong: Complaints = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)


def audit_nudges(
    log: Log, shards: Shards, partitions: int, found: Facts, seen: Sequence[Arrival], now_ms: int
) -> NudgeFindings:
    """`now_ms`: when the shards were read."""
    findings = NudgeFindings()
    told: dict[str, Story] = {}
    for number in range(partitions):
        here = stories(log[NUDGES, number])
        told |= here
        findings.lost += _unplanned(log[MOMENTS, number], here)
        gone = [e for _, e in events(log[MOMENTS, number]) if isinstance(e.data, MemberErased)]
        findings.wrong += _unequal_states(log[NUDGES, number], gone, shards, number, now_ms)
    for arrival in seen:
        if arrival.nudge in told:
            told[arrival.nudge].arrived.append(arrival)
        else:
            findings.wrong.append(f"arrived and never planned: {arrival}")
    sent_ms = _sent_ms(told.values())
    for story in told.values():
        Judge(story, found, sent_ms, findings).judge(now_ms)
    findings.wrong += _caps_passed(sent_ms, found)
    return findings


def _unplanned(moments: Sequence[RawRecord], told: Mapping[str, Story]) -> Iterator[str]:
    """Moments of which somebody was to hear and nothing was planned; plans without a moment."""
    wanted: dict[str, Event] = {}
    first: set[str] = set()
    for raw, event in events(moments):
        if event.id in first:
            continue
        first.add(event.id)
        wanted |= {n.nudge: event for n in policy.plan(event, raw.append_ms) if n.expires_ms > raw.append_ms}
    for nudge in wanted.keys() - told.keys():
        yield f"never planned: {nudge} of {wanted[nudge].type} {wanted[nudge].subject}"
    for nudge in told.keys() - wanted.keys():
        yield f"planned without a moment: {nudge} {told[nudge].planned}"


# --- the notifier's own state -------------------------------------------------------------------------


def _unequal_states(
    records: Sequence[RawRecord], gone: Sequence[Event], shards: Shards, number: int, now_ms: int
) -> Iterator[str]:
    """Where the stored record of nudges is not the fold of `attune.nudges`. Attempts and leases are notes."""
    expected: dict[str, State] = defaultdict(State)
    for _, event in events(records):
        expected[event.subject or ""] = applied(expected[event.subject or ""], event.data)
    for event in gone:
        expected[event.subject or ""] = forgotten(expected[event.subject or ""], event.data.person)
    shard = shards[NOTIFIER, number]
    stored = {subject: _read_state(packed) for subject, packed in shard.states.items()}
    for subject in {*expected, *stored}:
        want, have = (_comparable(states.get(subject, State()), now_ms) for states in (expected, stored))
        if want != have:
            yield f"nudges of {subject}: {have} is not {want}"
        yield from _wrong_inboxes(subject, expected[subject], shard.views)


def _comparable(state: State, now_ms: int) -> tuple[object, ...]:
    known = {nudge for nudge, expires_ms in state.known.items() if expires_ms > now_ms}
    return state.pending, known, state.received, set(state.deliveries)


def _wrong_inboxes(subject: str, state: State, views: Mapping[str, bytes]) -> Iterator[str]:
    for person, received in state.received.items():
        packed = views.get(f"inbox/{subject}/{person}")
        shown = [] if packed is None else [nudge.id for nudge in _read_inbox(packed).nudges]
        wanted = [sent.nudge for sent in reversed(received.inbox)]
        if shown != wanted or len(set(shown)) != len(shown):
            yield f"inbox of {person} in {subject}: {shown} is not {wanted}"


# --- one nudge ----------------------------------------------------------------------------------------


class Judge:
    """Whether what became of a nudge was right."""

    def __init__(self, story: Story, facts: Facts, sent_ms: SentMs, findings: NudgeFindings) -> None:
        self._story = story
        self._system_ms = sent_ms.get((story.subject, story.planned.receiver, False), ())
        self._nudge = story.planned
        self._spans = facts.spans.get(story.planned.receiver, ())
        self._ended_ms = story.end_ms(facts)
        self._erased = story.planned.receiver in facts.erased
        self._findings = findings

    def judge(self, now_ms: int) -> None:
        story, figures = self._story, self._findings.figures
        figures["planned"] += 1
        figures[f"planned {self._nudge.kind}"] += 1
        figures["arrivals"] += len(story.arrived)
        figures["arrived again"] += max(0, len(story.arrived) - 1)
        if len(story.sent) + len(story.dropped) > 1:
            self._wrong("decided more than once")
        if story.sent:
            self._sent(story.sent[0])
        elif story.dropped:
            self._dropped(*story.dropped[0])
        else:
            self._pending(now_ms)
        self._arrived()

    def _sent(self, sent: NudgeSent) -> None:
        story, figures = self._story, self._findings.figures
        figures[f"sent {self._nudge.kind}"] += 1
        if self._over_by(story.due_ms):
            self._wrong("false when it fell due")
        elif self._over_by(sent.at_ms):
            figures["overtaken between due and sent"] += 1
        if sent.at_ms >= self._nudge.expires_ms:
            self._wrong("sent after its expiry")
        if self._quiet(sent.at_ms):
            self._wrong("sent in quiet hours")
        if not sent.channels:
            figures["to the inbox alone"] += 1
            if not kind_of(self._nudge.kind).by_partner:
                self._wrong("went to the inbox alone")
        elif not story.arrived and not self._erased:
            self._undelivered()

    def _undelivered(self) -> None:
        for failed, at_ms in self._story.failed:
            self._findings.figures[f"failed: {failed.reason}"] += 1
            if failed.reason != "no_longer_true" or not self._over_by(at_ms):
                self._lost(f"given up as {failed.reason!r}")
        if not self._story.failed:
            self._lost("sent, and never arrived")

    def _dropped(self, data: NudgeDropped, at_ms: int) -> None:
        self._findings.figures[f"dropped: {data.rule}"] += 1
        if data.rule == "no_longer_true":
            if not self._over_by(at_ms) and self._nudge.expires_ms > at_ms:
                self._lost("dropped though it was true")
        elif not self._rule_holds(data.rule, at_ms) and not self._erased:
            self._lost(f"dropped as {data.rule!r}")

    def _pending(self, now_ms: int) -> None:
        if self._erased:
            self._findings.figures["forgotten"] += 1
            return
        if not self._story.held:
            self._lost("never decided")
            return
        data, at_ms = self._story.held[-1]
        self._findings.figures[f"held: {data.rule}"] += 1
        if data.until_ms <= now_ms:
            self._lost("held, and not decided when its time came")
        if not self._rule_holds(data.rule, at_ms):
            self._wrong(f"held as {data.rule!r}")

    def _rule_holds(self, rule: str, at_ms: int) -> bool:
        """Whether there was reason to hold it back at this instant, or to drop it if it could not wait."""
        before_ms = [sent for sent in self._system_ms if sent <= at_ms]
        match rule:
            case "quiet_hours":
                return self._quiet(at_ms)
            case "one_a_day":
                return any(hours.same_day(self._spans, sent, at_ms) for sent in before_ms)
            case "three_a_week":
                return sum(self._week(sent) == self._week(at_ms) for sent in before_ms) >= 3
            case "back_off":
                return bool(before_ms)
            case "not_asked_for":
                return not KINDS[self._nudge.kind].on
            case _:
                return False

    def _arrived(self) -> None:
        for arrival in self._story.arrived:
            if not any(sent.channels for sent in self._story.sent):
                self._wrong("arrived and was never sent")
            if arrival.path != f"/{self._nudge.receiver}":
                self._wrong(f"arrived at {arrival.path}")
            if arrival.at_ms > self._nudge.expires_ms:
                self._wrong("arrived after its expiry")
            if self._quiet(arrival.at_ms):
                self._wrong("arrived in quiet hours")

    def _over_by(self, at_ms: int) -> bool:
        """Whether what it says had ceased to be true by the log at this instant."""
        return self._ended_ms is not None and self._ended_ms <= at_ms

    def _week(self, at_ms: int) -> int:
        return hours.week_of(local_date(self._spans, at_ms))

    def _quiet(self, at_ms: int) -> bool:
        # What was asked for goes at once, for whoever asked waits for it.
        if self._nudge.channel is not None or not self._spans:
            return False
        return hours.quiet_until(self._spans, hours.USUAL_QUIET, at_ms) is not None

    def _lost(self, what: str) -> None:
        self._findings.lost.append(f"{what}: {self._story}")

    def _wrong(self, what: str) -> None:
        self._findings.wrong.append(f"{what}: {self._story}")


def _sent_ms(told: Iterable[Story]) -> SentMs:
    found: dict[tuple[str, str, bool], list[int]] = defaultdict(list)
    for story in told:
        partner = kind_of(story.planned.kind).by_partner
        for sent in story.sent[:1] if story.planned.channel is None else ():
            if sent.channels or not partner:
                found[story.subject, sent.receiver, partner].append(sent.at_ms)
    return {key: sorted(instants) for key, instants in found.items()}


def _caps_passed(sent_ms: SentMs, facts: Facts) -> Iterator[str]:
    """More system nudges in one local day, or partner's over a channel in four hours, than there may be."""
    for (subject, receiver, partner), instants in sent_ms.items():
        spans = facts.spans.get(receiver)
        if spans is None:
            continue  # erased: their zone is known no more
        for one, other in pairwise(instants):
            if other - one < PARTNER_GAP_MS if partner else hours.same_day(spans, one, other):
                yield f"above the cap: {receiver} in {subject} at {instants}"
