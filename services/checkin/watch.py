"""Around every request: counted and timed by its route, never by its path, and answered with safe headers."""

import time
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication

from flask import Request

from checkin.door import metrics
from checkin.door.limits import BUDGETS
from checkin.door.rates import headers_of
from checkin.door.safeguards import safe

_FLASK_REQUEST = "werkzeug.request"
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


class Watched:
    """A WSGI application under watch. Below Flask's hooks, which cost more than the counting does."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        began_s = time.perf_counter()
        status, route = "500", "none"

        def start(line: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            nonlocal status, route
            # Now: Flask lets go of its request before it returns.
            status, route = line[:3], route_of(environ.get(_FLASK_REQUEST))
            budgets = environ.get(BUDGETS)
            told = headers_of(budgets.values()) if budgets else []
            return start_response(line, safe(headers + told, environ["wsgi.url_scheme"]), *more)

        metrics.inflight.inc()
        try:
            return self._inner(environ, start)
        finally:
            metrics.inflight.dec()
            method = method_of(environ)
            metrics.http_requests.labels(method, route, status).inc()
            metrics.http_seconds.labels(method, route).observe(time.perf_counter() - began_s)


def method_of(environ: dict[str, Any]) -> str:
    """The method; "other" for a word that a client has made up."""
    method: str = environ["REQUEST_METHOD"]
    return method if method in _METHODS else "other"


def route_of(request: Request | None) -> str:
    """The template of the route that answers, "none" if there is none."""
    rule = getattr(request, "url_rule", None)  # a request that nothing has routed has no such attribute
    return "none" if rule is None else str(rule.rule)
