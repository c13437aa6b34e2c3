"""The audit: what the clients were told, what stands in the log and what stands in Redis, held together.

Every check returns sentences about what is wrong; none is good.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checkin.rules.projection import Projection
from streaks.rules import StreakRules

from shared.events.couple import CheckinRecorded, PartnerNudged
from shared.records import RawRecord
from shared.topics import DEAD_LETTERS, JOURNAL, KEYS, MOMENTS, NUDGES
from shared.views import PROJECTOR, STREAKS
from tests.chaos.inboxes import Inboxes
from tests.chaos.ledger import Acknowledged
from tests.chaos.logbook import INPUTS, Log, Shard, Shards
from tests.chaos.oracle import Folded, Said, events, fold

RULES: Mapping[str, Any] = {PROJECTOR: Projection(), STREAKS: StreakRules()}
SOURCES = {PROJECTOR: (JOURNAL, "attune/checkin"), STREAKS: (MOMENTS, "attune/streaks")}
"""Where what a service decides is published, and under which name."""
_SHOWN = 5

Complaints = list[str]


@dataclass(frozen=True)
class Evidence:
    """The log as a whole, every shard as of `at_ms`, the marks where the services began, the ledger.

    `signs`: who sent one that was taken, and the id of its command. `inboxes`: as of `at_ms`, too.
    """

    log: Log
    shards: Shards
    began: Mapping[int, int]
    ledger: Sequence[Acknowledged]
    partitions: int
    at_ms: int = 0
    signs: Sequence[tuple[str, str]] = ()
    inboxes: Inboxes = field(default_factory=dict)


@dataclass
class Findings:
    """What is wrong, by the words of the figures, and the figures themselves."""

    lost: Complaints = field(default_factory=list)
    wrong: Complaints = field(default_factory=list)
    repeats: list[tuple[str, int]] = field(default_factory=list)
    """Records that stand in the log again under the same id: the topic, and when."""
    figures: Counter[str] = field(default_factory=Counter)

    @property
    def complaints(self) -> Complaints:
        return [*self.lost, *self.wrong]


def audit(evidence: Evidence) -> tuple[Findings, dict[tuple[str, int], Folded]]:
    """What is found about check-ins, states and outputs; and the offline fold, for more questions."""
    folded = {
        (service, number): fold(RULES[service], INPUTS[service][0], _read_by(evidence, service, number))
        for service in RULES
        for number in range(evidence.partitions)
    }
    found = Findings()
    found.lost += [*lost_checkins(evidence), *lost_signs(evidence)]
    for (service, number), expected in folded.items():
        stored = evidence.shards[service, number]
        found.wrong += wrong_shard(f"{service} {number}", expected, stored)
        found.figures["states"] += len(expected.states)
    for service, (topic, source) in SOURCES.items():
        said = [
            s
            for n in range(evidence.partitions)
            for s in _said_since(folded[service, n], evidence.began[n])
            if s.topic == topic
        ]
        lost, wrong = unequal_outputs(topic, said, list(_published(evidence, topic, source)))
        found.lost += lost
        found.wrong += wrong
        found.figures.update(
            f"{output.event.type}" for output in {output.event.id: output for output in said}.values()
        )
    found.lost += keys_that_stayed(evidence, folded)
    found.wrong += [f"a dead letter: {r.headers}" for r in _all(evidence, DEAD_LETTERS)]
    found.repeats += repeats(evidence)
    return found, folded


def _read_by(evidence: Evidence, service: str, number: int) -> list[RawRecord]:
    """What a shard has read by its own word, the primary topic last."""
    positions = evidence.shards[service, number].positions
    return [
        raw
        for topic in reversed(INPUTS[service])
        for raw in evidence.log[topic, number]
        if raw.offset < positions.get(topic, 0)
    ]


def _said_since(folded: Folded, mark: int) -> list[Said]:
    return [said for said in folded.said if said.offset >= mark]


def _all(evidence: Evidence, topic: str) -> Iterator[RawRecord]:
    for number in range(evidence.partitions):
        yield from evidence.log[topic, number]


def _published(evidence: Evidence, topic: str, source: str) -> Iterator[tuple[str, bytes]]:
    """What a service has published since it began: id and bytes."""
    for raw, event in events(list(_all(evidence, topic))):
        crossing = topic != JOURNAL or (
            event.sender is not None and raw.offset >= evidence.began[raw.partition]
        )
        if event.source == source and crossing:
            yield event.id, raw.value or b""


# --- the checks ---------------------------------------------------------------------------------------


def lost_checkins(evidence: Evidence) -> Complaints:
    """Acknowledged and not in the log, or there under another date."""
    logged = {
        (event.data.author, event.id): event.data.local_date
        for _, event in events(list(_all(evidence, JOURNAL)))
        if isinstance(event.data, CheckinRecorded)
    }
    missing = [e for e in evidence.ledger if logged.get((e.person, e.checkin)) != e.local_date]
    return [f"acknowledged and not in the log: {entry}" for entry in missing]


def lost_signs(evidence: Evidence) -> Complaints:
    """Taken, and not in the log."""
    logged = {
        (event.data.person, event.data.command)
        for _, event in events(list(_all(evidence, JOURNAL)))
        if isinstance(event.data, PartnerNudged)
    }
    return [
        f"a sign was taken and is not in the log: {sign}" for sign in evidence.signs if sign not in logged
    ]


def keys_that_stayed(evidence: Evidence, folded: Mapping[tuple[str, int], Folded]) -> Complaints:
    """Keys that were to end and whose last record is no tombstone."""
    last = {raw.key: raw.value for raw in _all(evidence, KEYS)}
    ended = [
        said.event.subject or ""
        for number in range(evidence.partitions)
        for said in folded[PROJECTOR, number].said
        if said.topic == KEYS
    ]
    return [
        f"a key that stayed: {subject}" for subject in ended if last.get(subject.encode(), b"") is not None
    ]


def wrong_shard(name: str, expected: Folded, stored: Shard) -> Complaints:
    """Where a shard is not, byte for byte, what its log makes of it."""
    wrong = [
        *_unequal(f"{name} state", expected.states, stored.states),
        *_unequal(f"{name} view", expected.views, stored.views),
        *_unequal(f"{name} due", expected.due, stored.due),
    ]
    if expected.lists != stored.lists:
        wrong.append(f"{name} lists: {len(expected.lists ^ stored.lists)} lines differ")
    if stored.outbox:
        wrong.append(f"{name} outbox: {stored.outbox} entries were never published")
    if stored.paused:
        wrong.append(f"{name} is paused: {stored.paused}")
    return wrong


def _unequal(name: str, expected: Mapping[str, object], stored: Mapping[str, object]) -> Complaints:
    differ = [key for key in {*expected, *stored} if expected.get(key) != stored.get(key)]
    shown = [
        f"{name} of {key}: {stored.get(key)!r} is not {expected.get(key)!r}"
        for key in sorted(differ)[:_SHOWN]
    ]
    return shown + ([f"{name}: {len(differ) - _SHOWN} more differ"] if len(differ) > _SHOWN else [])


def unequal_outputs(
    topic: str, expected: Sequence[Said], published: Sequence[tuple[str, bytes]]
) -> tuple[Complaints, Complaints]:
    """What was to be published and was not; and what was though it was not to be, or says something else.

    A record that stands in the log twice is passed on twice, under one id, each time with its own instant.
    """
    wanted: dict[str, set[bytes]] = defaultdict(set)
    for said in expected:
        wanted[said.event.id].add(said.bytes)
    ids = {event_id for event_id, _ in published}
    missing = [said for event_id, said in ((s.event.id, s) for s in expected) if event_id not in ids]
    lost = [f"never published to {topic}: {s.event.type} {s.event.id} of {s.event.subject}" for s in missing]
    wrong = [f"published to {topic} and not expected: {value!r}" for i, value in published if i not in wanted]
    wrong += [
        f"published to {topic}: {value!r}, not {sorted(wanted[i])!r}"
        for i, value in published
        if i in wanted and value not in wanted[i]
    ]
    return lost, wrong


def repeats(evidence: Evidence) -> list[tuple[str, int]]:
    """Records whose id stands in the same partition already."""
    found = []
    for topic in (JOURNAL, MOMENTS, NUDGES):
        for number in range(evidence.partitions):
            seen: set[tuple[str, object]] = set()
            for raw, event in events(evidence.log[topic, number]):
                key = (event.id, event.sender or getattr(event.data, "author", None))
                if key in seen:
                    found.append((topic, raw.append_ms))
                seen.add(key)
    return found
