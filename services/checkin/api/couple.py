"""Pairing: invite, accept, confirm; the couple; and leaving it."""

from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel

from checkin.door import limits
from checkin.door.auth import Me, signed_in
from checkin.door.bodies import Nothing
from checkin.door.commands import Answer, answer, carry_out, command_id, gone
from checkin.door.errors import Problem
from checkin.door.front import Front
from checkin.door.tokens import read_code
from checkin.door.twice import ConfirmQuery, FirstStep, first_step, refuse_unless_confirmed
from checkin.reading.couples import couple_of, name_of, other_in, partner_of
from shared import days
from shared.events.person import CoupleConfirmed, CoupleLeft, InviteAccepted, InviteCreated

INVITE_LASTS_MS = 48 * 3_600_000


class Invited(BaseModel):
    """Whoever has the code can accept, once, until it expires."""

    code: str
    expires_at: str


class AcceptedOut(BaseModel):
    state: str


class CoupleFormedOut(BaseModel):
    couple: str
    members: list[str]
    day_one: str


class Partner(BaseModel):
    person: str
    name: str | None


class CoupleOut(BaseModel):
    """A person who has not paired has no couple, day one or partner. In a pause the name is not shown."""

    couple: str | None
    members: list[str]
    day_one: str | None
    partner: Partner | None


def couple_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("couple", __name__, tag="couple", url_prefix="/v1")

    @api.post("/invites")
    @signed_in(front)
    @api.input(Nothing, arg_name="_wish")
    @api.output(Invited, 201)
    def invite(me: Me, _wish: Nothing) -> Answer:
        """Invite your partner: give them the code."""
        return _invite(front, me)

    @api.post("/invites/<code>/accept")
    @signed_in(front)
    @api.input(Nothing, arg_name="_wish")
    @api.output(AcceptedOut)
    def accept(me: Me, code: str, _wish: Nothing) -> Answer:
        """Accept an invite; whoever made it confirms."""
        return _accept(front, me, code)

    @api.post("/couple/confirm")
    @signed_in(front)
    @api.input(Nothing, arg_name="_wish")
    @api.output(CoupleFormedOut)
    def confirm(me: Me, _wish: Nothing) -> Answer:
        """Become a couple with whom accepted your invite."""
        command = command_id(front, me)
        return answer(command, carry_out(front, me, command, CoupleConfirmed(command)))

    @api.get("/couple")
    @signed_in(front, "read")
    @api.output(CoupleOut)
    def couple(me: Me) -> dict[str, Any]:
        """Your couple."""
        return _couple(front, me)

    @api.delete("/couple/members/me")
    @signed_in(front)
    @api.input(ConfirmQuery, location="query", arg_name="query")
    @api.output(FirstStep)
    @api.doc(responses={204: "You have left."})
    def leave(me: Me, query: ConfirmQuery) -> Answer:
        """Leave, alone and with no reason, in two steps. Nobody is told; it looks like a pause."""
        return _leave(front, me, query.confirm)

    return api


def _invite(front: Front, me: Me) -> Answer:
    limits.take(front, f"invites {me.id}", front.rules.invites_per_hour)
    command = command_id(front, me)
    code = front.tokens.code(me.id, command)
    expires_ms = front.clock.now_ms() + INVITE_LASTS_MS
    outcome = carry_out(front, me, command, InviteCreated(front.tokens.invite(code), expires_ms, command))
    shown = {"code": f"{code.inviter}.{code.secret}", "expires_at": days.iso_instant(expires_ms)}
    return answer(command, outcome, shown)


def _accept(front: Front, me: Me, text: str) -> Answer:
    code = read_code(text)
    if code is None:
        raise Problem(404, "unknown_invite", "There is no such invite.")
    limits.take(front, f"accepts {front.tokens.invite(code)}", front.rules.accepts_per_hour)
    command = command_id(front, me)
    wish = InviteAccepted(code.inviter, front.tokens.invite(code), command)
    return answer(command, carry_out(front, me, command, wish))


def _leave(front: Front, me: Me, word: str | None) -> Answer:
    if word is None:
        if me.view.couple is None:
            raise Problem(409, "not_in_a_couple", "You are in no couple.")
        return first_step(front, me, "leave"), 200
    refuse_unless_confirmed(front, me, "leave", word)
    command = command_id(front, me)
    return gone(command, carry_out(front, me, command, CoupleLeft(command)))


def _couple(front: Front, me: Me) -> dict[str, Any]:
    couple = couple_of(front, me)
    if couple is None:
        return {"couple": None, "members": [me.id], "day_one": None, "partner": None}
    other, partner = other_in(couple, me), partner_of(front, me)
    return {
        "couple": couple.couple,
        "members": list(couple.members),
        "day_one": couple.day_one,
        "partner": other and {"person": other, "name": partner and name_of(front, partner)},
    }
