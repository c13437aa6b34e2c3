"""Channels: the ways in which nudges reach a person besides the inbox, each verified before it is used."""

import base64
import secrets
from typing import Annotated, Any, Literal

import msgspec
from apiflask import APIBlueprint, EmptySchema
from pydantic import BaseModel, ConfigDict, Field

from checkin.door import limits
from checkin.door.auth import Me, again, signed_in
from checkin.door.commands import Answer, answer, carry_out, command_id, gone
from checkin.door.errors import Problem
from checkin.door.front import Front
from checkin.door.ways import ChannelIn, Way, kinds_of, way_of
from shared import days
from shared.apprise_urls import shown
from shared.events.person import (
    ChannelAdded,
    ChannelCodeAsked,
    ChannelCodeGiven,
    ChannelRemoved,
    ChannelSecretRotated,
    ChannelsOrdered,
    ChannelTestAsked,
)
from shared.views import NOTIFIER, Bound
from shared.views.inbox import ChannelSeen, ChannelsView, channel_state
from shared.views.person import ChannelView

ASKED_PER_HOUR = 20
"""How much one person may ask to be sent over their channels: anybody's address can be given."""

_SECRET_BYTES = 32
_read_seen = msgspec.msgpack.Decoder(ChannelsView).decode


class ChannelMade(BaseModel):
    """`secret` signs what is sent to a webhook, as Standard Webhooks 1.0 has it. It is shown here only."""

    id: str
    secret: str | None = None


class ChannelOut(BaseModel):
    """In the order in which they are tried. `unverified` and `gone` ones are passed over.

    Of an address that is a secret itself only the beginning is shown. `reason` is that of the last failure.
    """

    id: str
    kind: str
    state: Literal["unverified", "active", "gone"]
    url: str | None
    address: str | None
    delivered_at: str | None
    failed_at: str | None
    reason: str | None


class ChannelsOut(BaseModel):
    channels: list[ChannelOut]


class KindOut(BaseModel):
    """`public_key` is what a browser subscribes with, `schemes` what an address of Apprise may begin with."""

    kind: str
    public_key: str | None = None
    schemes: list[str] | None = None


class KindsOut(BaseModel):
    kinds: list[KindOut]


class CodeIn(BaseModel):
    """Without a `code`: send another one."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(max_length=20)] | None = None


class CodeOut(BaseModel):
    """`active`: it is verified. `asked`: it is on its way, and GET /v1/channels says what became of it."""

    state: Literal["active", "asked"]


class NoFields(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OrderIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    channels: Annotated[list[str], Field(max_length=20)]


def channels_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("channels", __name__, tag="nudges", url_prefix="/v1")
    _reads(api, front)
    _makes(api, front)
    _uses(api, front)
    return api


def _reads(api: APIBlueprint, front: Front) -> None:
    @api.get("/channels")
    @signed_in(front, "read")
    @api.output(ChannelsOut)
    def channels(me: Me) -> dict[str, Any]:
        """The ways in which nudges reach you, besides the inbox, in the order in which they are tried."""
        return _listed(front, me)

    @api.get("/channels/kinds")
    @signed_in(front, "read")
    @api.output(KindsOut)
    def kinds(me: Me) -> dict[str, Any]:  # noqa: ARG001 whoever is signed in
        """The kinds of channel that this site has."""
        return {"kinds": kinds_of(front)}


def _makes(api: APIBlueprint, front: Front) -> None:
    @api.post("/channels")
    @signed_in(front)
    @api.input(ChannelIn, arg_name="wish")
    @api.output(ChannelMade, 201)
    def add(me: Me, wish: ChannelIn) -> Answer:
        """Add a channel. A code is sent over it: it is used once the code has been given back."""
        return _add(front, me, wish)

    @api.delete("/channels/<uuid:channel>")
    @signed_in(front)
    @api.output(EmptySchema, 204)
    def remove(me: Me, channel: object) -> Answer:
        """Have nothing more sent there."""
        command = command_id(front, me)
        return gone(command, carry_out(front, me, command, ChannelRemoved(str(channel), command)))

    @api.put("/channels/order")
    @signed_in(front)
    @api.input(OrderIn, arg_name="wish")
    @api.output(ChannelsOut)
    def order(me: Me, wish: OrderIn) -> Answer:
        """Say in which order your channels are tried: all of them, each once."""
        command = command_id(front, me)
        outcome = carry_out(front, me, command, ChannelsOrdered(tuple(wish.channels), command))
        return answer(command, outcome, {} if outcome is None else _listed(front, again(front, me)))


def _uses(api: APIBlueprint, front: Front) -> None:
    @api.post("/channels/<uuid:channel>/verify")
    @signed_in(front)
    @api.input(CodeIn, arg_name="wish")
    @api.output(CodeOut)
    def verify(me: Me, channel: object, wish: CodeIn) -> Answer:
        """Give back the code that was sent; with an empty body another one is sent."""
        return _verify(front, me, str(channel), wish.code)

    @api.post("/channels/<uuid:channel>/test")
    @signed_in(front)
    @api.input(NoFields, arg_name="_wish")
    @api.output(CodeOut)
    def test(me: Me, channel: object, _wish: NoFields) -> Answer:
        """Have a test sent over a verified channel."""
        return _test(front, me, str(channel))

    @api.post("/channels/<uuid:channel>/rotate-secret")
    @signed_in(front)
    @api.input(NoFields, arg_name="_wish")
    @api.output(ChannelMade)
    def rotate(me: Me, channel: object, _wish: NoFields) -> Answer:
        """Give a webhook another secret. For 24 hours the one before signs beside it."""
        return _rotate(front, me, str(channel))


# --- reading ------------------------------------------------------------------------------------------


def _listed(front: Front, me: Me) -> dict[str, Any]:
    seen = _seen(front, me)
    return {"channels": [_shown(front, me, i, c, seen.get(i, [])) for i, c in me.view.channels.items()]}


def _seen(front: Front, me: Me) -> dict[str, list[ChannelSeen]]:
    """What the notifier saw of each channel, in all the streams this person is or was in."""
    subjects = dict.fromkeys((me.subject, me.own_subject, *me.view.past))
    views = front.store.views([(NOTIFIER, subject, f"channels/{subject}/{me.id}") for subject in subjects])
    found: dict[str, list[ChannelSeen]] = {}
    for view in views:
        for channel, seen in {} if view is None else _read_seen(view).channels.items():
            found.setdefault(channel, []).append(seen)
    return found


def _shown(front: Front, me: Me, name: str, channel: ChannelView, seen: list[ChannelSeen]) -> dict[str, Any]:
    address = _opened(front, me, Bound(channel.address, channel.event), "address")
    delivered_ms = max((one.delivered_ms for one in seen), default=0)
    failed_ms, reason = max(((one.failed_ms, one.reason) for one in seen), default=(0, ""))
    return {
        "id": name,
        "kind": channel.kind,
        "state": channel_state(channel, seen),
        "url": None if channel.kind == "email" else _url(channel.kind, address),
        "address": address if channel.kind == "email" else None,
        "delivered_at": days.iso_instant(delivered_ms) if delivered_ms else None,
        "failed_at": days.iso_instant(failed_ms) if failed_ms else None,
        "reason": reason or None,
    }


def _url(kind: str, address: str) -> str:
    """A webhook's in full; whoever knows that of a subscription or of Apprise could send there."""
    if kind == "webhook":
        return address
    return shown(address) if kind == "apprise" else f"{_origin(address)}/…"


def _origin(url: str) -> str:
    return "/".join(url.split("/")[:3])


# --- adding -------------------------------------------------------------------------------------------


def _add(front: Front, me: Me, wish: ChannelIn) -> Answer:
    way = way_of(front, wish)
    limits.take(front, f"channels {me.id}", ASKED_PER_HOUR)
    command = command_id(front, me)
    secret = _drawn() if way.secret is None else way.secret
    code = front.tokens.digits(command)
    data = ChannelAdded(
        channel=command,
        kind=wish.kind,
        address=front.sealer.seal(me.id, me.key, command, "address", way.address),
        secret=front.sealer.seal(me.id, me.key, command, "secret", secret),
        command=command,
        code=front.sealer.seal(me.id, me.key, command, "code", code),
        digest=front.tokens.digits_given(command, code),
    )
    outcome = carry_out(front, me, command, data)
    if outcome is not None:
        secret = _kept_secret(front, again(front, me), command, way)
    return answer(command, outcome, {"id": command, **({"secret": secret} if way.secret is None else {})})


def _drawn() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"


def _kept_secret(front: Front, me: Me, channel: str, way: Way) -> str:
    """The secret in force: that of the first request where this one repeats it."""
    kept = me.view.channels.get(channel)
    if kept is None:
        raise Problem(409, "removed", "This channel has been removed since. Add it anew, under another key.")
    if _opened(front, me, Bound(kept.address, kept.event), "address") != way.address:
        raise Problem(422, "idempotency_mismatch", "This key came with another body before.")
    return _opened(front, me, kept.current_secret, "secret")


def _opened(front: Front, me: Me, text: Bound, field: Literal["address", "secret"]) -> str:
    return front.sealer.open(me.id, me.key, text.event, field, text.sealed)


# --- verifying, testing, rotating -----------------------------------------------------------------------


def _verify(front: Front, me: Me, channel: str, given: str | None) -> Answer:
    command = command_id(front, me)
    data: msgspec.Struct
    if given is None:
        limits.take(front, f"channels {me.id}", ASKED_PER_HOUR)
        code = front.tokens.digits(command)
        sealed = front.sealer.seal(me.id, me.key, command, "code", code)
        data = ChannelCodeAsked(channel, sealed, front.tokens.digits_given(channel, code), command)
    else:
        digits = "".join(given.split())
        data = ChannelCodeGiven(channel, front.tokens.digits_given(channel, digits), command)
    return answer(command, carry_out(front, me, command, data))


def _test(front: Front, me: Me, channel: str) -> Answer:
    known = me.view.channels.get(channel)
    if known is not None and channel_state(known, _seen(front, me).get(channel, [])) != "active":
        raise Problem(409, "not_verified", "Verify this channel first; with an empty body a code is sent.")
    limits.take(front, f"channels {me.id}", ASKED_PER_HOUR)
    command = command_id(front, me)
    return answer(command, carry_out(front, me, command, ChannelTestAsked(channel, command)))


def _rotate(front: Front, me: Me, channel: str) -> Answer:
    command, secret = command_id(front, me), _drawn()
    sealed = front.sealer.seal(me.id, me.key, command, "secret", secret)
    outcome = carry_out(front, me, command, ChannelSecretRotated(channel, sealed, command))
    now = again(front, me).view.channels.get(channel)
    if outcome is not None and now is not None:
        # That of the first request, where this one repeats it.
        secret = _opened(front, me, now.current_secret, "secret")
    return answer(command, outcome, {"id": channel, "secret": secret})
