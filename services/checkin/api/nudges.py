"""Nudges: the inbox, and the channels over which nudges reach a person."""

import base64
import secrets
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint, EmptySchema
from pydantic import BaseModel, ConfigDict, Field

from checkin.auth import Me, again, signed_in
from checkin.commands import Answer, answer, carry_out, command_id, gone
from checkin.errors import Problem, invalid
from checkin.front import Front
from checkin.inbox import inbox_of
from shared import days
from shared.addresses import MAX_LENGTH, BadAddress, parse_webhook_url
from shared.events import ChannelAdded, ChannelRemoved
from shared.views import ChannelView, InboxNudge

MOST_NUDGES = 100
_SECRET_BYTES = 32


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


class ChannelIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["webhook"]
    url: Annotated[str, Field(max_length=MAX_LENGTH)]


class ChannelMade(BaseModel):
    """`secret` signs what is sent, as Standard Webhooks 1.0 has it. It is shown here only."""

    id: str
    secret: str


class ChannelOut(BaseModel):
    id: str
    kind: str
    url: str


class ChannelsOut(BaseModel):
    channels: list[ChannelOut]


def nudges_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("nudges", __name__, tag="nudges", url_prefix="/v1")

    @api.get("/nudges")
    @signed_in(front, "read")
    @api.output(NudgesOut)
    def nudges(me: Me) -> dict[str, Any]:
        """What you were sent."""
        return {"nudges": [_nudge(nudge) for nudge in inbox_of(front, me)[:MOST_NUDGES]]}

    @api.get("/channels")
    @signed_in(front, "read")
    @api.output(ChannelsOut)
    def channels(me: Me) -> dict[str, Any]:
        """The ways in which nudges reach you, besides the inbox."""
        mine = me.view.channels.items()
        listed = [{"id": i, "kind": c.kind, "url": _opened(front, me, c, "address")} for i, c in mine]
        return {"channels": listed}

    @api.post("/channels")
    @signed_in(front)
    @api.input(ChannelIn, arg_name="wish")
    @api.output(ChannelMade, 201)
    def add(me: Me, wish: ChannelIn) -> Answer:
        """Have nudges sent to a webhook, signed."""
        return _add(front, me, wish)

    @api.delete("/channels/<uuid:channel>")
    @signed_in(front)
    @api.output(EmptySchema, 204)
    def remove(me: Me, channel: object) -> Answer:
        """Have nothing more sent there."""
        command = command_id(front, me)
        return gone(command, carry_out(front, me, command, ChannelRemoved(str(channel), command)))

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


def _add(front: Front, me: Me, wish: ChannelIn) -> Answer:
    try:
        parse_webhook_url(wish.url, front.rules.webhook_hosts)
    except BadAddress as error:
        raise invalid(("/url", str(error))) from None
    command = command_id(front, me)
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"
    data = ChannelAdded(
        channel=command,
        kind=wish.kind,
        address=front.sealer.seal(me.id, me.key, command, "address", wish.url),
        secret=front.sealer.seal(me.id, me.key, command, "secret", secret),
        command=command,
    )
    outcome = carry_out(front, me, command, data)
    if outcome is not None:
        secret = _kept_secret(front, again(front, me), command, wish)
    return answer(command, outcome, {"id": command, "secret": secret})


def _kept_secret(front: Front, me: Me, channel: str, wish: ChannelIn) -> str:
    """The secret in force: that of the first request where this one repeats it."""
    kept = me.view.channels.get(channel)
    if kept is None:
        raise Problem(409, "removed", "This channel has been removed since. Add it anew, under another key.")
    if _opened(front, me, kept, "address") != wish.url:
        raise Problem(422, "idempotency_mismatch", "This key came with another body before.")
    return _opened(front, me, kept, "secret")


def _opened(front: Front, me: Me, channel: ChannelView, field: Literal["address", "secret"]) -> str:
    return front.sealer.open(me.id, me.key, channel.event, field, getattr(channel, field))
