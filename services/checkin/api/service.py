"""The service itself: probes, the vocabulary, and what became of a command."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, jsonify
from pydantic import BaseModel

from checkin import vocabulary
from checkin.auth import Me, signed_in
from checkin.checks import readiness
from checkin.commands import not_yet, outcome_of
from checkin.errors import Problem
from checkin.front import Front
from shared.events import KINDS
from shared.views import PROJECTOR


class CommandOut(BaseModel):
    """`state` is pending, done or refused; `result` is what the answer would have been."""

    command: str
    state: str
    status: int | None = None
    result: dict[str, Any] | None = None
    error: str | None = None
    detail: str | None = None


class FeelingOut(BaseModel):
    """`energy` and `closeness` are -1, 0 or 1."""

    id: str
    energy: int
    closeness: int
    labels: dict[str, str]


class TopicOut(BaseModel):
    """What prompts are about, and a person can switch off."""

    id: str
    labels: dict[str, str]


class VocabularyOut(BaseModel):
    kinds: list[str]
    feelings: list[FeelingOut]
    visibilities: list[str]
    day_states: list[str]
    lapse_states: list[str]
    languages: list[str]
    decks: list[str]
    topics: list[TopicOut]


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

    @api.get("/v1/vocabulary")
    @api.output(VocabularyOut)
    def words() -> dict[str, Any]:
        """The words that a client may offer."""
        return _vocabulary()

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


def _vocabulary() -> dict[str, Any]:
    return {
        "kinds": list(KINDS),
        "feelings": [
            {"id": f.id, "energy": f.energy, "closeness": f.closeness, "labels": {"en": f.en, "fr": f.fr}}
            for f in vocabulary.FEELINGS
        ],
        "visibilities": list(vocabulary.VISIBILITIES),
        "day_states": list(vocabulary.DAY_STATES),
        "lapse_states": list(vocabulary.LAPSE_STATES),
        "languages": list(vocabulary.LANGUAGES),
        "decks": list(vocabulary.DECKS),
        "topics": [{"id": t.id, "labels": {"en": t.en, "fr": t.fr}} for t in vocabulary.TOPICS],
    }
