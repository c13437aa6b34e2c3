"""The audit of nudges: each planned, decided once, delivered, and none that was false when it was decided."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
from notifier import policy
from notifier.record import State, applied, forgotten

from shared.events import Event
from shared.events.moments import MemberErased
from shared.records import RawRecord
from shared.topics import MOMENTS, NUDGES
from shared.views import NOTIFIER
from shared.views.inbox import InboxView
from tests.chaos.arrivals import Arrival
from tests.chaos.capping import caps_passed, sent_ms
from tests.chaos.inboxes import Inboxes, wrong_inboxes
from tests.chaos.judging import Judge, NudgeFindings
from tests.chaos.logbook import Log, Shards
from tests.chaos.oracle import events
from tests.chaos.stories import Facts, Story, stories

_read_state = msgspec.msgpack.Decoder(State).decode
_read_inbox = msgspec.msgpack.Decoder(InboxView).decode


class Seen(NamedTuple):
    """What reached people: over their channels, and in the inboxes that were looked into."""

    arrivals: Sequence[Arrival]
    inboxes: Inboxes


def audit_nudges(
    log: Log, shards: Shards, partitions: int, found: Facts, seen: Seen, now_ms: int
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
    for arrival in seen.arrivals:
        if arrival.nudge in told:
            told[arrival.nudge].arrived.append(arrival)
        else:
            findings.wrong.append(f"arrived and never planned: {arrival}")
    counted = sent_ms(told.values())
    for story in told.values():
        Judge(story, found, counted, findings).judge(now_ms)
    findings.wrong += caps_passed(counted, found)
    _look_into_inboxes(told.values(), seen.inboxes, findings)
    return findings


def _look_into_inboxes(told: Iterable[Story], inboxes: Inboxes, findings: NudgeFindings) -> None:
    findings.channels["inbox"]["nudges"] = sum(len(shown) for shown in inboxes.values())
    for complaint in wrong_inboxes(told, inboxes):
        (findings.lost if complaint.how == "lost" else findings.wrong).append(complaint.what)


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
