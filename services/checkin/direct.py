"""`POST /v1/check-ins` without Flask, whose routing, contexts and hooks cost a quarter of all that it takes.

Flask has the same endpoint: it answers other spellings of the path, and the API's description is made of it.
"""

from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication

from werkzeug.routing import Rule

from checkin.door import limits
from checkin.door.bodies import MOST_BYTES, JsonRequest
from checkin.door.errors import refusal
from checkin.door.front import Front
from checkin.writing.recording import record


class Direct:
    """A WSGI application that takes check-ins itself, under this rule, and leaves all else to another."""

    def __init__(self, front: Front, rule: Rule, others: WSGIApplication) -> None:
        self._front = front
        self._rule = rule
        self._path = rule.rule
        self._others = others

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST" or environ["PATH_INFO"] != self._path:
            return self._others(environ, start_response)
        request = JsonRequest(environ)
        request.url_rule = self._rule
        request.max_content_length = MOST_BYTES + 1
        try:
            self._front.refuse_when_full()
            taken = record(self._front, request)
        except Exception as error:  # noqa: BLE001 every refusal, and every fault, has its answer
            said = limits.after_guess(self._front, request, error)
            return refusal(said, self._path)(environ, start_response)
        start_response("202 ACCEPTED", taken.headers)
        return (taken.body,)
