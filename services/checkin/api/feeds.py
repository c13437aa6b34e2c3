"""A calendar to subscribe to. Calendar programs can send no header, so its key is in its address."""

from http import HTTPStatus
from typing import Any

from apiflask import APIBlueprint, EmptySchema
from flask import Response, request
from pydantic import BaseModel

from checkin.door.auth import Me, again, signed_in
from checkin.door.bodies import Nothing
from checkin.door.commands import Answer, answer, carry_out, command_id, gone, shown_before
from checkin.door.errors import Problem
from checkin.door.front import Front
from checkin.reading.feeds import events_for, reader_of
from checkin.reading.ical import as_calendar, fingerprint
from shared import days
from shared.events.person import FeedClosed, FeedOpened


class FeedMade(BaseModel):
    """Where the calendar is; shown here only. Whoever has the address can read it."""

    url: str


class FeedOut(BaseModel):
    """Since when there is a calendar that can be read without a token; null while there is none."""

    since: str | None


def feeds_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("feeds", __name__, tag="what it adds up to")

    @api.get("/v1/calendar-feed")
    @signed_in(front, "read")
    @api.output(FeedOut)
    def feed(me: Me) -> dict[str, Any]:
        """Whether there is a calendar to subscribe to."""
        return {"since": None if me.view.feed is None else days.iso_instant(me.view.feed.opened_ms)}

    @api.post("/v1/calendar-feed")
    @signed_in(front)
    @api.input(Nothing, arg_name="_wish")
    @api.output(FeedMade, 201)
    def make(me: Me, _wish: Nothing) -> Answer:
        """Make a calendar to subscribe to; an earlier address ends."""
        return _open(front, me)

    @api.delete("/v1/calendar-feed")
    @signed_in(front)
    @api.output(EmptySchema, 204)
    def end(me: Me) -> Answer:
        """End it: its address is nobody's any more."""
        command = command_id(front, me)
        return gone(command, carry_out(front, me, command, FeedClosed(command)))

    @api.get("/feeds/<key>.ics")
    def calendar(key: str) -> Response:
        """Couple-days and pauses, for calendar programs."""
        return _calendar(front, key)

    return api


def _open(front: Front, me: Me) -> Answer:
    command, key = command_id(front, me), front.tokens.feed_key(me.id)
    digest = front.tokens.feed(key)
    outcome = carry_out(front, me, command, FeedOpened(digest, command))
    if outcome is not None:
        made = again(front, me).view.feed
        if made is None:
            raise Problem(409, "removed", "This calendar has ended since. Make another, under another key.")
        if made.digest != digest:
            raise shown_before("calendar")
    return answer(command, outcome, {"url": f"/feeds/{key}.ics"})


def _calendar(front: Front, key: str) -> Response:
    me = reader_of(front, key)
    events = events_for(front, me)
    tag = fingerprint(events)
    # Asked for again and again: what has not changed is not made again.
    if request.if_none_match.contains_weak(tag):
        response = Response(status=HTTPStatus.NOT_MODIFIED)
    else:
        body = as_calendar(events, front.tokens.seed(me.subject))
        response = Response(body, content_type="text/calendar; charset=utf-8")
    response.set_etag(tag)
    return response
