"""A past for an empty site: people, couples and check-ins, in the log as if they had happened then.

Nothing is decided here. What streams decide for one another is made by the projector's own fold, in order of
time, and stands in the log where it would have stood. `backdating` writes it.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
from checkin.door.tokens import Tokens
from checkin.rules.projection import SOURCE, Projection
from checkin.rules.states import Person as Registered
from checkin.rules.states import Subject

from cli.backdating import Dated
from shared import days, topics
from shared.events import TYPE_NAMES, Event, encode
from shared.events.couple import CheckinRecorded, TimePassed
from shared.events.person import (
    CoupleConfirmed,
    CoupleLeft,
    InviteAccepted,
    InviteCreated,
    KeyWrapped,
    PersonRegistered,
)
from shared.events.values import Kind, Visibility
from shared.folding import Record
from shared.records import Message
from shared.sealing import Sealer
from shared.topics import JOURNAL, KEYS, shard_of

CROSSING_MS = 20
"""How long what one stream decides for another is on its way."""
STEP_MS = 1000
"""Between invite and acceptance, and between acceptance and confirmation."""

_INVITE_LASTS_MS = 48 * 3_600_000


class Person(NamedTuple):
    """Somebody who registered."""

    id: str
    name: str
    zone: str
    registered_ms: int
    day_start: int = 180
    language: str = "en"


class Pairing(NamedTuple):
    """The inviter invites at this instant; the couple is formed `2 * STEP_MS + CROSSING_MS` later."""

    inviter: str
    joiner: str
    at_ms: int


class Checkin(NamedTuple):
    """Entered at `written_ms`, for the instant `at_ms` or, without one, for that same instant."""

    person: str
    written_ms: int
    kind: Kind
    visibility: Visibility = "sealed"
    at_ms: int | None = None
    note: str | None = None
    feelings: tuple[str, ...] = ()
    minutes: int | None = None
    busy: int | None = None


class Desk(NamedTuple):
    """What the front door writes with. `new_id` draws UUIDs."""

    sealer: Sealer
    tokens: Tokens
    new_id: Callable[[], str]
    tzdata: str


Act = Callable[[], Sequence[tuple[str, Event]]]
"""What somebody writes when its time has come: topics and events. It depends on what was folded by then."""


class Past:
    """Plan what happened in any order, then `written` puts it in order. `tokens`: each person's own."""

    def __init__(self, desk: Desk, partitions: int) -> None:
        self.tokens: dict[str, str] = {}
        self._desk = desk
        self._partitions = partitions
        self._rules = Projection()
        self._states: dict[str, Subject] = {}
        self._agenda: list[tuple[int, int, Act]] = []
        self._planned = 0
        self._paired: list[Pairing] = []
        self._dated: list[Dated] = []
        self._ends: Counter[tuple[str, int]] = Counter()

    # --- planning -----------------------------------------------------------------------------------

    def register(self, person: Person) -> None:
        self._plan(person.registered_ms, lambda: self._registration(person))

    def pair(self, pairing: Pairing) -> None:
        self._paired.append(pairing)
        inviter, joiner, at_ms = pairing
        code = self._desk.tokens.code(inviter, self._desk.new_id())
        invite = self._desk.tokens.invite(code)
        until_ms = at_ms + _INVITE_LASTS_MS
        self._plan(at_ms, lambda: self._wish(inviter, lambda c: InviteCreated(invite, until_ms, c)))
        self._plan(at_ms + STEP_MS, lambda: self._wish(joiner, lambda c: InviteAccepted(inviter, invite, c)))
        self._plan(at_ms + 2 * STEP_MS, lambda: self._wish(inviter, CoupleConfirmed))

    def leave(self, person: str, at_ms: int) -> None:
        self._plan(at_ms, lambda: self._wish(person, CoupleLeft))

    def check_in(self, entry: Checkin) -> None:
        self._plan(entry.written_ms, lambda: self._entry(entry))

    def agree(self, person: str, at_ms: int, wish: Callable[[str, str], msgspec.Struct]) -> None:
        """A wish about the pact or a pause, made from the command's id and the person's date of then."""
        self._plan(at_ms, lambda: self._agreement(person, at_ms, wish))

    def _plan(self, at_ms: int, act: Act) -> None:
        self._planned += 1
        heapq.heappush(self._agenda, (at_ms, self._planned, act))

    # --- writing ------------------------------------------------------------------------------------

    def written(self, until_ms: int) -> list[Dated]:
        """Everything in order, and at the end, in each partition, that time has passed until then.

        Raises `ValueError` if something was planned for later, or two did not become a couple.
        """
        while self._agenda:
            at_ms, _, act = heapq.heappop(self._agenda)
            if at_ms > until_ms:
                raise ValueError(f"Something is planned for {days.iso_instant(at_ms)}, after the end.")
            for topic, event in act():
                self._append(topic, event, at_ms)
        self._refuse_unpaired()
        for partition in range(self._partitions):
            ends = days.iso_instant(until_ms)
            event = Event(self._desk.new_id(), "time.passed", SOURCE, ends, None, TimePassed())
            self._dated.append(Dated(Message(JOURNAL, partition, None, encode(event)), until_ms))
        return self._dated

    def _append(self, topic: str, event: Event, at_ms: int) -> None:
        subject = event.subject or ""
        if not event.time:
            event = msgspec.structs.replace(event, time=days.iso_instant(at_ms))
        shard = shard_of(subject, self._partitions)
        offset = self._ends[topic, shard]
        self._ends[topic, shard] += 1
        self._dated.append(Dated(Message(topic, shard, subject.encode(), encode(event)), at_ms))
        record = Record(topic, shard, offset, at_ms, event)
        change = self._rules.fold(subject, self._states.get(subject), record)
        if change is not None and change.state is not None:
            self._states[subject] = change.state
            for crossing in change.outputs:
                arriving = ((crossing.topic, crossing.event),)
                self._plan(at_ms + CROSSING_MS, lambda arriving=arriving: arriving)  # type: ignore[misc]

    def _refuse_unpaired(self) -> None:
        for inviter, joiner, at_ms in self._paired:
            if not self._couples_of(inviter) & self._couples_of(joiner):
                raise ValueError(f"{inviter} and {joiner} did not become a couple at {at_ms}.")

    def _couples_of(self, person_id: str) -> set[str]:
        """All that this person is or was in."""
        person = self._person(person_id)
        now = () if person.couple is None else (topics.couple(person.couple),)
        return {*person.past, *now} - {topics.person(person_id)}

    # --- what each writes ---------------------------------------------------------------------------

    def _registration(self, person: Person) -> list[tuple[str, Event]]:
        desk, wrapped = self._desk, self._desk.sealer.new_key(person.id)
        issued, event_id = desk.tokens.issue(person.id, "write"), desk.new_id()
        self.tokens[person.id] = issued.text
        data = PersonRegistered(
            zone=person.zone,
            day_start=person.day_start,
            language=person.language,
            name=desk.sealer.seal(person.id, wrapped, event_id, "name", person.name),
            token=desk.new_id(),
            digest=desk.tokens.digest(issued.text),
            last_four=issued.last_four,
        )
        subject = topics.person(person.id)
        return [
            (KEYS, _event(desk.new_id(), subject, KeyWrapped(wrapped))),
            (JOURNAL, _event(event_id, subject, data)),
        ]

    def _wish(self, person: str, wish: Callable[[str], msgspec.Struct]) -> list[tuple[str, Event]]:
        command = self._desk.new_id()
        return [(JOURNAL, _event(command, topics.person(person), wish(command)))]

    def _agreement(
        self, person_id: str, at_ms: int, wish: Callable[[str, str], msgspec.Struct]
    ) -> list[tuple[str, Event]]:
        person, command = self._person(person_id), self._desk.new_id()
        subject = topics.person(person_id) if person.couple is None else topics.couple(person.couple)
        today = days.iso(days.local_date(person.spans, at_ms))
        return [(JOURNAL, _event(command, subject, wish(command, today)))]

    def _entry(self, entry: Checkin) -> list[tuple[str, Event]]:
        person, event_id = self._person(entry.person), self._desk.new_id()
        at_ms = entry.written_ms if entry.at_ms is None else entry.at_ms
        span = days.in_force(person.spans, at_ms)
        feelings = msgspec.json.encode(entry.feelings).decode() if entry.feelings else None
        data = CheckinRecorded(
            author=person.id,
            kind=entry.kind,
            local_date=days.iso(days.local_date(person.spans, at_ms)),
            at_ms=at_ms,
            zone=span.zone,
            day_start=span.day_start,
            tzdata=self._desk.tzdata,
            visibility=entry.visibility,
            busy=entry.busy,
            minutes=entry.minutes,
            note=self._sealed(person.id, event_id, "note", entry.note),
            feelings=self._sealed(person.id, event_id, "feelings", feelings),
        )
        alone = person.couple is None or entry.visibility == "secret"
        subject = topics.person(person.id) if alone else topics.couple(person.couple or "")
        return [(JOURNAL, _event(event_id, subject, data))]

    def _sealed(self, person: str, event_id: str, field: str, text: str | None) -> str | None:
        key = self._states[topics.person(person)].key
        if text is None or key is None:
            return None
        return self._desk.sealer.seal(person, key, event_id, field, text)

    def _person(self, person: str) -> Registered:
        found = self._states.get(topics.person(person), Subject()).person
        if found is None:
            raise ValueError(f"{person} had not registered by then.")
        return found


def _event(event_id: str, subject: str, data: msgspec.Struct) -> Event:
    return Event(event_id, TYPE_NAMES[type(data)], SOURCE, "", subject, data)
