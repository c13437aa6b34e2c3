"""Check-ins: entering one, and reading them."""

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from apiflask import APIBlueprint, APIFlask
from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.routing import Rule

from checkin.door import limits
from checkin.door.auth import Me, signed_in
from checkin.door.bodies import CheckinKind, Date
from checkin.door.errors import invalid
from checkin.door.front import Front
from checkin.door.pages import after, cursor_for
from checkin.reading import listing
from checkin.reading.presenting import CheckinOut
from checkin.writing.batches import record_all
from checkin.writing.recording import record

MOST_ON_A_PAGE = 200
MOST_IN_A_BATCH = 500
BATCHES_PER_HOUR = 120


class ListQuery(BaseModel):
    """`from` and `to` are dates and included; `cursor` comes from the page before."""

    model_config = ConfigDict(extra="forbid")

    kind: CheckinKind | None = None
    author: UUID | None = None
    first: Date | None = Field(None, alias="from")
    last: Date | None = Field(None, alias="to")
    limit: Annotated[int, Field(ge=1, le=MOST_ON_A_PAGE)] = 50
    cursor: str | None = None


class CheckinsOut(BaseModel):
    """The latest date first."""

    check_ins: list[CheckinOut]
    next: str | None = None


class BatchIn(BaseModel):
    """Each is as `POST /v1/check-ins` takes it, and has an `id`."""

    model_config = ConfigDict(extra="forbid")

    check_ins: Annotated[list[Any], Field(min_length=1, max_length=MOST_IN_A_BATCH)]


class Entered(BaseModel):
    """It is in the log, as the 202 of a single one says."""

    status: int
    id: str
    local_date: str


class NotEntered(BaseModel):
    """What a single one would have been refused with; its pointers are those of this check-in."""

    status: int
    problem: dict[str, Any]


class BatchOut(BaseModel):
    """One for each check-in, in their order. What says 503 is safe to send again."""

    outcomes: list[Entered | NotEntered]


def checkin_rule(app: APIFlask) -> Rule:
    """Where an application of these endpoints takes check-ins."""
    return next(rule for rule in app.url_map.iter_rules() if rule.endpoint == "check-ins.check_in")


def checkins_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("check-ins", __name__, tag="check-ins", url_prefix="/v1")

    @api.post("/check-ins")
    def check_in() -> Response:
        """Check in. 202 says that it is in the log."""
        taken = record(front, request)
        return Response(taken.body, HTTPStatus.ACCEPTED, taken.headers)

    check_in._signed_in = True  # type: ignore[attr-defined] # noqa: SLF001 read by the OpenAPI document

    @api.post("/check-ins/batch")
    @signed_in(front)
    @api.input(BatchIn, arg_name="wish")
    @api.output(BatchOut)
    def batch(me: Me, wish: BatchIn) -> dict[str, Any]:
        """Enter what has gathered offline, up to 500: each is taken, or refused, by itself."""
        limits.take(front, f"batches {me.id}", BATCHES_PER_HOUR)
        return {"outcomes": record_all(front, me, wish.check_ins)}

    @api.get("/check-ins")
    @signed_in(front, "read")
    @api.input(ListQuery, location="query", arg_name="query")
    @api.output(CheckinsOut)
    def check_ins(me: Me, query: ListQuery) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Your entries, and your partner's as far as they are shared with you."""
        return _page(front, me, query)

    @api.get("/check-ins/<uuid:checkin>")
    @signed_in(front, "read")
    @api.output(CheckinOut)
    def one(me: Me, checkin: UUID) -> dict[str, Any]:
        """One entry."""
        return _one(front, me, str(checkin))

    return api


def _one(front: Front, me: Me, checkin: str) -> dict[str, Any]:
    found = listing.one(front, me, checkin)
    if found is None:
        raise listing.unknown(front, me)
    return found


def _page(front: Front, me: Me, query: ListQuery) -> tuple[dict[str, Any], int, dict[str, str]]:
    author = None if query.author is None else str(query.author)
    wanted = listing.Filter(query.kind, author, query.first, query.last)
    below = None if query.cursor is None else after(front, me, query.cursor)
    if below is None and query.cursor is not None:
        raise invalid(("/cursor", "This cursor did not come from a page before."))
    page = listing.page(front, me, wanted, below, query.limit)
    cursor, headers = (None, {}) if page.next is None else cursor_for(front, me, page.next)
    return {"check_ins": page.check_ins, "next": cursor}, 200, headers
