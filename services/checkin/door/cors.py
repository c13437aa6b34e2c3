"""Pages of other origins: those that the site names may use the API, with a token that they were given."""

import re
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication

_ORIGIN = re.compile(r"https?://(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?", re.ASCII)
_OPEN = ("/v1/", "/openapi.json")
_VARY = ("Vary", "Origin")
_SHOWN = (
    "Access-Control-Expose-Headers",
    "ETag, Link, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate",
)
_PREFLIGHT = (
    ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE"),
    (
        "Access-Control-Allow-Headers",
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer",
    ),
    ("Access-Control-Max-Age", "600"),
)


def origins(words: Iterable[str]) -> frozenset[str]:
    """These origins, as a browser writes them. Raises `ValueError`, a sentence: there is no "all of them"."""
    named = frozenset(words)
    for word in sorted(named):
        if not _ORIGIN.fullmatch(word):
            raise ValueError(f"{word!r} is no origin; write each in full, like https://app.example")
    return named


class Cors:
    """A WSGI application that also answers pages of these origins. Cookies are never theirs to send."""

    def __init__(self, inner: WSGIApplication, allowed: frozenset[str]) -> None:
        self._inner = inner
        self._allowed = allowed

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(_OPEN):
            return self._inner(environ, start_response)
        origin = environ.get("HTTP_ORIGIN", "")
        told = [_VARY]
        if origin in self._allowed:
            told.append(("Access-Control-Allow-Origin", origin))
            if "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ and environ["REQUEST_METHOD"] == "OPTIONS":
                start_response("204 No Content", [*told, *_PREFLIGHT])
                return ()
            told.append(_SHOWN)

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, headers + told, *more)

        return self._inner(environ, start)
