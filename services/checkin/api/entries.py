"""One entry after it was made: amending, deleting, undoing, answering it, and having felt heard."""

from http import HTTPStatus
from typing import Any, Literal
from uuid import UUID

import msgspec
from apiflask import APIBlueprint, EmptySchema
from flask import Response, request
from pydantic import BaseModel, ConfigDict

from checkin.door.auth import Me, signed_in
from checkin.door.bodies import Nothing
from checkin.door.commands import Answer, answer, carry_out, command_id, gone
from checkin.door.errors import Problem, invalid
from checkin.door.front import Front
from checkin.reading import listing
from checkin.reading.listing import Found
from checkin.reading.presenting import CheckinOut, Sight
from checkin.writing.recording import Feelings, Minutes, Note, What, record
from checkin.writing.recording import Step as LadderStep
from shared.events.couple import CheckinAmended, CheckinDeleted, CheckinUndone, ReflectionHeard, Written
from shared.sealing import CannotOpen
from shared.views.couple import CheckinView

_TEXTS = ("note", "feelings", "what", "prompt")


class AmendIn(BaseModel):
    """What is left out stays; null removes. A kind and a date never change: delete, and check in anew."""

    model_config = ConfigDict(extra="forbid")

    note: Note | None = None
    feelings: Feelings | None = None
    what: What | None = None
    minutes: Minutes | None = None
    step: LadderStep | None = None
    visibility: Literal["shared", "sealed"] | None = None


class DeleteQuery(BaseModel):
    """With `undo` it is as if the entry had never been; that can be had for ten minutes."""

    model_config = ConfigDict(extra="forbid")

    undo: bool = False


class VersionOut(BaseModel):
    at: str
    visibility: str
    note: str | None
    feelings: list[str] | None
    what: str | None
    minutes: int | None
    step: int | None
    unreadable: bool | None = None


class HistoryOut(BaseModel):
    """All that an entry of one's own has said, the latest first; empty if it was never amended."""

    versions: list[VersionOut]


def entries_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("entries", __name__, tag="check-ins", url_prefix="/v1")

    @api.patch("/check-ins/<uuid:checkin>")
    @signed_in(front)
    @api.input(AmendIn, arg_name="wish")
    @api.output(CheckinOut)
    def amend(me: Me, checkin: UUID, wish: AmendIn) -> Answer:
        """Say it differently, share it, or seal it again. What it said before stays for you alone."""
        return _amend(front, me, str(checkin), wish)

    @api.delete("/check-ins/<uuid:checkin>")
    @signed_in(front)
    @api.input(DeleteQuery, location="query", arg_name="query")
    @api.output(EmptySchema, 204)
    def delete(me: Me, checkin: UUID, query: DeleteQuery) -> Answer:
        """Remove what it says, not that you showed up; or undo a mistaken tap altogether."""
        return _undo(front, me, str(checkin)) if query.undo else _delete(front, me, str(checkin))

    @api.get("/check-ins/<uuid:checkin>/versions")
    @signed_in(front, "read")
    @api.output(HistoryOut)
    def versions(me: Me, checkin: UUID) -> dict[str, Any]:
        """What an entry of your own has said over time. Nobody else can ask."""
        return _versions(front, me, str(checkin))

    @api.post("/check-ins/<uuid:checkin>/reflection")
    def reflect(checkin: UUID) -> Response:
        """Answer an entry that your partner has shared. 202 says that it is in the log."""
        given = {"kind": "reflection", "in_reply_to": str(checkin)}
        taken = record(front, request, given)
        return Response(taken.body, HTTPStatus.ACCEPTED, taken.headers)

    reflect._signed_in = True  # type: ignore[attr-defined] # noqa: SLF001 read by the OpenAPI document

    @api.post("/check-ins/<uuid:checkin>/felt-heard")
    @signed_in(front)
    @api.input(Nothing, arg_name="_wish")
    @api.output(EmptySchema, 204)
    def felt_heard(me: Me, checkin: UUID, _wish: Nothing) -> Answer:
        """Tell your partner that with this reflection you felt heard."""
        return _felt_heard(front, me, str(checkin))

    return api


def _amend(front: Front, me: Me, checkin: str, wish: AmendIn) -> Answer:
    found = listing.own(front, me, checkin)
    entry, command = found.entry, command_id(front, me)
    said = wish.model_fields_set
    if "visibility" in said and (wish.visibility is None or entry.visibility == "secret"):
        raise invalid(("/visibility", "An entry is shared or sealed; what was made secret stays secret."))
    if wish.step is not None and entry.kind != "vulnerability":
        raise invalid(("/step", "Only being vulnerable has steps."))
    data = CheckinAmended(
        author=me.id,
        checkin=entry.id,
        command=command,
        kind=entry.kind,
        local_date=entry.local_date,
        at_ms=entry.at_ms,
        now=_now(front, me, entry, wish, command),
        was=_was(entry),
        busy=entry.busy,
        in_reply_to=entry.in_reply_to,
        first_shared=wish.visibility == "shared" and not _was_shared(front, me, found),
    )
    outcome = carry_out(front, me, command, data, found.subject)
    return answer(command, outcome, {} if outcome is None else listing.one(front, me, checkin))


def _was_shared(front: Front, me: Me, found: Found) -> bool:
    """Whether this entry is or ever was shared."""
    versions = [] if found.entry.written_ms is None else listing.versions(front, me, found)
    return "shared" in {found.entry.visibility, *(version.visibility for version in versions)}


def _now(front: Front, me: Me, entry: CheckinView, wish: AmendIn, command: str) -> Written:
    said = wish.model_fields_set
    texts = _opened(front, me, entry)
    if wish.feelings:
        texts["feelings"] = msgspec.json.encode(wish.feelings).decode()
    elif "feelings" in said:
        texts["feelings"] = None
    texts |= {name: getattr(wish, name) for name in ("note", "what") if name in said}
    sealed = {
        name: front.sealer.seal(me.id, me.key, command, name, text) for name, text in texts.items() if text
    }
    return Written(
        event=command,
        at_ms=front.clock.now_ms(),
        visibility=wish.visibility or entry.visibility,  # type: ignore[arg-type] # a view's is one of them
        minutes=wish.minutes if "minutes" in said else entry.minutes,
        step=wish.step if "step" in said else entry.step,
        **sealed,
    )


def _was(entry: CheckinView) -> Written:
    return Written(
        event=entry.event or entry.id,
        at_ms=entry.written_ms or entry.at_ms,
        visibility=entry.visibility,  # type: ignore[arg-type] # a view's is one of them
        minutes=entry.minutes,
        note=entry.note,
        feelings=entry.feelings,
        what=entry.what,
        prompt=entry.prompt,
        step=entry.step,
    )


def _opened(front: Front, me: Me, entry: CheckinView) -> dict[str, str | None]:
    """The texts as they stand: each version is sealed for the event that wrote it."""
    try:
        return {
            name: front.sealer.open(me.id, me.key, entry.event or entry.id, name, sealed)
            for name in _TEXTS
            if (sealed := getattr(entry, name)) is not None
        }
    except CannotOpen:
        raise Problem(
            409, "unreadable", "What this entry says cannot be read any more; you can delete it."
        ) from None


def _delete(front: Front, me: Me, checkin: str) -> Answer:
    found = listing.own(front, me, checkin)
    entry, command = found.entry, command_id(front, me)
    data = CheckinDeleted(
        author=me.id,
        checkin=entry.id,
        command=command,
        kind=entry.kind,
        local_date=entry.local_date,
        at_ms=entry.at_ms,
        visibility=entry.visibility,  # type: ignore[arg-type] # a view's is one of them
    )
    return gone(command, carry_out(front, me, command, data, found.subject))


def _undo(front: Front, me: Me, checkin: str) -> Answer:
    found, command = listing.own(front, me, checkin), command_id(front, me)
    data = CheckinUndone(me.id, found.entry.id, command)
    return gone(command, carry_out(front, me, command, data, found.subject))


def _versions(front: Front, me: Me, checkin: str) -> dict[str, Any]:
    found, sight = listing.own(front, me, checkin), Sight(front, me, None)
    return {"versions": [sight.version(found.entry, one) for one in listing.versions(front, me, found)]}


def _felt_heard(front: Front, me: Me, checkin: str) -> Answer:
    found = listing.find(front, me, checkin)
    if found is None or found.entry.kind != "reflection" or not _answers_mine(front, me, found):
        raise Problem(404, "unknown_entry", "There is no reflection on an entry of yours under this id.")
    command = command_id(front, me)
    data = ReflectionHeard(me.id, found.entry.author, found.entry.id, command)
    return gone(command, carry_out(front, me, command, data, found.subject))


def _answers_mine(front: Front, me: Me, found: Found) -> bool:
    entry = found.entry
    if entry.author == me.id or entry.visibility != "shared" or entry.in_reply_to is None:
        return False
    answered = listing.find(front, me, entry.in_reply_to)
    return answered is not None and answered.entry.author == me.id
