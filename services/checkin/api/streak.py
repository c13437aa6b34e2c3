"""What check-ins add up to: the streak, and the busyness lapse."""

from typing import Any

import msgspec
from apiflask import APIBlueprint
from pydantic import BaseModel

from checkin.auth import Me, signed_in
from checkin.errors import Problem
from checkin.front import Front
from checkin.sentences import lapse_sentence, lapse_state
from shared import days
from shared.views import STREAKS, StreakView

_read_streak = msgspec.msgpack.Decoder(StreakView).decode


class Today(BaseModel):
    """The reader's own date. `you`: whether the reader has checked in; `closes_at`: when it ends for both."""

    date: str
    state: str
    you: bool
    closes_at: str


class StreakOut(BaseModel):
    count: int
    longest: int
    mode: str
    unit: str
    strength: float
    reserve_left: int
    today: Today


class LapseOut(BaseModel):
    """`since` is the instant from which the state holds."""

    state: str
    agreed_days: float
    threshold_days: float
    since: str
    sentence: str


def streak_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("streak", __name__, tag="what it adds up to", url_prefix="/v1")

    @api.get("/streak")
    @signed_in(front, "read")
    @api.output(StreakOut)
    def streak(me: Me) -> dict[str, Any]:
        """The connection streak, and how today stands."""
        view = _streak(front, me)
        return {
            "count": view.count,
            "longest": view.longest,
            "mode": view.mode,
            "unit": view.unit,
            "strength": round(view.strength, 4),
            "reserve_left": view.reserve_left,
            "today": _today(view, me, front.clock.now_ms()),
        }

    @api.get("/lapse")
    @signed_in(front, "read")
    @api.output(LapseOut)
    def lapse(me: Me) -> dict[str, Any]:
        """How quality time stands against what was agreed."""
        clock, now_ms = _streak(front, me).lapse, front.clock.now_ms()
        state, since_ms = lapse_state(clock, now_ms)
        return {
            "state": state,
            "agreed_days": clock.agreed_days,
            "threshold_days": round(clock.threshold_days, 2),
            "since": days.iso_instant(since_ms),
            "sentence": lapse_sentence(clock, now_ms),
        }

    return api


def _streak(front: Front, me: Me) -> StreakView:
    otherwise = Problem(404, "unknown_streak", "There is no streak yet.")
    return _read_streak(front.view(STREAKS, me.subject, f"streak/{me.subject}", otherwise))


def _today(view: StreakView, me: Me, now_ms: int) -> dict[str, Any]:
    date = days.local_date(me.view.spans, now_ms)
    day = next((day for day in view.days if day.date == days.iso(date)), None)
    ends_ms = max(days.end_of(member.spans, date) for member in view.members)
    return {
        "date": days.iso(date),
        "state": "open" if day is None else day.state,
        "you": day is not None and me.id in day.present,
        "closes_at": days.iso_instant(ends_ms if day is None else day.closes_ms),
    }
