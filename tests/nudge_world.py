"""What the notifier's tests share: two people, their views, their moments, and instants in their zones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from notifier.policy import Receiver

from shared import topics
from shared.events import (
    TYPE_NAMES,
    AppreciationShared,
    DayAtRisk,
    Event,
    LapseOpened,
    Member,
    NudgePlanned,
    Span,
)
from shared.folding import Record
from shared.views import (
    NOTIFIER,
    PROJECTOR,
    STREAKS,
    ChannelView,
    DayView,
    LapseView,
    PersonView,
    StreakView,
    pack,
)

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


def receiver(zone: str = "Europe/Paris", channels: tuple[str, ...] = ("hook",)) -> Receiver:
    return Receiver(spans(zone), "en", channels)


def nudge(kind: str = "day.at_risk", due_ms: int = EVENING_MS, **changes: Any) -> NudgePlanned:
    fields = {
        "nudge": "n1",
        "kind": kind,
        "template": f"{kind}/1",
        "receiver": ANA,
        "due_ms": due_ms,
        "expires_ms": CLOSE_MS if kind == "day.at_risk" else due_ms + DAY_MS,
        "planned_ms": due_ms,
        "date": TODAY if kind == "day.at_risk" else None,
    }
    return NudgePlanned(**{**fields, **changes})


# --- moments, as records --------------------------------------------------------------------------------


def at_risk(expires_ms: int = CLOSE_MS) -> DayAtRisk:
    return DayAtRisk(TODAY, 3, (ANA, BO), expires_ms)


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
    """Published views. `caught_up_ms` is that of every shard; `asked` counts the round trips."""

    caught_up_ms: int | None = 2**60
    people: dict[str, PersonView] = field(default_factory=lambda: {ANA: person_view(), BO: person_view()})
    streak: StreakView | None = field(default_factory=streak_view)
    seen: dict[str, bytes] = field(default_factory=dict)
    asked: int = 0

    def views_as_of(self, asks: Sequence[tuple[str, str, str]]) -> list[tuple[bytes | None, int | None]]:
        self.asked += 1
        return [(self._view(*ask), self.caught_up_ms) for ask in asks]

    def _view(self, service: str, subject: str, name: str) -> bytes | None:
        if service == NOTIFIER:
            return self.seen.get(name)
        if service == PROJECTOR:
            assert name == subject
            person = self.people.get(topics.id_of(subject))
            return None if person is None else pack(person)
        assert (service, name) == (STREAKS, f"streak/{subject}")
        return None if self.streak is None else pack(self.streak)
