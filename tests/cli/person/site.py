"""A site on loopback: an application behind a real HTTP server, and the weather on the way to it."""

import json
import socket
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import Thread
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

Fault = Callable[[WSGIApplication, WSGIEnvironment, StartResponse], Iterable[bytes]]


class Weather:
    """Hands requests on, but for as many `faults` as are set up. `asked` has each as `POST /v1/people`.

    `bodies`, `keys` and `tokens` are what was sent, where something was.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app
        self.faults: deque[Fault] = deque()
        self.asked: list[str] = []
        self.bodies: list[Any] = []
        self.keys: list[str] = []
        self.tokens: list[str] = []

    def away(self, times: int) -> None:
        """So many requests find nobody."""
        self.faults.extend([dropped] * times)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
        self.asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}{query}")
        self._note(environ)
        fault = self.faults.popleft() if self.faults else None
        if fault is None:
            return self.app(environ, start_response)
        return fault(self.app, environ, start_response)

    def _note(self, environ: WSGIEnvironment) -> None:
        for header, noted in (("IDEMPOTENCY_KEY", self.keys), ("AUTHORIZATION", self.tokens)):
            noted.extend([environ[f"HTTP_{header}"]] if f"HTTP_{header}" in environ else [])
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = BytesIO(body)
        if body:
            self.bodies.append(json.loads(body))


def lost(app: WSGIApplication, environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
    """The request is done, and its answer never arrives."""
    list(app(environ, _nothing))
    return dropped(app, environ, _start)


def dropped(_app: WSGIApplication, environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
    """The connection ends before anything is done."""
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionError


def saying(status: str, body: Any, content_type: str = "application/problem+json", **headers: str) -> Fault:
    """Somebody on the way answers with this."""
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    sent = text.encode() if isinstance(text, str) else text

    def answer(_app: WSGIApplication, _environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        named = {"Content-Type": content_type, "Content-Length": str(len(sent))}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        start(status, list(named.items()))
        return [sent]

    return answer


_UNAVAILABLE = {"type": "/problems/unavailable", "detail": "Not now."}
BUSY = saying("503 SERVICE UNAVAILABLE", _UNAVAILABLE, Retry_After="1")
PORTAL = saying("200 OK", "<html>Welcome to our hotel</html>", "text/html")


class _Quiet(WSGIRequestHandler):
    # Connections are kept, as the front door does.
    protocol_version = "HTTP/1.1"

    def log(self, *_words: Any) -> None:
        """Nothing is logged."""


@contextmanager
def served(app: WSGIApplication) -> Iterator[str]:
    """The address at which the application answers."""
    server: BaseWSGIServer = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _nothing(_status: str, _headers: Any, _info: Any = None) -> Callable[[bytes], object]:
    return lambda _data: None
