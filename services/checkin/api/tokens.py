"""Tokens: made, listed without their secrets, revoked."""

from typing import Annotated, Any

from apiflask import APIBlueprint, EmptySchema
from pydantic import BaseModel, ConfigDict, StringConstraints

from checkin.door.auth import Me, again, signed_in
from checkin.door.commands import Answer, answer, carry_out, command_id, gone, shown_before
from checkin.door.errors import Problem
from checkin.door.front import Front
from shared import days
from shared.events.person import TokenIssued, TokenRevoked
from shared.events.values import Scope
from shared.sealing import CannotOpen
from shared.views.person import TokenView

TokenName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class TokenIn(BaseModel):
    """The name is for yourself: what the token is for, or where."""

    model_config = ConfigDict(extra="forbid")

    scope: Scope = "write"
    name: TokenName | None = None


class TokenMade(BaseModel):
    """The token is shown here only."""

    id: str
    token: str
    scope: Scope


class TokenOut(BaseModel):
    """`last_four` are the last characters of the token. `current`: it is the one that asks.

    `recovered`: a recovery code gave it.
    """

    id: str
    scope: str
    name: str | None
    last_four: str | None
    created_at: str | None
    current: bool
    recovered: bool


class TokensOut(BaseModel):
    """The oldest first."""

    tokens: list[TokenOut]


def tokens_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("tokens", __name__, tag="tokens", url_prefix="/v1")

    @api.get("/tokens")
    @signed_in(front, "read")
    @api.output(TokensOut)
    def tokens(me: Me) -> dict[str, Any]:
        """Your tokens, without their secrets."""
        return {"tokens": [_shown(front, me, token, view) for token, view in me.view.tokens.items()]}

    @api.post("/tokens")
    @signed_in(front)
    @api.input(TokenIn, arg_name="wish")
    @api.output(TokenMade, 201)
    def issue(me: Me, wish: TokenIn) -> Answer:
        """Make another token."""
        return _issue(front, me, wish)

    @api.delete("/tokens/<token>")
    @signed_in(front)
    @api.output(EmptySchema, 204)
    def revoke(me: Me, token: str) -> Answer:
        """Revoke a token; it may be the one you are using."""
        command = command_id(front, me)
        return gone(command, carry_out(front, me, command, TokenRevoked(token, command)))

    return api


def _shown(front: Front, me: Me, token: str, view: TokenView) -> dict[str, Any]:
    return {
        "id": token,
        "scope": view.scope,
        "name": _name(front, me, token, view),
        "last_four": view.last_four,
        "created_at": None if view.issued_ms is None else days.iso_instant(view.issued_ms),
        "current": token == me.token,
        "recovered": view.recovered,
    }


def _name(front: Front, me: Me, token: str, view: TokenView) -> str | None:
    """None where there is none, or none that can be read: a list to revoke from must be had all the same."""
    if view.name is None or me.view.key is None:
        return None
    try:
        return front.sealer.open(me.id, me.view.key, token, "name", view.name)
    except CannotOpen:
        return None


def _issue(front: Front, me: Me, wish: TokenIn) -> Answer:
    command = command_id(front, me)
    issued = front.tokens.issue(me.id, wish.scope)
    digest = front.tokens.digest(issued.text)
    name = wish.name and front.sealer.seal(me.id, me.key, command, "name", wish.name)
    made = TokenIssued(command, wish.scope, digest, command, name, issued.last_four)
    outcome = carry_out(front, me, command, made)
    if outcome is not None:
        _refuse_shown(again(front, me).view.tokens.get(command), digest)
    return answer(command, outcome, {"id": command, "token": issued.text, "scope": wish.scope})


def _refuse_shown(made: TokenView | None, digest: str) -> None:
    """Raise 409 where this command, a repeat, did not make the token of this digest."""
    if made is None:
        raise Problem(409, "removed", "This token has been revoked since. Make another, under another key.")
    if made.digest != digest:
        raise shown_before("token")
