"""How a worker speaks HTTP/1.1: gevent's own server, strict where proxies and servers could read differently.

What is no request is refused as a problem like everything else, and a client that falls silent is left.
"""

from contextlib import suppress
from http import HTTPStatus
from typing import Any

import structlog
from gunicorn.workers.ggevent import GeventPyWSGIWorker, PyWSGIHandler

from checkin.door.errors import MEDIA_TYPE, Problem, body_of, broken
from checkin.door.safeguards import Headers, safe

SILENT_S = 30
"""For how long a client may send nothing, between requests or within one."""

log = structlog.get_logger(__name__)

_ALONE = ("content-length", "transfer-encoding", "host", "authorization", "idempotency-key")


class Handler(PyWSGIHandler):  # type: ignore[misc] # gunicorn has no types
    """One connection."""

    def __init__(self, sock: Any, address: Any, server: Any) -> None:
        sock.settimeout(SILENT_S)
        super().__init__(sock, address, server)

    def MessageClass(self, *args: Any) -> Any:  # noqa: N802 gevent's name
        """The headers. Raises `ValueError` if what they say of the body, or of who asks, is ambiguous."""
        headers = super().MessageClass(*args)
        if any(len(headers.get_all(name, ())) > 1 for name in _ALONE):
            raise ValueError("a header that must stand alone is there twice")
        encoding = headers.get("transfer-encoding")
        if encoding is not None and (encoding.lower() != "chunked" or "content-length" in headers):
            raise ValueError("how long the body is cannot be told")
        return headers

    def handle_one_request(self) -> Any:
        """As gevent has it, but a refusal has a body."""
        result = super().handle_one_request()
        return (result[0], _refused(int(result[0]))) if isinstance(result, tuple) else result

    def _handle_client_error(self, error: Exception) -> tuple[str, bytes]:
        log.info("no request", reason=type(error).__name__)
        return ("408" if isinstance(error, TimeoutError) else "400"), b""

    def _send_error_response_if_possible(self, error_code: int) -> None:
        """As gevent has it, but with a body and headers like any other refusal's."""
        self.close_connection = True
        if self.response_length:
            return
        status, headers, body = _problem(error_code)
        with suppress(OSError):
            self.start_response(status, headers)
            self.write(body)

    def log_request(self) -> None:
        """Nothing: there is no access log, for it would hold ids."""


class Worker(GeventPyWSGIWorker):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's worker of gevent's server, with this handler."""

    wsgi_handler = Handler


def _refused(status: int) -> bytes:
    """A whole answer to what could not be read as a request."""
    line, headers, body = _problem(status)
    head = [f"HTTP/1.1 {line}", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(head).encode() + body


def _problem(status: int) -> tuple[str, Headers, bytes]:
    """Status line, headers and body of an answer after which the connection ends."""
    phrase = HTTPStatus(status).phrase
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        problem = Problem(status, "malformed", f"This is not a request that can be read: {phrase}.")
    else:
        problem = broken()
    body = body_of(problem)
    headers = [("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(body))), ("Connection", "close")]
    return f"{status} {phrase}", safe(headers, "http"), body
