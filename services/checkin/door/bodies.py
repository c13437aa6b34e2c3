"""Request bodies: strict JSON, and nothing that could raise anything but a refusal."""

import re
from typing import Annotated, Any

import msgspec
from flask import Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from checkin.door.errors import Problem, invalid
from checkin.words.vocabulary import PRACTICE
from shared import days
from shared.events.values import KINDS

MOST_BYTES = 64 * 1024

_decode = msgspec.json.decode


_LAST = "9998-12-31"
"""The day after a date must be one, too, in every zone."""


def _date(text: str) -> str:
    try:
        date = days.iso(days.ordinal(text))
    except ValueError:
        raise ValueError("this is not a date like 2026-11-24") from None
    if date > _LAST:
        raise ValueError(f"this is no date up to {_LAST}")
    return date


Date = Annotated[str, AfterValidator(_date), Field(json_schema_extra={"format": "date"})]
"""An ISO date in a body or a query."""


_PRACTICE = re.compile(f"^{PRACTICE}[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$", re.ASCII)


def _kind(text: str) -> str:
    if text not in KINDS and not _PRACTICE.fullmatch(text):
        raise ValueError(f"a kind is one of {', '.join(KINDS)}, or that of a practice in GET /v1/practices")
    return text


CheckinKind = Annotated[
    str,
    AfterValidator(_kind),
    Field(json_schema_extra={"anyOf": [{"enum": list(KINDS)}, {"pattern": _PRACTICE.pattern}]}),
]
"""A kind of check-in in a body or a query: one of ours, or what may be one of the couple's own."""


class Nothing(BaseModel):
    """A body without fields."""

    model_config = ConfigDict(extra="forbid")


class JsonRequest(Request):
    """Flask's request with a JSON parser that knows no NaN, no lone surrogates and no bottomless nesting."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:  # noqa: ARG002
        """The decoded body, or None if there is none. Raises 400, 413, 415 or 422."""
        body = self._bytes(cache)
        if not body:
            return None
        if not self.is_json:
            raise Problem(415, "unsupported_media_type", "Send JSON, as `Content-Type: application/json`.")
        try:
            found = _decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Problem(400, "malformed", "The body is not JSON.") from None
        if found is None:
            raise invalid(("", "The body is an object, or empty."))
        return found

    def _bytes(self, cache: bool) -> bytes:
        try:
            body = self.get_data(cache=cache)
        except (OSError, BadRequest):  # no chunk, or silence
            raise Problem(400, "malformed", "The body cannot be read.") from None
        # Of a body in chunks no more than the limit and one byte was read.
        if len(body) > MOST_BYTES:
            raise RequestEntityTooLarge
        return body


def json_body(request: Request) -> Any:
    """The decoded body of this request; an empty one is an empty object."""
    body = request.get_json()
    return {} if body is None else body
