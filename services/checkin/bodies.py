"""Request bodies: strict JSON, and nothing that could raise anything but a refusal."""

from typing import Any

import msgspec
from flask import Request

from checkin.errors import Problem

MOST_BYTES = 64 * 1024

_decode = msgspec.json.decode


class JsonRequest(Request):
    """Flask's request with a JSON parser that knows no NaN, no lone surrogates and no bottomless nesting."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:  # noqa: ARG002
        """The decoded body, or None if there is none. Raises 400, 413, 415 or 422."""
        body = self.get_data(cache=cache)
        if not body:
            return None
        if not self.is_json:
            raise Problem(415, "unsupported_media_type", "Send JSON, as `Content-Type: application/json`.")
        try:
            return _decode(body)
        except msgspec.ValidationError as error:
            raise Problem(422, "invalid", f"{error}.") from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Problem(400, "malformed", "The body is not JSON.") from None


def json_body(request: Request) -> Any:
    """The decoded body of this request; an empty one is an empty object."""
    body = request.get_json()
    return {} if body is None else body
