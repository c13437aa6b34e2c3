"""A site of one couple as the audit sees it: everything as it must be, for tests to spoil."""

import random
from dataclasses import replace
from uuid import UUID

from checkin.door.tokens import Tokens
from cli.history import Checkin, Desk, Pairing, Past, Person
from notifier import policy
from notifier.record import NotifierRules, Outcome, nudge_event

from shared.days import DAY_MS
from shared.events import Event, encode
from shared.events.couple import CheckinRecorded
from shared.events.nudges import NudgeDelivered, NudgeDropped, NudgePlanned, NudgeSent
from shared.kinds import kind_of
from shared.records import RawRecord
from shared.sealing import Sealer
from shared.topics import DEAD_LETTERS, JOURNAL, KEYS, MOMENTS, NUDGES, shard_of
from shared.views import NOTIFIER, PROJECTOR, STREAKS
from tests.chaos import stories
from tests.chaos.arrivals import Arrival
from tests.chaos.audit import RULES, Evidence
from tests.chaos.judging import NudgeFindings
from tests.chaos.ledger import Acknowledged
from tests.chaos.logbook import INPUTS, Log, Shard
from tests.chaos.nudges import Seen, audit_nudges
from tests.chaos.oracle import Folded, events, fold
from tests.chaos.stories import Facts

PARTITIONS = 2
EVENING_MS = 1_795_518_000_000 + 8 * 3_600_000
"""20:00 in Paris: half an hour ago it was found that the day is at risk."""
HOOK, MAIL = "hook", "mail"
WAYS = {HOOK: "webhook", MAIL: "email"}
"""The channels that each of them has, in their order."""
ANA, BO = (f"0190{letter}000-0000-7000-8000-00000000000{letter}" for letter in "ab")


class Site:
    """Ana and Bo kept three days and not yet today; they hear of it, and of an appreciation."""

    def __init__(self) -> None:
        self.log: Log = {
            (t, p): [] for t in (JOURNAL, KEYS, MOMENTS, NUDGES, DEAD_LETTERS) for p in range(PARTITIONS)
        }
        self.arrivals: list[Arrival] = []
        self.inboxes: dict[str, list[str]] = {}
        for message, at_ms in _past().written(EVENING_MS):
            self.append(message.topic, message.partition, message.value, at_ms)
        self.folded = {
            (service, n): fold(RULES[service], INPUTS[service][0], self._inputs(service, n))
            for service in (PROJECTOR, STREAKS)
            for n in range(PARTITIONS)
        }
        self._say()
        self.shards = {key: _stored(folded, self._ends(*key)) for key, folded in self.folded.items()}
        self.settle()

    def settle(self) -> None:
        """The notifier's shards as the log of nudges makes them."""
        for n in range(PARTITIONS):
            notifier = fold(NotifierRules(lambda _: None), NUDGES, self.log[NUDGES, n])
            self.shards[NOTIFIER, n] = _stored(notifier, self._ends(NOTIFIER, n))

    def evidence(self) -> Evidence:
        journal = [one for n in range(PARTITIONS) for one in events(self.log[JOURNAL, n])]
        ledger = [
            Acknowledged(event.data.author, event.id, event.data.local_date, 0, 0)
            for _, event in journal
            if isinstance(event.data, CheckinRecorded)
        ]
        return Evidence(self.log, self.shards, dict.fromkeys(range(PARTITIONS), 0), ledger, PARTITIONS)

    def append(self, topic: str, partition: int, value: bytes | None, at_ms: int) -> None:
        """One more record."""
        records = self.log[topic, partition]
        records.append(RawRecord(topic, partition, len(records), at_ms, None, value))

    def tell(self, data: Outcome, subject: str, at_ms: int) -> None:
        """Another word of the notifier's."""
        value = encode(nudge_event(subject, data, at_ms))
        self.append(NUDGES, shard_of(subject, PARTITIONS), value, at_ms)

    def drop(self, topic: str, *words: str) -> None:
        """Take the first record out in which all of these words stand."""
        for partition in range(PARTITIONS):
            records = self.log[topic, partition]
            for raw in records:
                if all(word.encode() in (raw.value or b"") for word in words):
                    self.log[topic, partition] = [other for other in records if other is not raw]
                    return
        raise LookupError(words)

    def spoil(self, topic: str, old: bytes, new: bytes) -> None:
        """Write something else in the first record in which this stands."""
        for partition in range(PARTITIONS):
            for n, raw in enumerate(self.log[topic, partition]):
                if old in (raw.value or b""):
                    self.log[topic, partition][n] = raw._replace(value=(raw.value or b"").replace(old, new))
                    return
        raise LookupError(old)

    def at_risk(self) -> tuple[str, NudgePlanned]:
        """One of the two nudges about today, and its subject."""
        return self.planned("day.at_risk")

    def planned(self, kind: str) -> tuple[str, NudgePlanned]:
        """A nudge of this kind, and its subject."""
        records = [raw for partition in range(PARTITIONS) for raw in self.log[NUDGES, partition]]
        planned = ((e.subject, e.data) for _, e in events(records) if isinstance(e.data, NudgePlanned))
        return next((str(subject), nudge) for subject, nudge in planned if nudge.kind == kind)

    def forget(self, nudge: NudgePlanned) -> None:
        """Nothing of it has arrived."""
        self.arrivals = [arrival for arrival in self.arrivals if arrival.nudge != nudge.nudge]

    def busy(self) -> int:
        """A partition with moments in it."""
        return next(partition for partition in range(PARTITIONS) if self.log[MOMENTS, partition])

    def _say(self) -> None:
        for (service, _), folded in self.folded.items():
            for said in folded.said:
                if service == STREAKS:
                    number = shard_of(said.event.subject or "", PARTITIONS)
                    self.append(MOMENTS, number, said.bytes, said.at_ms)
                    self._nudge(said.event, said.at_ms)

    def _nudge(self, moment: Event, at_ms: int) -> None:
        subject = moment.subject or ""
        for nudge in policy.plan(moment, at_ms):
            planned = Event(nudge.nudge, "nudge.planned", "attune/notifier", moment.time, subject, nudge)
            self.append(NUDGES, shard_of(subject, PARTITIONS), encode(planned), at_ms)
            if nudge.kind.startswith("invite."):
                # They are a couple since.
                due_ms = max(nudge.due_ms, at_ms + 60_000)
                self.tell(NudgeDropped(nudge.nudge, nudge.receiver, "no_longer_true"), subject, due_ms)
            elif not kind_of(nudge.kind).on:
                if nudge.due_ms == at_ms:
                    self.tell(NudgeDropped(nudge.nudge, nudge.receiver, "not_asked_for"), subject, at_ms)
            else:
                self._send(nudge, subject, at_ms)

    def _send(self, nudge: NudgePlanned, subject: str, at_ms: int) -> None:
        who, sent_ms = nudge.receiver, at_ms + 1000
        self.tell(NudgeSent(nudge.nudge, who, sent_ms, "en", tuple(WAYS)), subject, sent_ms)
        self.tell(NudgeDelivered(nudge.nudge, HOOK, 1, at_ms + 2000), subject, at_ms + 2000)
        self.arrivals.append(Arrival("webhook", nudge.nudge, nudge.nudge, who, at_ms + 2000))
        self.inboxes[who] = [nudge.nudge, *self.inboxes.get(who, [])]

    def _inputs(self, service: str, number: int) -> list[RawRecord]:
        return [raw for topic in reversed(INPUTS[service]) for raw in self.log[topic, number]]

    def _ends(self, service: str, number: int) -> dict[str, int]:
        return {topic: len(self.log[topic, number]) for topic in INPUTS[service]}


def _stored(folded: Folded, positions: dict[str, int]) -> Shard:
    return Shard(positions, folded.states, folded.views, folded.due, frozenset(folded.lists))


def _past() -> Past:
    chance = random.Random(7)
    new_id = lambda: str(UUID(int=chance.getrandbits(128), version=4))  # noqa: E731 a word for one use
    past = Past(Desk(Sealer(b"m" * 32), Tokens(b"t" * 32), new_id, "2026.3"), PARTITIONS)
    for person, name in ((ANA, "Ana"), (BO, "Bo")):
        past.register(Person(person, name, "Europe/Paris", EVENING_MS - 5 * DAY_MS))
    past.pair(Pairing(ANA, BO, EVENING_MS - 4 * DAY_MS))
    for ago in (3, 2, 1):
        for person in (ANA, BO):
            # Before 19:30: with no record between, time would be found to have passed it only by the next.
            past.check_in(Checkin(person, EVENING_MS - ago * DAY_MS - 3_600_000, "feeling"))
    past.check_in(Checkin(ANA, EVENING_MS - 60_000, "appreciation", visibility="shared"))
    return past


def facts(site: Site) -> Facts:
    """What the log of the site says, and the channels that are in none of it."""

    def of(service: str) -> list[Folded]:
        return [folded for (name, _), folded in site.folded.items() if name == service]

    known = stories.facts(of(STREAKS), of(PROJECTOR), site.log)
    return replace(known, kinds=WAYS, ways={ANA: [*WAYS], BO: [*WAYS]})


def found_in(site: Site, known: Facts | None = None) -> NudgeFindings:
    """The findings about its nudges an hour later."""
    seen = Seen(site.arrivals, site.inboxes)
    return audit_nudges(site.log, site.shards, PARTITIONS, known or facts(site), seen, EVENING_MS + 3_600_000)
