"""What the log and the receiver tell of each nudge, and the facts that say whether it was true."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from shared import topics
from shared.events import (
    MemberErased,
    MemberLeft,
    NudgeDropped,
    NudgeFailed,
    NudgeHeld,
    NudgePlanned,
    NudgeSent,
    PersonErased,
    Span,
)
from shared.records import RawRecord
from tests.chaos.oracle import Folded, events

Spans = tuple[Span, ...]


class Arrival(NamedTuple):
    """A webhook at the receiver; `at_ms` is cut to the second."""

    nudge: str
    path: str
    at_ms: int


def arrivals(file: Path) -> list[Arrival]:
    """What the receiver has noted."""
    lines = file.read_text().splitlines() if file.exists() else []
    return [Arrival(m["id"], m["path"], _ms(m["at"])) for m in map(json.loads, lines)]


def _ms(instant: str) -> int:
    return round(datetime.fromisoformat(instant).timestamp() * 1000)


@dataclass(frozen=True)
class Facts:
    """What the log says of couples: when a day was kept, when a lapse closed, where each person is.

    `gone_ms`: when somebody left a stream or erased themself; `erased`: of whom nothing is kept.
    """

    kept_ms: Mapping[tuple[str, str], int]
    closed_ms: Mapping[str, Sequence[int]]
    spans: Mapping[str, Spans]
    gone_ms: Mapping[tuple[str, str], int] = field(default_factory=dict)
    erased: frozenset[str] = frozenset()


def facts(streaks: Sequence[Folded], projector: Sequence[Folded]) -> Facts:
    """From the offline folds of all shards."""
    kept: dict[tuple[str, str], int] = {}
    closed: dict[str, list[int]] = defaultdict(list)
    for said in (said for folded in streaks for said in folded.said):
        subject = said.event.subject or ""
        if said.event.type == "streak.extended":
            kept.setdefault((subject, said.event.data.date), said.at_ms)
        if said.event.type == "lapse.closed":
            closed[subject].append(said.at_ms)
    views = ((name, value) for folded in projector for name, value in folded.views.items())
    spans = {
        topics.id_of(name): msgspec.msgpack.decode(value, type=_Spans).spans
        for name, value in views
        if name.startswith("person/")
    }
    gone = {
        (said.event.subject or "", said.event.data.person or ""): said.at_ms
        for folded in projector
        for said in folded.said
        if isinstance(said.event.data, MemberLeft | PersonErased)
    }
    told = [said.event.data for folded in streaks for said in folded.said]
    erased = frozenset(data.person for data in told if isinstance(data, MemberErased))
    return Facts(kept, closed, spans, gone, erased)


class _Spans(msgspec.Struct):
    spans: Spans


@dataclass
class Story:
    """What became of one nudge, in the order of the log."""

    subject: str
    planned: NudgePlanned
    due_ms: int
    sent: list[NudgeSent] = field(default_factory=list)
    dropped: list[tuple[NudgeDropped, int]] = field(default_factory=list)
    held: list[tuple[NudgeHeld, int]] = field(default_factory=list)
    failed: list[tuple[NudgeFailed, int]] = field(default_factory=list)
    arrived: list[Arrival] = field(default_factory=list)

    def end_ms(self, facts: Facts) -> int | None:
        """When what it says ceased to be true by the log; None while it holds."""
        nudge, subject = self.planned, self.subject
        ends = [facts.gone_ms.get((subject, nudge.receiver))]
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
        data, at_ms = event.data, _ms(event.time)
        if isinstance(data, NudgePlanned):
            stories.setdefault(data.nudge, Story(event.subject or "", data, data.due_ms))
        elif data is not None and data.nudge in stories:
            _tell(stories[data.nudge], data, at_ms)
    return stories


def _tell(story: Story, data: Any, at_ms: int) -> None:
    match data:
        case NudgeSent():
            story.sent.append(data)
        case NudgeDropped():
            story.dropped.append((data, at_ms))
        case NudgeFailed():
            story.failed.append((data, at_ms))
        case NudgeHeld():
            story.held.append((data, at_ms))
            if not story.sent:
                story.due_ms = max(story.due_ms, data.until_ms)
