"""The couple's own practices: kinds of check-in that the two have made up."""

from typing import Annotated, Any
from uuid import UUID

from apiflask import APIBlueprint, EmptySchema
from pydantic import BaseModel, ConfigDict, StringConstraints

from checkin.door.auth import Me, signed_in
from checkin.door.commands import Answer, answer, carry_out, command_id, gone
from checkin.door.front import Front
from checkin.reading.practices import FIELD, practices_of
from shared.events.couple import PracticeAdded, PracticeRemoved


class PracticeIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class PracticeMade(BaseModel):
    """`kind` is what a check-in of it gives as its kind."""

    id: str
    kind: str
    name: str


class PracticeOut(BaseModel):
    """The `name` is null while it is your partner's to show: in a pause, or once they have gone."""

    id: str
    kind: str
    name: str | None


class PracticesOut(BaseModel):
    """The oldest first."""

    practices: list[PracticeOut]


def practices_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("practices", __name__, tag="couple", url_prefix="/v1")

    @api.get("/practices")
    @signed_in(front, "read")
    @api.output(PracticesOut)
    def practices(me: Me) -> dict[str, Any]:
        """The practices that the two of you have."""
        return {"practices": [practice._asdict() for practice in practices_of(front, me)]}

    @api.post("/practices")
    @signed_in(front)
    @api.input(PracticeIn, arg_name="wish")
    @api.output(PracticeMade, 201)
    def add(me: Me, wish: PracticeIn) -> Answer:
        """Take up a practice of your own."""
        return _add(front, me, wish.name)

    @api.delete("/practices/<uuid:practice>")
    @signed_in(front)
    @api.output(EmptySchema, 204)
    def remove(me: Me, practice: UUID) -> Answer:
        """Take a practice away; what was entered of it stays."""
        command = command_id(front, me)
        data = PracticeRemoved(me.id, command, str(practice))
        return gone(command, carry_out(front, me, command, data, me.subject))

    return api


def _add(front: Front, me: Me, name: str) -> Answer:
    command = command_id(front, me)
    sealed = front.sealer.seal(me.id, me.key, command, FIELD, name)
    outcome = carry_out(front, me, command, PracticeAdded(me.id, command, sealed), me.subject)
    return answer(command, outcome, {} if outcome is None else {"name": name})
