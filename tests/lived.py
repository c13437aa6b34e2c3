"""Couples with a long history: Ana and Bo, who both checked in every day, one entry each."""

from functools import lru_cache

import msgspec
from streaks.state import State

from shared.events.couple import PactChanged
from shared.events.values import KINDS
from tests.diaries import Diary, begin, clock, later
from tests.people import ANA, ANA_AND_BO, BO

DAY_ONE = "2026-11-24"
FEEDING = [kind for kind in KINDS if kind != "self_love"]


@lru_cache
def _lived(length: int) -> tuple[bytes, int]:
    diary = begin(clock(ANA, f"{DAY_ONE} 10:00"))
    for place in range(length):
        keep(diary, place)
    close(diary, length - 1)
    return diary.packed(), diary.time_ms


def lived(length: int) -> Diary:
    """Their diary after so many days, the last of which has closed."""
    packed, time_ms = _lived(length)
    diary = Diary(ANA_AND_BO.subject)
    diary.state, diary.time_ms = msgspec.msgpack.decode(packed, type=State), time_ms
    diary.due_ms = diary.rules.advance(diary.subject, diary.state, 0).due_ms
    return diary


def keep(diary: Diary, place: int) -> None:
    """Both check in on this day, the same kind; another one each day."""
    for person in (ANA, BO):
        diary.check_in(
            person,
            later(DAY_ONE, place),
            kind=FEEDING[place % len(FEEDING)],
            event_id=f"{place}-{person.name}",
        )


def close(diary: Diary, place: int) -> None:
    """The day ends for both."""
    diary.pass_time(clock(BO, f"{later(DAY_ONE, place + 1)} {BO.day_start // 60:02}:00"))


def agree(diary: Diary, mode: str, place: int) -> None:
    """Another mode, said on this day before anybody checks in."""
    diary.append(clock(BO, f"{later(DAY_ONE, place)} 03:00"), PactChanged(ANA.id, "command", mode=mode))
