"""Recovery: codes on paper, and getting in with one of them when every token is lost."""

from typing import Annotated, Any

import msgspec
from apiflask import APIBlueprint
from flask import request
from pydantic import BaseModel, ConfigDict, StrictBool, StringConstraints

from checkin.door import limits
from checkin.door.auth import Me, again, signed_in
from checkin.door.commands import Answer, answer, carry_out, command_id, refusal_of, shown_before
from checkin.door.errors import Problem
from checkin.door.front import Front
from checkin.door.tokens import RecoveryCode, read_recovery_code
from checkin.rules.outcomes import refused
from shared import days, topics
from shared.events.person import PersonRecovered, RecoveryCodesMade
from shared.events.values import Scope
from shared.views import PROJECTOR
from shared.views.person import PersonView

CODES = 8
# Nobody guesses 132 bits: the limits spare the site work. A person's own is wide: whoever knows their id,
# as the partner does, could use it up and keep them out.
TRIES_PER_ADDRESS = 10
TRIES_PER_PERSON = 100
"""Both in an hour."""

_read_person = msgspec.msgpack.Decoder(PersonView).decode


class Nothing(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CodesMade(BaseModel):
    """The codes are shown here only. Write them down: each works once, and those from before no longer."""

    codes: list[str]


class CodesOut(BaseModel):
    """How many still work, and when they were made."""

    left: int
    made_at: str | None


class RecoveryIn(BaseModel):
    """`code` in any case, with or without its dashes. `keep_tokens`: no other token is revoked."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, StringConstraints(max_length=200)]
    keep_tokens: StrictBool = False


class Recovered(BaseModel):
    """The token, its id, and whose it is. It is shown here only."""

    person: str
    id: str
    token: str
    scope: Scope


def recovery_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("recovery", __name__, tag="recovery", url_prefix="/v1")

    @api.get("/recovery-codes")
    @signed_in(front, "read")
    @api.output(CodesOut)
    def codes(me: Me) -> dict[str, Any]:
        """Your recovery codes, without their secrets."""
        made = me.view.recovery
        if made is None:
            return {"left": 0, "made_at": None}
        left = sum(used is None for used in made.codes.values())
        return {"left": left, "made_at": days.iso_instant(made.made_ms)}

    @api.post("/recovery-codes")
    @signed_in(front)
    @api.input(Nothing, arg_name="_wish")
    @api.output(CodesMade, 201)
    def make(me: Me, _wish: Nothing) -> Answer:
        """Make recovery codes, in place of all earlier ones."""
        return _make(front, me)

    @api.post("/recovery")
    @api.input(RecoveryIn, arg_name="wish")
    @api.output(Recovered, 201)
    def recover(wish: RecoveryIn) -> Answer:
        """Get a token for a recovery code. All your other tokens are revoked, unless you keep them."""
        return _recover(front, wish)

    return api


def _make(front: Front, me: Me) -> Answer:
    command = command_id(front, me)
    codes = [front.tokens.recovery_code(me.id) for _ in range(CODES)]
    digests = tuple(front.tokens.recovery(code) for code in codes)
    outcome = carry_out(front, me, command, RecoveryCodesMade(digests, command))
    if outcome is not None:
        made = again(front, me).view.recovery
        if made is None or made.codes.keys() != set(digests):
            raise shown_before("codes")
    return answer(command, outcome, {"codes": [code.text for code in codes]})


def _recover(front: Front, wish: RecoveryIn) -> Answer:
    limits.take(front, f"recovery {limits.caller(request)}", TRIES_PER_ADDRESS, shared=True)
    code = read_recovery_code(wish.code)
    if code is None:
        raise _wrong()
    limits.take(front, f"recovery {code.person}", TRIES_PER_PERSON, told=False)
    digest = front.tokens.recovery(code)
    me, command = _holder(front, code, digest)
    issued = front.tokens.issue(me.id, "write")
    made = front.tokens.digest(issued.text)
    wanted = PersonRecovered(digest, command, made, issued.last_four, wish.keep_tokens, command)
    outcome = carry_out(front, me, command, wanted)
    if outcome is not None:
        token = again(front, me).view.tokens.get(command)
        if token is None or token.digest != made:
            raise _shown()
    shown = {"person": me.id, "id": command, "token": issued.text, "scope": "write"}
    return answer(command, outcome, shown)


def _holder(front: Front, code: RecoveryCode, digest: str) -> tuple[Me, str]:
    """Who may act by this code, and the id of their command. Raises 401, or 503 while nobody can know.

    The fold decides again: it is the first use of a code that counts.
    """
    subject = topics.person(code.person)
    found, caught_up_ms = front.store.views_as_of([(PROJECTOR, subject, subject)])[0]
    view = None if found is None else _read_person(found)
    # Nobody outside can aim at a digest, so how long it takes to look one up says nothing.
    codes = {} if view is None or view.recovery is None else view.recovery.codes
    if view is None or digest not in codes:
        raise front.absent(caught_up_ms, _wrong())
    me, used_by = Me(code.person, view, ""), codes[digest]
    command = command_id(front, me)
    if used_by == command:
        raise _shown()
    if used_by is not None:
        raise front.absent(caught_up_ms, _wrong())
    return me, command


def _wrong() -> Problem:
    """One answer for what is no code, a wrong one, a used one, and one of nobody."""
    return refusal_of(refused("unknown_code"))


def _shown() -> Problem:
    return Problem(409, "shown_before", "The token of this recovery was shown once. Use another code.")
