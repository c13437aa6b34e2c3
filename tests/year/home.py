"""One couple, or one person alone, as streaks and the notifier's rules have it, over simulated time.

Pure folds and the policy; no log, no store, no delivery: what is sent over a channel arrives at once.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import msgspec
from notifier.record import NotifierRules, State, first_due
from notifier.turn import Turn

from shared import days, topics
from shared.batch import LATENESS_MS
from shared.events import TYPE_NAMES, Event
from shared.events.couple import CheckinRecorded, MemberLeft
from shared.events.nudges import NudgeDelivered, NudgeDropped, NudgeHeld, NudgePlanned, NudgeSent
from shared.events.person import PersonChanged
from shared.events.values import Span
from shared.folding import Output, Record
from shared.nudging import Couple, receiver_of
from shared.topics import MOMENTS
from shared.views.couple import CheckinView
from shared.views.inbox import OutlookView
from shared.views.person import ChannelView, NudgeSettings, PersonView
from shared.views.streak import StreakView
from tests.diaries import begin, begin_alone
from tests.people import Couple as Pair
from tests.people import Person

NEVER_MS = 2**60


@dataclass(frozen=True)
class Decided:
    """What became of a nudge at one instant. `rule` is empty where it was sent."""

    at_ms: int
    planned: NudgePlanned
    outcome: str
    rule: str = ""
    pushed: bool = False


@dataclass
class Home:
    """`who` are one or two persons; `settings` and `channels` are each one's own."""

    who: tuple[Person, ...]
    couple: str
    formed_ms: int
    settings: dict[str, NudgeSettings] = field(default_factory=dict)
    channels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    decided: list[Decided] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    entries: dict[str, CheckinView] = field(default_factory=dict)
    now_ms: int = 0

    def __post_init__(self) -> None:
        self.now_ms = self.formed_ms
        self.rules = NotifierRules(lambda _kind: None)
        self.record = State()
        self._read = 0
        self._crossed = 1
        if len(self.who) == 1:
            self.diary = begin_alone(self.who[0], self.formed_ms)
        else:
            self.diary = begin(self.formed_ms, Pair(self.couple, (self.who[0], self.who[1])))

    @property
    def subject(self) -> str:
        return self.diary.subject

    def twin(self) -> "Home":
        """The same home with another future."""
        return deepcopy(self)

    # --- what people do -----------------------------------------------------------------------------

    def check_in(self, person: Person, at_ms: int, kind: str = "feeling", visibility: str = "sealed") -> None:
        """An entry for the author's date of that instant."""
        self.pass_time(at_ms)
        date, name = days.iso(days.local_date(self.spans(person.id), at_ms)), f"c{len(self.diary.records)}"
        entry = CheckinRecorded(
            person.id,
            kind,
            date,
            at_ms,
            person.zone,
            person.day_start,
            "2026f",
            visibility,  # type: ignore[arg-type]
        )
        self.entries[name] = CheckinView(name, person.id, kind, date, visibility, at_ms)
        self._append(at_ms, entry, name)

    def move(self, person: Person, at_ms: int, zone: str) -> None:
        """Somebody asks for another zone, which holds when their date has ended."""
        self.pass_time(at_ms)
        spans = self.spans(person.id)
        ends_ms = days.end_of(spans, days.local_date(spans, at_ms))
        self._cross(person, at_ms, PersonChanged(zone=zone, person=person.id, from_ms=ends_ms))

    def wish(self, person: Person, at_ms: int, settings: NudgeSettings) -> None:
        """What somebody wishes of nudges from now on."""
        self.pass_time(at_ms)
        self.settings[person.id] = settings

    def leave(self, person: Person, at_ms: int) -> None:
        self.pass_time(at_ms)
        today = days.iso(days.local_date(self.spans(person.id), at_ms))
        self.gone.add(person.id)
        self._cross(person, at_ms, MemberLeft(person.id, today))

    def say(self, at_ms: int, data: msgspec.Struct) -> None:
        """Anything else that is written into the couple's stream."""
        self.pass_time(at_ms)
        self._append(at_ms, data, f"e{len(self.diary.records)}")

    def _cross(self, person: Person, at_ms: int, data: msgspec.Struct) -> None:
        self._crossed += 1
        # Of the one who began the couple a crossing has come already.
        said = self.diary.append(at_ms, data, f"x{self._crossed}", person.subject, self._crossed)
        self._hear(said, at_ms)

    def _append(self, at_ms: int, data: msgspec.Struct, name: str) -> None:
        event = Event(name, TYPE_NAMES[type(data)], "test", "", self.subject, data)
        self._hear(self.diary.add(Record(topics.JOURNAL, 0, len(self.diary.records), at_ms, event)), at_ms)

    # --- what time does -----------------------------------------------------------------------------

    def pass_time(self, until_ms: int) -> None:
        """What falls due meanwhile happens when it is due; the log's time stays a little behind."""
        while (at_ms := min(self._streaks_due_ms(), self._nudges_due_ms())) <= until_ms:
            self.now_ms = max(self.now_ms, at_ms)
            self._hear(self.diary.pass_time(self.now_ms - LATENESS_MS), self.now_ms)
            self._decide()
        self.now_ms = max(self.now_ms, until_ms)

    def _streaks_due_ms(self) -> int:
        due_ms = self.diary.due_ms
        return NEVER_MS if due_ms is None else due_ms + LATENESS_MS

    def _nudges_due_ms(self) -> int:
        due_ms = first_due(self.record, {})
        return NEVER_MS if due_ms is None else due_ms

    def _hear(self, said: Sequence[Output], at_ms: int) -> None:
        """The notifier reads what was said, and decides what is due by it."""
        for output in said:
            self._read += 1
            change = self.rules.fold(
                self.subject, self.record, Record(MOMENTS, 0, self._read, at_ms, output.event)
            )
            if change is not None and change.state is not None:
                self.record = change.state
        self.now_ms = max(self.now_ms, at_ms)
        self._decide()

    def _decide(self) -> None:
        turn = Turn(self.subject, self.record, self.now_ms)
        due = turn.due_nudges()
        streak = self.diary.view if due else None
        for nudge in due:
            view = self.view(nudge.receiver)
            turn.decide(nudge, receiver_of(nudge.receiver, view), self.side(nudge, streak))
        planned = {nudge.nudge: nudge for nudge in due}
        for event in list(turn.events):
            self.decided.append(_decided(planned[event.data.nudge], event.data, self.now_ms))
        for delivery in list(turn.state.deliveries.values()):
            turn.record(NudgeDelivered(delivery.nudge.nudge, delivery.channel, 1))
        self.record = turn.state

    # --- what is seen -------------------------------------------------------------------------------

    def spans(self, person: str) -> tuple[Span, ...]:
        state = self.diary.state
        assert state is not None
        return next(member.spans for member in state.members if member.person == person)

    def view(self, person: str) -> PersonView:
        alone = len(self.who) == 1 or person in self.gone
        hooks = {name: ChannelView("webhook", "", "", "") for name in self.channels.get(person, ("hook",))}
        return PersonView(
            spans=self.spans(person),
            language="en",
            name="",
            name_event="",
            registered_ms=0,
            channels=hooks,
            couple=None if alone else topics.id_of(self.subject),
            nudges=self.settings.get(person),
        )

    def side(self, nudge: NudgePlanned, streak: StreakView | None) -> Couple:
        """The receiver's side of it, as the published views have it."""
        author = nudge.author
        gone = author is not None and author in self.gone
        return Couple(
            subject=self.subject,
            streak=streak,
            agreement=self._state.agreement,
            last=self.last(nudge.receiver),
            author_stream=None if author is None else ("" if gone else self.subject),
            entry=self.entries.get(nudge.checkin or ""),
        )

    def last(self, person: str) -> str | None:
        """As the view of it says: nothing before the first check-in."""
        packed = self.diary.shown.get(f"last/{self.subject}/{person}")
        return None if packed is None else msgspec.msgpack.decode(packed)[0]

    def outlook(self, person: str) -> OutlookView:
        packed = self.rules.show(self.subject, self.record, 0).get(f"outlook/{self.subject}/{person}")
        return OutlookView() if packed is None else msgspec.msgpack.decode(packed, type=OutlookView)

    @property
    def _state(self) -> Any:
        return self.diary.state


def _decided(planned: NudgePlanned, data: object, at_ms: int) -> Decided:
    match data:
        case NudgeSent(channels=channels):
            return Decided(at_ms, planned, "sent", pushed=bool(channels))
        case NudgeHeld(rule=rule):
            return Decided(at_ms, planned, "held", rule)
        case NudgeDropped(rule=rule):
            return Decided(at_ms, planned, "dropped", rule)
        case _:
            raise AssertionError(data)
