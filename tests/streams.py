"""The subjects' streams as the projector folds them, with the crossings that are still on their way."""

from collections import defaultdict
from typing import Any

import msgspec
from checkin.rules.projection import Projection
from checkin.rules.states import Person, Subject

from shared import topics
from shared.events import TYPE_NAMES, Event
from shared.events.person import CoupleConfirmed, InviteAccepted, InviteCreated, PersonRegistered
from shared.folding import Change, Entry, Record
from shared.views.couple import CoupleView
from shared.views.person import Outcome, OutcomesView, PersonView

NOON_MS = 1_795_518_000_000
"""2026-11-24 11:00 UTC, noon in Paris."""
MINUTE_MS = 60_000
HOUR_MS = 3_600_000

Way = tuple[str, str]
"""From one subject to another: what crosses on it stays in order."""


class Streams:
    """Append events, carry crossings, and look at what came of it. `told` has every outcome ever written."""

    def __init__(self) -> None:
        self.fold = Projection()
        self.now_ms = NOON_MS
        self.states: dict[str, Subject] = {}
        self.records: list[Record] = []
        self.crossed: dict[Way, list[Event]] = defaultdict(list)
        self.delivered: dict[Way, int] = defaultdict(int)
        self.told: dict[str, list[Outcome]] = defaultdict(list)
        self.views: dict[str, bytes | None] = {}
        self.entries: list[Entry] = []

    # --- writing ------------------------------------------------------------------------------------

    def append(self, event: Event, topic: str = topics.JOURNAL) -> Change[Subject] | None:
        """One record, folded at once."""
        record = Record(topic, 0, len(self.records), self.now_ms, event)
        self.records.append(record)
        assert event.subject is not None
        before = self.states.get(event.subject)
        change = self.fold.fold(event.subject, before, record)
        if change is None:
            return None
        assert change.state is not None
        self._note_outcomes(before, change.state)
        self.states[event.subject] = change.state
        self.views.update(change.views or {})
        self.entries.extend(change.entries)
        for output in change.outputs:
            assert output.event.subject is not None
            self.crossed[event.subject, output.event.subject].append(output.event)
        return change

    def write(
        self, subject: str, data: msgspec.Struct, event_id: str = "", topic: str = topics.JOURNAL
    ) -> Change[Subject] | None:
        """An event as the API writes it."""
        event_id = event_id or f"event-{len(self.records)}"
        event = Event(event_id, TYPE_NAMES[type(data)], "attune/checkin", "", subject, data)
        return self.append(event, topic)

    def register(self, *people: str, zone: str = "Europe/Paris") -> None:
        for person in people:
            data = PersonRegistered(zone, 180, "en", f"sealed {person}", f"{person}-1", "digest")
            self.write(topics.person(person), data)

    def invite(self, inviter: str, code: str, hours: int = 48) -> str:
        expires_ms = self.now_ms + hours * HOUR_MS
        return self._command(inviter, InviteCreated(code, expires_ms, f"{inviter} invites {code}"))

    def accept(self, joiner: str, inviter: str, code: str, again: str = "") -> str:
        return self._command(joiner, InviteAccepted(inviter, code, f"{joiner} accepts {code}{again}"))

    def confirm(self, inviter: str, again: str = "") -> str:
        return self._command(inviter, CoupleConfirmed(f"{inviter} confirms{again}"))

    def _command(self, person: str, data: Any) -> str:
        self.write(topics.person(person), data)
        return str(data.command)

    # --- carrying -----------------------------------------------------------------------------------

    def waiting(self) -> list[Way]:
        return [way for way, events in self.crossed.items() if self.delivered[way] < len(events)]

    def deliver(self, way: Way) -> None:
        """The next crossing on this way reaches its stream."""
        event = self.crossed[way][self.delivered[way]]
        self.delivered[way] += 1
        self.append(event)

    def carry(self, sender: str, receiver: str) -> None:
        """Everything on the way between these two subjects arrives."""
        while self.delivered[sender, receiver] < len(self.crossed[sender, receiver]):
            self.deliver((sender, receiver))

    def settle(self) -> None:
        """Everything on its way arrives."""
        while ways := self.waiting():
            self.deliver(ways[0])

    def pair(self, inviter: str, joiner: str) -> str:
        """The id of the couple that these two form."""
        code = f"{inviter}-{joiner}"
        self.invite(inviter, code)
        self.accept(joiner, inviter, code)
        self.settle()
        self.confirm(inviter)
        self.settle()
        couple = self.person(inviter).couple
        assert couple is not None
        return couple

    # --- looking ------------------------------------------------------------------------------------

    def person(self, person: str) -> Person:
        found = self.states[topics.person(person)].person
        assert found is not None
        return found

    def person_view(self, person: str) -> PersonView:
        return msgspec.msgpack.decode(self._shown(topics.person(person)), type=PersonView)

    def couple_view(self, couple: str) -> CoupleView:
        return msgspec.msgpack.decode(self._shown(topics.couple(couple)), type=CoupleView)

    def outcome(self, person: str, command: str) -> Outcome | None:
        """As the outcomes view shows it."""
        packed = self._shown(topics.person(person), f"outcomes/{topics.person(person)}")
        return msgspec.msgpack.decode(packed, type=OutcomesView).outcomes.get(command)

    def result(self, person: str, command: str) -> tuple[int, str | None] | None:
        """Status and error of a command, None while it has no outcome."""
        outcome = self.outcome(person, command)
        return None if outcome is None else (outcome.status, outcome.error)

    def _shown(self, subject: str, name: str = "") -> bytes:
        packed = self.fold.show(subject, self.states[subject], self.now_ms)[name or subject]
        assert packed is not None
        return packed

    def _note_outcomes(self, before: Subject | None, after: Subject) -> None:
        known = {} if before is None or before.person is None else before.person.outcomes
        now = {} if after.person is None else after.person.outcomes
        for command, told in now.items():
            if command not in known:
                self.told[command].append(told.outcome)
