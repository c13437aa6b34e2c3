"""A worker's own port: /metrics, /livez (the loop turned), /readyz (what is owned, and what is paused)."""

import json
import threading
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

Health = Callable[[], dict[str, object]]
"""What /readyz shows: `ready` (bool) and whatever explains it."""


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the base class's name
        """Scrapes and probes are no news."""


def serve(address: str, live: Callable[[], bool], ready: Health) -> WSGIServer:
    """Serve in a daemon thread. Raises `OSError` if the address is taken."""
    metrics = make_wsgi_app()

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            found: Iterable[bytes] = metrics(environ, start)
            return found
        if path == "/livez":
            good = live()
            body: dict[str, object] = {"live": good}
        elif path == "/readyz":
            body = dict(ready())
            good = bool(body["ready"])
        else:
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"Try /metrics, /livez or /readyz.\n"]
        start(
            "200 OK" if good else "503 Service Unavailable",
            [("Content-Type", "application/json"), ("Cache-Control", "no-store")],
        )
        return [json.dumps(body).encode() + b"\n"]

    host, _, port = address.rpartition(":")
    try:
        server = make_server(host, int(port), answer, handler_class=_Quiet)
    except OSError as error:
        raise OSError(
            f"ATTUNE_METRICS_ADDRESS {address} cannot be had: set another, or free it ({error.strerror})."
        ) from error
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
