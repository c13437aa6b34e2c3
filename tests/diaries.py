"""A couple's stream as streaks folds it: time is advanced to the log's before every record."""

from collections import Counter
from typing import Any

import msgspec
from streaks.rules import StreakRules
from streaks.state import State

from shared import days
from shared.events import TYPE_NAMES, Event
from shared.events.couple import CheckinRecorded, CoupleFormed
from shared.events.person import PersonRegistered
from shared.folding import Change, Output, Record
from shared.topics import JOURNAL
from shared.views.streak import MonthView, StreakView
from tests.people import ANA_AND_BO, Couple, Person

LATENESS_MS = 5000
HOUR_MS = 3_600_000
_LETTERS = {"open": "o", "kept": "k", "excused": "e", "reserve": "r", "repaired": "R", "not_kept": "m"}


def clock(person: Person, text: str) -> int:
    """The instant of "2026-11-24 08:00" on this person's wall."""
    date, _, time = text.partition(" ")
    hours, minutes = time.split(":")
    return days.wall_instant(person.zone, days.ordinal(date), int(hours) * 60 + int(minutes))


def later(date: str, count: int) -> str:
    """The date so many days after this one."""
    return days.iso(days.ordinal(date) + count)


class Diary:
    """Append records to one subject's stream.

    `outputs` has all that was said, `shown` the views, `tally` what was counted.
    """

    def __init__(self, subject: str) -> None:
        self.rules = StreakRules()
        self.subject = subject
        self.state: State | None = None
        self.due_ms: int | None = None
        self.time_ms = 0
        self.records: list[Record] = []
        self.outputs: list[Output] = []
        self.shown: dict[str, bytes | None] = {}
        self.tally: Counter[str] = Counter()

    def append(
        self,
        at_ms: int,
        data: msgspec.Struct,
        event_id: str = "",
        sender: str | None = None,
        sequence: int | None = None,
    ) -> list[Output]:
        """One record at this append time; what it, and the time before it, brought to be said."""
        event_id = event_id or f"event-{len(self.records)}"
        event = Event(event_id, TYPE_NAMES[type(data)], "test", "", self.subject, data, sender, sequence)
        return self.add(Record(JOURNAL, 0, len(self.records), at_ms, event))

    def add(self, record: Record) -> list[Output]:
        """Fold a record as it stands."""
        self.records.append(record)
        said = self.pass_time(record.append_ms - LATENESS_MS)
        change = self.rules.fold(self.subject, self.state, record)
        return said + ([] if change is None else self._keep(change))

    def pass_time(self, until_ms: int) -> list[Output]:
        """The log's time reaches this instant."""
        self.time_ms = max(self.time_ms, until_ms)
        if self.state is None or self.due_ms is None or self.due_ms > self.time_ms:
            return []
        return self._keep(self.rules.advance(self.subject, self.state, self.time_ms))

    def check_in(
        self,
        person: Person,
        date: str,
        time: str = "12:00",
        *,
        append_ms: int | None = None,
        event_id: str = "",
        **what: Any,
    ) -> list[Output]:
        """An entry for a date, at this time of its author's wall clock; appended then, or at `append_ms`."""
        at_ms = clock(person, f"{date} {time}")
        entry: dict[str, Any] = {"kind": "feeling", "visibility": "sealed", "zone": person.zone} | what
        data = CheckinRecorded(
            author=person.id,
            local_date=date,
            at_ms=at_ms,
            day_start=person.day_start,
            tzdata="2026f",
            **entry,
        )
        return self.append(at_ms if append_ms is None else append_ms, data, event_id)

    @property
    def view(self) -> StreakView:
        assert self.state is not None
        packed = self.rules.show(self.subject, self.state, 0)[f"streak/{self.subject}"]
        assert packed is not None
        return msgspec.msgpack.decode(packed, type=StreakView)

    def states(self) -> dict[str, str]:
        """The days that can still change, by date."""
        return {day.date: day.state for day in self.view.days}

    def letters(self) -> str:
        """A letter for each day from the first on: those of the months, then those that can change."""
        months = ((name, view) for name, view in self.shown.items() if name.startswith("calendar/"))
        packed = sorted((name, view) for name, view in months if view is not None)
        letters = [msgspec.msgpack.decode(view, type=MonthView).letters for _, view in packed]
        return "".join(letters) + "".join(_LETTERS[day.state] for day in self.view.days)

    def packed(self) -> bytes:
        return msgspec.msgpack.encode(self.state)

    def reload(self) -> None:
        """Forget everything but the bytes, as a worker does that starts over."""
        self.state = msgspec.msgpack.decode(self.packed(), type=State)

    def _keep(self, change: Change[State]) -> list[Output]:
        self.state, self.due_ms = change.state, change.due_ms
        self.outputs.extend(change.outputs)
        self.shown.update(change.views or {})
        self.tally.update(change.tally or {})
        return list(change.outputs)


def begin(formed_ms: int, couple: Couple = ANA_AND_BO) -> Diary:
    """The diary of a couple that is formed at this instant."""
    diary = Diary(couple.subject)
    members = tuple(person.member for person in couple.members)
    sender = couple.members[0].subject
    diary.append(formed_ms, CoupleFormed("invite", members, "command"), sender=sender, sequence=1)
    return diary


def begin_alone(person: Person, registered_ms: int) -> Diary:
    """The diary of a person who has not paired."""
    diary = Diary(person.subject)
    wish = PersonRegistered(person.zone, person.day_start, person.language, "", "", "")
    diary.append(registered_ms, wish)
    return diary


def kinds(outputs: list[Output]) -> list[str]:
    return [output.event.type for output in outputs]


def only(outputs: list[Output], kind: str) -> Any:
    """The data of the one moment of this kind."""
    (found,) = [output.event.data for output in outputs if output.event.type == kind]
    return found
