"""Nudges: the inbox."""

from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel

from checkin.auth import Me, signed_in
from checkin.front import Front
from checkin.inbox import inbox_of
from shared import days
from shared.views import InboxNudge

MOST_NUDGES = 100


class NudgeOut(BaseModel):
    id: str
    kind: str
    title: str
    body: str
    why: str
    at: str


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
        return {"nudges": [_nudge(nudge) for nudge in inbox_of(front, me)[:MOST_NUDGES]]}

    return api


def _nudge(nudge: InboxNudge) -> dict[str, Any]:
    return {
        "id": nudge.id,
        "kind": nudge.kind,
        "title": nudge.title,
        "body": nudge.body,
        "why": nudge.why,
        "at": days.iso_instant(nudge.at_ms),
    }
