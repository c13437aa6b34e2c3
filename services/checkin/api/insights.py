"""Where the couple stands: the lapse clock, moments, and insights. Jointly, never by person."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from checkin.door.auth import Me, signed_in
from checkin.door.errors import invalid
from checkin.door.front import Front
from checkin.door.pages import after, cursor_for
from checkin.reading.calendar import streak_of
from checkin.reading.practices import practices_of
from checkin.words.sentences import lapse_sentence, lapse_state
from shared import days
from shared.views import STREAKS
from shared.views.streak import StreakView

MOST_ON_A_PAGE = 200


class LapseOut(BaseModel):
    """`since` is the instant from which the state holds; it is of a day, never of an entry."""

    state: str
    agreed_days: float
    threshold_days: float
    since: str
    sentence: str


class MomentsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=MOST_ON_A_PAGE)] = 50
    cursor: str | None = None


class MomentOut(BaseModel):
    """`about` has what the kind tells: a date, a count, a length."""

    id: str
    kind: str
    at: str
    about: dict[str, Any]


class MomentsOut(BaseModel):
    """The latest first."""

    moments: list[MomentOut]
    next: str | None = None


class PracticeOut(BaseModel):
    """On how many days either of you did it, its share of all, and how strong the habit is (0 to 1).

    `name`: of a practice of your own, where you may read it.
    """

    kind: str
    name: str | None
    days: int
    share: float
    strength: float


class InsightsOut(BaseModel):
    """`resilience_days`: how long the last lapses lasted until you were back, the latest last."""

    strength: float
    practices: list[PracticeOut]
    resilience_days: list[float]
    busy_days: int


def insights_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("insights", __name__, tag="what it adds up to", url_prefix="/v1")

    @api.get("/lapse")
    @signed_in(front, "read")
    @api.output(LapseOut)
    def lapse(me: Me) -> dict[str, Any]:
        """How quality time stands against what was agreed."""
        clock, now_ms = streak_of(front, me).lapse, front.clock.now_ms()
        state, since_ms = lapse_state(clock, now_ms)
        return {
            "state": state,
            "agreed_days": clock.agreed_days,
            "threshold_days": round(clock.threshold_days, 2),
            "since": days.iso_instant(since_ms),
            "sentence": lapse_sentence(clock, now_ms),
        }

    @api.get("/moments")
    @signed_in(front, "read")
    @api.input(MomentsQuery, location="query", arg_name="query")
    @api.output(MomentsOut)
    def moments(me: Me, query: MomentsQuery) -> tuple[dict[str, Any], int, dict[str, str]]:
        """What happened to the couple."""
        return _moments(front, me, query)

    @api.get("/insights")
    @signed_in(front, "read")
    @api.output(InsightsOut)
    def insights(me: Me) -> dict[str, Any]:
        """Balance across the practices, strength of each, resilience, busy days."""
        names = {practice.kind: practice.name for practice in practices_of(front, me)}
        return _insights(streak_of(front, me), names)

    return api


def _moments(front: Front, me: Me, query: MomentsQuery) -> tuple[dict[str, Any], int, dict[str, str]]:
    below = None if query.cursor is None else after(front, me, query.cursor)
    if below is None and query.cursor is not None:
        raise invalid(("/cursor", "This cursor did not come from a page before."))
    lines = front.store.newest(STREAKS, me.subject, f"moments/{me.subject}", below, query.limit + 1)
    page, more = lines[: query.limit], lines[query.limit :]
    cursor, headers = cursor_for(front, me, page[-1]) if more else (None, {})
    return {"moments": [_moment(line) for line in page], "next": cursor}, 200, headers


def _moment(line: str) -> dict[str, Any]:
    at, moment, kind, told = line.split("/", 3)
    return {"id": moment, "kind": kind, "at": at, "about": msgspec.json.decode(told)}


def _insights(view: StreakView, names: Mapping[str, str | None]) -> dict[str, Any]:
    total = sum(view.kind_days.values())
    practices = [
        {
            "kind": kind,
            "name": names.get(kind),
            "days": count,
            "share": round(count / total, 3),
            "strength": round(view.kinds.get(kind, 0.0), 4),
        }
        for kind, count in sorted(view.kind_days.items(), key=lambda item: (-item[1], item[0]))
        if count
    ]
    return {
        "strength": round(view.strength, 4),
        "practices": practices,
        "resilience_days": [round(length, 2) for length in view.lapse.returns],
        "busy_days": view.busy_days,
    }
