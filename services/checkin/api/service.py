"""The service itself: probes, and what became of a command."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, jsonify
from pydantic import BaseModel

from checkin.door.auth import Me, signed_in
from checkin.door.checks import readiness
from checkin.door.commands import not_yet, outcome_of
from checkin.door.errors import Problem
from checkin.door.front import Front
from shared.views import PROJECTOR


class CommandOut(BaseModel):
    """`state` is pending, done or refused; `result` is what the answer would have been."""

    command: str
    state: str
    status: int | None = None
    result: dict[str, Any] | None = None
    error: str | None = None
    detail: str | None = None


def service_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("service", __name__, tag="service")

    @api.get("/livez")
    def live() -> dict[str, Any]:
        """Whether the process answers at all."""
        return {"live": True}

    @api.get("/readyz")
    def ready() -> Response:
        """Whether check-ins can be taken: 503 and what is wrong if not."""
        found = readiness(front.checks)
        response = jsonify(found)
        response.status_code = 200 if found["ready"] else 503
        return response

    @api.get("/v1/commands/<uuid:command>")
    @signed_in(front, "read")
    @api.output(CommandOut)
    def what_became(me: Me, command: UUID) -> dict[str, Any] | Response:
        """What became of a command that was answered with 202."""
        return _command(front, me, str(command))

    return api


def _command(front: Front, me: Me, command: str) -> dict[str, Any] | Response:
    subjects = dict.fromkeys((me.own_subject, me.subject, *me.view.past))
    found = (outcome_of(front, subject, command) for subject in subjects)
    outcome = next((outcome for outcome in found if outcome is not None), None)
    if outcome is None:
        if front.pending.knows(me.id, command):
            return not_yet({"command": command}, f"/v1/commands/{command}")
        unknown = Problem(404, "unknown_command", "There is no such command, or it is long past.")
        raise front.missing(PROJECTOR, me.own_subject, unknown)
    if outcome.error is not None:
        refused = {"error": outcome.error, "detail": outcome.detail}
        return {"command": command, "state": "refused", "status": outcome.status, **refused}
    return {"command": command, "state": "done", "status": outcome.status, "result": outcome.body}
