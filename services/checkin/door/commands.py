"""Commands other than check-ins: written to the stream they are about, answered with the fold's outcome."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid5

import msgspec
from flask import Response, jsonify, request

from checkin.door.auth import Me
from checkin.door.bodies import json_body
from checkin.door.errors import Problem
from checkin.door.front import Front
from checkin.door.idempotency import First, answered, digest, key_sent, released
from shared.events import Event
from shared.topics import JOURNAL
from shared.views import PROJECTOR, STREAKS
from shared.views.person import Outcome, OutcomesView

WAIT_S = 5.0
POLL_S = 0.015

_HEADERS: dict[int, dict[str, str]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": 'Bearer realm="attune"'},
    # Who has asked for too much may do so again when the oldest of it is gone.
    HTTPStatus.TOO_MANY_REQUESTS: {"Retry-After": "3600"},
}

_read_outcomes = msgspec.msgpack.Decoder(OutcomesView).decode
_read_outcome = msgspec.json.Decoder(Outcome).decode
_write_outcome = msgspec.json.Encoder().encode

Answer = tuple[dict[str, Any], int] | Response


def command_id(front: Front, me: Me) -> str:
    """The id of the command in this request: of one route and Idempotency-Key always the same."""
    key = key_sent(request)
    if key is None:
        return front.new_id()
    return str(uuid5(UUID(me.id), f"{request.method} {request.path} {key}"))


def carry_out(
    front: Front, me: Me, command: str, data: msgspec.Struct, subject: str | None = None
) -> Outcome | None:
    """Write the command and wait for its outcome: None if that takes longer. Raises the refusal.

    Without a `subject` it is about the person who asks.
    """
    key = key_sent(request)
    event = front.event(command, subject or me.own_subject, data)
    outcome = _decided(front, event) if key is None else _decided_once(front, me, event, key)
    if outcome is None:
        front.pending.remember(me.id, command)
    elif outcome.error is not None:
        raise refusal_of(outcome)
    return outcome


def refusal_of(outcome: Outcome) -> Problem:
    """The refusal that this outcome, an error, is."""
    detail = outcome.detail or "This cannot be done."
    return Problem(outcome.status, outcome.error or "", detail, headers=_HEADERS.get(outcome.status))


def _decided(front: Front, event: Event) -> Outcome | None:
    offset = front.log.append(JOURNAL, event)
    return Waiting(front).outcome(event.subject or "", event.id, offset)


def _decided_once(front: Front, me: Me, event: Event, key: str) -> Outcome | None:
    """A repeat within three days gets what the first request came to, and is not written again."""
    name = f"{request.method} {request.path} {key}"
    first = First(digest(json_body(request)), event.id, front.new_id())
    lease = first.mark(me.id, name)
    found = front.marks.claim(me.id, lease).found
    if found is not None and found != lease.value:
        return _read_outcome(answered(found, first.body).answer or "")
    with released(front.marks, lease):
        outcome = _decided(front, event)
        if outcome is None:
            front.marks.release(lease)
        else:
            told = First(first.body, event.id, "", _write_outcome(outcome).decode())
            front.marks.keep([told.mark(me.id, name)])
        return outcome


def answer(command: str, outcome: Outcome | None, shown: Mapping[str, object] | None = None) -> Answer:
    """The outcome, joined by what is `shown` to this client alone; 202 and an address without one."""
    shown = shown or {}
    if outcome is None:
        return not_yet({"command": command, **shown}, f"/v1/commands/{command}")
    return {**outcome.body, **shown}, outcome.status


def gone(command: str, outcome: Outcome | None) -> Answer:
    """204 for what has been removed; 202 with an address while there is no outcome."""
    return answer(command, outcome) if outcome is None else Response(status=204)


def shown_before(what: str) -> Problem:
    """409: a repeat of a command that made a secret, of which nothing but a digest is kept."""
    return Problem(
        409, "shown_before", f"The {what} of this command was shown once. Remove it and make another."
    )


def not_yet(shown: Mapping[str, object], location: str) -> Response:
    """202: it is in the log, and its effect is still to come."""
    response = jsonify({**shown, "state": "pending"})
    response.status_code = 202
    response.headers["Location"] = location
    return response


def outcome_of(front: Front, subject: str, command: str) -> Outcome | None:
    """What became of a command about this subject, or None if that is not known."""
    view = front.store.views([(PROJECTOR, subject, f"outcomes/{subject}")])[0]
    return None if view is None else _read_outcomes(view).outcomes.get(command)


class Waiting:
    """Looks at the views again and again, for as long as one request may take."""

    def __init__(self, front: Front, wait_s: float = WAIT_S) -> None:
        self._front = front
        self._until_s = front.clock.monotonic_s() + wait_s

    def until(self, so: Callable[[], bool]) -> bool:
        """Whether it became so in time."""
        while not so():
            if self._front.clock.monotonic_s() >= self._until_s:
                return False
            self._front.clock.sleep(POLL_S)
        return True

    def passed(self, service: str, subject: str, offset: int) -> bool:
        """Whether the service has read the journal beyond this offset, in time."""
        return self.until(lambda: self._front.store.position(service, subject, JOURNAL) > offset)

    def outcome(self, subject: str, command: str, offset: int) -> Outcome | None:
        """The outcome of the command written at this offset, once its effects can be read; None if late."""
        # An outcome may be there already, of an earlier request with the same key: its writing must have
        # been read all the same, so that what is answered about this one is true.
        if not self.passed(PROJECTOR, subject, offset):
            return None
        if not self.until(lambda: outcome_of(self._front, subject, command) is not None):
            return None
        outcome = outcome_of(self._front, subject, command)
        if outcome is None or outcome.after is None or self.passed(STREAKS, *outcome.after):
            return outcome
        return None
