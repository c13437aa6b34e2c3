"""What the couple agrees on: the pact, and pauses. Either member may change it, at once."""

from typing import Annotated, Any
from uuid import UUID

from apiflask import APIBlueprint, EmptySchema
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from checkin.door.auth import Me, signed_in
from checkin.door.bodies import Date
from checkin.door.commands import Answer, answer, carry_out, command_id, gone
from checkin.door.errors import invalid
from checkin.door.front import Front
from checkin.reading.agreements import agreement_of, today_of
from shared.events.couple import PactChanged, PauseEnded, PauseOpened
from shared.pact import LEAST_AGREED_DAYS, MOST_AGREED_DAYS, Agreement, is_mode


def _known_mode(text: str) -> str:
    if not is_mode(text):
        raise ValueError("a mode is `daily`, `weekly:1` to `weekly:7`, or `two_misses`")
    return text


class PactIn(BaseModel):
    """What is left out stays as it was agreed."""

    model_config = ConfigDict(extra="forbid")

    mode: Annotated[str, AfterValidator(_known_mode)] | None = None
    agreed_days: Annotated[float, Field(ge=LEAST_AGREED_DAYS, le=MOST_AGREED_DAYS)] | None = None
    reply_to_reveal: bool | None = None


class PactOut(BaseModel):
    mode: str
    agreed_days: float
    reply_to_reveal: bool


class PauseIn(BaseModel):
    """Couple-days, both included; without `until` it lasts until it is ended."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first: Annotated[Date, Field(alias="from")]
    last: Annotated[Date | None, Field(alias="until")] = None


class PauseOut(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    id: str
    first: Annotated[str, Field(alias="from")]
    last: Annotated[str | None, Field(alias="until")]


class PausesOut(BaseModel):
    """Those that cover today or a day to come, the earliest first."""

    pauses: list[PauseOut]


def agreement_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("agreement", __name__, tag="couple", url_prefix="/v1")

    @api.get("/couple/pact")
    @signed_in(front, "read")
    @api.output(PactOut)
    def pact(me: Me) -> dict[str, Any]:
        """What you have agreed on."""
        return _pact(agreement_of(front, me))

    @api.put("/couple/pact")
    @signed_in(front)
    @api.input(PactIn, arg_name="wish")
    @api.output(PactOut)
    def change(me: Me, wish: PactIn) -> Answer:
        """Agree anew: it takes effect at once, and both are told."""
        command = command_id(front, me)
        data = PactChanged(me.id, command, wish.mode, wish.agreed_days, wish.reply_to_reveal)
        outcome = carry_out(front, me, command, data, me.subject)
        return answer(command, outcome, {} if outcome is None else _pact(agreement_of(front, me)))

    @api.get("/pauses")
    @signed_in(front, "read")
    @api.output(PausesOut)
    def pauses(me: Me) -> dict[str, Any]:
        """Pauses, without who opened them."""
        return _pauses(agreement_of(front, me), today_of(front, me))

    @api.post("/pauses")
    @signed_in(front)
    @api.input(PauseIn, arg_name="wish")
    @api.output(PauseOut, 201)
    def pause(me: Me, wish: PauseIn) -> Answer:
        """Pause everything, from today or later, with no reason."""
        return _open(front, me, wish)

    @api.delete("/pauses/<uuid:pause>")
    @signed_in(front)
    @api.output(EmptySchema, 204)
    def end(me: Me, pause: UUID) -> Answer:
        """End a pause that you opened: today is still covered."""
        command = command_id(front, me)
        data = PauseEnded(me.id, command, today_of(front, me), str(pause))
        return gone(command, carry_out(front, me, command, data, me.subject))

    return api


def _pact(agreement: Agreement) -> dict[str, Any]:
    return {
        "mode": agreement.mode,
        "agreed_days": agreement.agreed_days,
        "reply_to_reveal": agreement.reply_to_reveal,
    }


def _pauses(agreement: Agreement, today: str) -> dict[str, Any]:
    ahead = [p for p in agreement.pauses if p.last is None or p.last >= today]
    listed = [{"id": p.id, "from": p.first, "until": p.last} for p in sorted(ahead, key=lambda p: p.first)]
    return {"pauses": listed}


def _open(front: Front, me: Me, wish: PauseIn) -> Answer:
    today = today_of(front, me)
    if wish.first < today:
        raise invalid(("/from", "A pause begins today or later."))
    if wish.last is not None and wish.last < wish.first:
        raise invalid(("/until", "A pause ends no earlier than it begins."))
    command = command_id(front, me)
    data = PauseOpened(me.id, command, today, wish.first, wish.last)
    return answer(command, carry_out(front, me, command, data, me.subject))
