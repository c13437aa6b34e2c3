"""Nudges: the inbox."""

from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel

from checkin.door.auth import Me, signed_in
from checkin.door.front import Front
from checkin.reading.couples import Partner, partner_of
from checkin.reading.inbox import Inboxed, inbox_of, link_of, text_of
from shared import days

MOST_NUDGES = 100


class NudgeOut(BaseModel):
    """`text` is what your partner wrote, if you asked for that.

    `fewer`, `stop`: links that need no login and work for a month; null for a token that may only read.
    """

    id: str
    kind: str
    title: str
    body: str
    why: str
    at: str
    text: str | None
    fewer: str | None
    stop: str | None


class NudgesOut(BaseModel):
    """The newest first."""

    nudges: list[NudgeOut]


def nudges_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("nudges", __name__, tag="nudges", url_prefix="/v1")

    @api.get("/nudges")
    @signed_in(front, "read")
    @api.output(NudgesOut)
    def nudges(me: Me) -> dict[str, Any]:
        """What you were sent."""
        partner = partner_of(front, me)
        return {"nudges": [_nudge(front, me, partner, found) for found in inbox_of(front, me)[:MOST_NUDGES]]}

    return api


def _nudge(front: Front, me: Me, partner: Partner | None, found: Inboxed) -> dict[str, Any]:
    nudge = found.nudge
    return {
        "id": nudge.id,
        "kind": nudge.kind,
        "title": nudge.title,
        "body": nudge.body,
        "why": nudge.why,
        "at": days.iso_instant(nudge.at_ms),
        "text": text_of(front, me, partner, found),
        "fewer": link_of(front, me, nudge, "fewer"),
        "stop": link_of(front, me, nudge, "stop"),
    }
