"""What the log and the receivers tell of each nudge, and the facts that say whether it was true."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from shared import topics
from shared.events import Event
from shared.events.couple import MemberLeft
from shared.events.moments import MemberErased
from shared.events.nudges import NudgeDelivered, NudgeDropped, NudgeFailed, NudgeHeld, NudgePlanned, NudgeSent
from shared.events.person import ChannelAdded, MemberJoined, PersonErased
from shared.events.values import Span
from shared.records import RawRecord
from shared.topics import JOURNAL, NUDGES
from shared.views.person import ChannelView
from tests.chaos.arrivals import Arrival, ms_of
from tests.chaos.logbook import Log
from tests.chaos.oracle import Folded, events

Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Facts:
    """What the log says of couples: when a day was kept, when a lapse closed, where each person is.

    `gone_ms`: when somebody left a stream, as they do their own for a couple's, or erased themself; `erased`:
    of whom nothing is kept. `ways`: the verified channels of each person, in their order; `kinds`: what each
    channel is; `gone`: those that were found to be no more.
    """

    kept_ms: Mapping[tuple[str, str], int]
    closed_ms: Mapping[str, Sequence[int]]
    spans: Mapping[str, Spans]
    gone_ms: Mapping[tuple[str, str], int] = field(default_factory=dict)
    erased: frozenset[str] = frozenset()
    ways: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()


def facts(streaks: Sequence[Folded], projector: Sequence[Folded], log: Log) -> Facts:
    """From the offline folds of all shards, and the log that they are folded from."""
    kept: dict[tuple[str, str], int] = {}
    closed: dict[str, list[int]] = defaultdict(list)
    for said in (said for folded in streaks for said in folded.said):
        subject = said.event.subject or ""
        if said.event.type == "streak.extended":
            kept.setdefault((subject, said.event.data.date), said.at_ms)
        if said.event.type == "lapse.closed":
            closed[subject].append(said.at_ms)
    people = _people(projector)
    told = [said.event.data for folded in streaks for said in folded.said]
    return Facts(
        kept_ms=kept,
        closed_ms=closed,
        spans={person: view.spans for person, view in people.items()},
        gone_ms=_joined(log) | _left(projector),
        erased=frozenset(data.person for data in told if isinstance(data, MemberErased)),
        ways={person: _verified(view) for person, view in people.items()},
        kinds=_kinds(log),
        gone=_gone(log),
    )


class _Person(msgspec.Struct):
    spans: Spans
    channels: dict[str, ChannelView] = {}


def _people(projector: Sequence[Folded]) -> dict[str, _Person]:
    views = ((name, value) for folded in projector for name, value in folded.views.items())
    read = msgspec.msgpack.Decoder(_Person).decode
    return {topics.id_of(name): read(value) for name, value in views if name.startswith("person/")}


def _verified(person: _Person) -> list[str]:
    return [name for name, channel in person.channels.items() if channel.verified_ms is not None]


def _left(projector: Sequence[Folded]) -> dict[tuple[str, str], int]:
    return {
        (said.event.subject or "", said.event.data.person or ""): said.at_ms
        for folded in projector
        for said in folded.said
        if isinstance(said.event.data, MemberLeft | PersonErased)
    }


def _joined(log: Log) -> dict[tuple[str, str], int]:
    """When each learnt that they are in a couple: from then on nothing is said about them alone."""
    return {
        (event.subject or "", topics.id_of(event.subject or "")): raw.append_ms
        for raw, event in _events(log, JOURNAL)
        if isinstance(event.data, MemberJoined)
    }


def _kinds(log: Log) -> dict[str, str]:
    added = (event.data for _, event in _events(log, JOURNAL) if isinstance(event.data, ChannelAdded))
    return {data.channel: data.kind for data in added}


def _gone(log: Log) -> frozenset[str]:
    ends = (event.data for _, event in _events(log, NUDGES))
    return frozenset(data.channel for data in ends if isinstance(data, NudgeFailed) and data.gone)


def _events(log: Log, wanted: str) -> Iterator[tuple[RawRecord, Event]]:
    for (topic, _), records in log.items():
        if topic == wanted:
            yield from events(records)


class Said(NamedTuple):
    """When something was said of a nudge: by the notifier's clock as it began, and when it was in the log.

    What was seen of others lies somewhere between.
    """

    at_ms: int
    logged_ms: int


@dataclass
class Story:
    """What became of one nudge, in the order of the log."""

    subject: str
    planned: NudgePlanned
    due_ms: int
    sent: list[NudgeSent] = field(default_factory=list)
    dropped: list[tuple[NudgeDropped, Said]] = field(default_factory=list)
    held: list[tuple[NudgeHeld, Said]] = field(default_factory=list)
    failed: list[tuple[NudgeFailed, Said]] = field(default_factory=list)
    delivered: list[NudgeDelivered] = field(default_factory=list)
    arrived: list[Arrival] = field(default_factory=list)

    def end_ms(self, facts: Facts) -> int | None:
        """When what it says ceased to be true by the log; None while it holds."""
        nudge, subject = self.planned, self.subject
        if nudge.channel is not None:
            return None  # what was asked for is about nothing else
        ends = [facts.gone_ms.get((subject, who)) for who in (nudge.receiver, nudge.author or "")]
        if nudge.kind == "day.at_risk":
            ends.append(facts.kept_ms.get((subject, nudge.date or "")))
        if nudge.kind == "lapse.opened":
            ends += [at for at in facts.closed_ms.get(subject, ()) if at >= (nudge.since_ms or 0)]
        return min((at for at in ends if at is not None), default=None)


def stories(records: Sequence[RawRecord]) -> dict[str, Story]:
    stories: dict[str, Story] = {}
    seen: set[tuple[str, bytes | None]] = set()
    for raw, event in events(records):
        if (event.id, raw.value) in seen:
            continue
        seen.add((event.id, raw.value))
        data, said = event.data, Said(ms_of(event.time), raw.append_ms)
        if isinstance(data, NudgePlanned):
            stories.setdefault(data.nudge, Story(event.subject or "", data, data.due_ms))
        elif data is not None and data.nudge in stories:
            _tell(stories[data.nudge], data, said)
    return stories


def _tell(story: Story, data: Any, said: Said) -> None:
    match data:
        case NudgeSent():
            story.sent.append(data)
        case NudgeDropped():
            story.dropped.append((data, said))
        case NudgeDelivered():
            story.delivered.append(data)
        case NudgeFailed():
            story.failed.append((data, said))
        case NudgeHeld():
            story.held.append((data, said))
            if not story.sent:
                story.due_ms = max(story.due_ms, data.until_ms)
