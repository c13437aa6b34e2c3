"""What check-ins add up to: the streak, the calendar, and why a day is what it is."""

from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from checkin.door.auth import Me, signed_in
from checkin.door.bodies import Date
from checkin.door.errors import invalid
from checkin.door.front import Front
from checkin.reading import listing
from checkin.reading.agreements import agreement_of, today_of
from checkin.reading.calendar import Day, day_of, days_between, streak_of
from checkin.reading.explaining import boundaries, reason_for
from shared import days
from shared.views.streak import StreakView

MOST_DAYS = 732
_USUAL_DAYS = 41


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


class DayOut(BaseModel):
    date: str
    state: str


class CalendarQuery(BaseModel):
    """Dates, both included; by default the last six weeks."""

    model_config = ConfigDict(extra="forbid")

    first: Annotated[Date | None, Field(alias="from")] = None
    last: Annotated[Date | None, Field(alias="to")] = None


class CalendarOut(BaseModel):
    days: list[DayOut]


class ExplainQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    day: Date


class BoundaryOut(BaseModel):
    """When the day begins and ends for a member, by the zone in force for them."""

    person: str
    zone: str
    starts_at: str
    ends_at: str


class ExplainOut(BaseModel):
    """`yours` are your own entries for this date, secret ones without effect left out."""

    date: str
    state: str
    rule: str
    sentence: str
    closes_at: str | None
    boundaries: list[BoundaryOut]
    yours: list[dict[str, Any]]


def streak_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("streak", __name__, tag="what it adds up to", url_prefix="/v1")

    @api.get("/streak")
    @signed_in(front, "read")
    @api.output(StreakOut)
    def streak(me: Me) -> dict[str, Any]:
        """The connection streak, and how today stands."""
        view = streak_of(front, me)
        return {
            "count": view.count,
            "longest": view.longest,
            "mode": view.mode,
            "unit": view.unit,
            "strength": round(view.strength, 4),
            "reserve_left": view.reserve_left,
            "today": _today(front, me, view),
        }

    @api.get("/calendar")
    @signed_in(front, "read")
    @api.input(CalendarQuery, location="query", arg_name="query")
    @api.output(CalendarOut)
    def calendar(me: Me, query: CalendarQuery) -> dict[str, Any]:
        """What became of each day."""
        first, last = _span(front, me, query)
        found = days_between(front, me, streak_of(front, me), first, last)
        return {"days": [{"date": day.date, "state": day.state} for day in found]}

    @api.get("/streak/explain")
    @signed_in(front, "read")
    @api.input(ExplainQuery, location="query", arg_name="query")
    @api.output(ExplainOut)
    def explain(me: Me, query: ExplainQuery) -> dict[str, Any]:
        """The rule and the boundaries that decided a day, and your own entries for it."""
        return _explain(front, me, query.day)

    return api


def _today(front: Front, me: Me, view: StreakView) -> dict[str, Any]:
    date = today_of(front, me)
    day = day_of(front, me, view, agreement_of(front, me), date)
    found = None if day is None else day.view
    ends_ms = max(boundary.ends_ms for boundary in boundaries(view.members, date))
    return {
        "date": date,
        "state": "open" if day is None else day.state,
        "you": found is not None and me.id in found.present,
        "closes_at": days.iso_instant(ends_ms if found is None else found.closes_ms),
    }


def _span(front: Front, me: Me, query: CalendarQuery) -> tuple[str, str]:
    last = query.last or today_of(front, me)
    first = query.first or days.iso(max(1, days.ordinal(last) - _USUAL_DAYS))
    if first > last:
        raise invalid(("/to", "The last date is no earlier than the first."))
    if days.ordinal(last) - days.ordinal(first) >= MOST_DAYS:
        raise invalid(("/from", f"Ask for at most {MOST_DAYS} days at once."))
    return first, last


def _explain(front: Front, me: Me, date: str) -> dict[str, Any]:
    view = streak_of(front, me)
    day = day_of(front, me, view, agreement_of(front, me), date)
    if day is None:
        sentence = f"The calendar begins on {view.frozen_from}: no day before it can be explained."
        raise invalid(("/day", sentence))
    frozen = day.view is None and date < view.days[0].date
    reason = reason_for(day.state, day.view, frozen=frozen)
    return {
        "date": date,
        "state": day.state,
        "rule": reason.rule,
        "sentence": reason.sentence,
        "closes_at": _closes_at(view, day, frozen=frozen),
        "boundaries": [] if frozen else _boundaries(view, date),
        "yours": _yours(front, me, date),
    }


def _closes_at(view: StreakView, day: Day, *, frozen: bool) -> str | None:
    if frozen:
        return None
    ends_ms = max(boundary.ends_ms for boundary in boundaries(view.members, day.date))
    return days.iso_instant(ends_ms if day.view is None else day.view.closes_ms)


def _boundaries(view: StreakView, date: str) -> list[dict[str, Any]]:
    return [
        {
            "person": boundary.person,
            "zone": boundary.zone,
            "starts_at": days.iso_instant(boundary.starts_ms),
            "ends_at": days.iso_instant(boundary.ends_ms),
        }
        for boundary in boundaries(view.members, date)
    ]


def _yours(front: Front, me: Me, date: str) -> list[dict[str, Any]]:
    wanted = listing.Filter(author=me.id, first=date, last=date)
    page = listing.page(front, me, wanted, None, 50)
    return [entry for entry in page.check_ins if entry["visibility"] != "secret"]
