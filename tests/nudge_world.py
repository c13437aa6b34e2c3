"""What the notifier's tests share: two people, their views, their moments, and instants in their zones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from shared import topics
from shared.events import TYPE_NAMES, Event
from shared.events.moments import AppreciationShared, DayAtRisk, LapseOpened
from shared.events.nudges import NudgePlanned
from shared.events.values import Member, Span
from shared.folding import Record
from shared.nudging import Couple, Receiver
from shared.pact import Agreement
from shared.views import NOTIFIER, PROJECTOR, STREAKS, pack
from shared.views.couple import CheckinView
from shared.views.person import ChannelView, NudgeSettings, PersonView
from shared.views.streak import DayView, LapseView, LastView, StreakView

ANA = "0a000000-0000-7000-8000-00000000a0a0"
BO = "0b000000-0000-7000-8000-00000000b0b0"
COUPLE_ID = "0c000000-0000-7000-8000-00000000c0c0"
COUPLE = topics.couple(COUPLE_ID)

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
DAY_MS = 24 * HOUR_MS


def at(text: str, zone: str = "Europe/Paris") -> int:
    """The instant at which clocks in a zone show this."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


EVENING_MS = at("2026-11-24 19:30")
TODAY = "2026-11-24"
CLOSE_MS = at("2026-11-25 03:00")


def spans(zone: str = "Europe/Paris") -> tuple[Span, ...]:
    return (Span(0, zone, 180),)


def receiver(
    zone: str = "Europe/Paris", channels: tuple[str, ...] = ("hook",), stream: str = COUPLE, **settings: Any
) -> Receiver:
    return Receiver(spans(zone), "en", channels, stream, NudgeSettings(**settings))


def side(**changes: Any) -> Couple:
    """Ana's side of the couple: all is open, and she was here today."""
    usual = {"subject": COUPLE, "streak": streak_view(), "last": TODAY, "entry": entry()}
    return Couple(**{**usual, **changes})


def entry(visibility: str = "shared", **changes: Any) -> CheckinView:
    """What Bo shared with Ana."""
    return CheckinView("c1", BO, "appreciation", TODAY, visibility, EVENING_MS, **changes)


def nudge(kind: str = "day.at_risk", due_ms: int = EVENING_MS, **changes: Any) -> NudgePlanned:
    fields = {
        "nudge": "n1",
        "kind": kind,
        "template": f"{kind}/1",
        "receiver": ANA,
        "due_ms": due_ms,
        "expires_ms": CLOSE_MS if kind in ("day.at_risk", "day.last_chance") else due_ms + DAY_MS,
        "planned_ms": due_ms,
        "date": TODAY if kind in ("day.at_risk", "day.last_chance") else None,
    }
    return NudgePlanned(**{**fields, **changes})


# --- moments, as records --------------------------------------------------------------------------------


def at_risk(expires_ms: int = CLOSE_MS, last_chance_ms: int | None = None) -> DayAtRisk:
    return DayAtRisk(TODAY, 3, (ANA, BO), expires_ms, last_chance_ms)


def lapse(since_ms: int = EVENING_MS) -> LapseOpened:
    return LapseOpened(since_ms, 3.5, 7.0, (ANA, BO), since_ms + DAY_MS)


def appreciation(checkin: str = "c1", expires_ms: int = EVENING_MS + DAY_MS) -> AppreciationShared:
    return AppreciationShared(checkin, BO, ANA, expires_ms)


def moment(data: msgspec.Struct, moment_id: str = "m1", append_ms: int = EVENING_MS) -> Record:
    event = Event(moment_id, TYPE_NAMES[type(data)], "attune/streaks", "", COUPLE, data)
    return Record(topics.MOMENTS, 0, 0, append_ms, event)


def nudge_record(event: Event, append_ms: int = EVENING_MS) -> Record:
    return Record(topics.NUDGES, 0, 0, append_ms, event)


# --- views ----------------------------------------------------------------------------------------------


def person_view(
    zone: str = "Europe/Paris",
    channels: tuple[str, ...] = ("hook",),
    couple: str | None = COUPLE_ID,
    language: str = "en",
    key: bytes | None = b"key",
    verified_ms: int | None = 1,
    nudges: NudgeSettings | None = None,
) -> PersonView:
    return PersonView(
        spans=spans(zone),
        language=language,
        name="",
        name_event="",
        registered_ms=0,
        channels={
            name: ChannelView(
                "webhook",
                f"sealed https://{name}.example/",
                "sealed whsec_",
                f"added {name}",
                verified_ms=verified_ms,
            )
            for name in channels
        },
        couple=couple,
        key=key,
        nudges=nudges,
    )


def streak_view(state: str = "open", closes_ms: int = CLOSE_MS, lapsed_ms: int = EVENING_MS) -> StreakView:
    return StreakView(
        members=(Member(ANA, spans()), Member(BO, spans("America/New_York"))),
        day_one="2026-11-01",
        mode="daily",
        unit="day",
        count=3,
        longest=3,
        strength=0.1,
        reserve_left=2,
        days=(DayView("2026-11-23", "kept", CLOSE_MS - DAY_MS), DayView(TODAY, state, closes_ms)),
        lapse=LapseView(3.5, 7.0, 0, 0, lapsed_ms),
    )


@dataclass
class FakeViews:
    """Published views. `caught_up_ms` is that of every shard; `asked` counts the round trips.

    `last` is the date of each person's last check-in; every entry is as `entry` has it.
    """

    caught_up_ms: int | None = 2**60
    people: dict[str, PersonView] = field(default_factory=lambda: {ANA: person_view(), BO: person_view()})
    streak: StreakView | None = field(default_factory=streak_view)
    seen: dict[str, bytes] = field(default_factory=dict)
    agreement: Agreement = field(default_factory=Agreement)
    last: dict[str, str] = field(default_factory=lambda: {ANA: TODAY, BO: TODAY})
    entry: CheckinView | None = field(default_factory=entry)
    asked: int = 0

    def views_as_of(self, asks: Sequence[tuple[str, str, str]]) -> list[tuple[bytes | None, int | None]]:
        self.asked += 1
        return [(self._view(*ask), self.caught_up_ms) for ask in asks]

    def _view(self, service: str, subject: str, name: str) -> bytes | None:
        if service == NOTIFIER:
            return self.seen.get(name)
        what, _, rest = name.partition("/")
        found: msgspec.Struct | None = None
        if service == PROJECTOR and name == subject:
            found = self.people.get(topics.id_of(subject))
        elif service == PROJECTOR:
            assert what in ("agreement", "checkin")
            found = self.agreement if what == "agreement" else self.entry
        elif what == "last":
            date = self.last.get(rest.removeprefix(f"{subject}/"))
            found = None if date is None else LastView(date)
        else:
            assert (service, name) == (STREAKS, f"streak/{subject}")
            found = self.streak
        return None if found is None else pack(found)
