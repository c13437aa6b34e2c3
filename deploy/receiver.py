"""Shows the webhooks that arrive, so that a first nudge can be seen without an outside address.

POST any path     keep it (the last 500), answer 204; a code that is to be confirmed is answered with itself
POST /fail        ?status=500&count=3: answer the next 3 with 500 (they are kept all the same)
GET  /messages    what arrived, newest first, as JSON
GET  /            the same as a page that renews itself
DELETE /messages  forget all

`--ledger FILE` also appends each arrival to a file as a JSON line, on disk before the sender is answered.
"""

import argparse
import html
import json
import os
import sys
import threading
import time
from collections import deque
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

Message = dict[str, Any]

_KEPT = 500
_LONGEST_BODY = 1_000_000

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<title>Attune: what arrived</title>
<style>body{{font:16px/1.5 system-ui;max-width:50rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}}
pre{{white-space:pre-wrap;overflow-wrap:anywhere;border-left:3px solid;padding-left:1rem}}</style>
<h1>What arrived</h1><p>{summary}</p>{messages}</html>"""


class Inbox:
    """The messages that arrived, and how the next are to be answered. Several threads may use it at once."""

    def __init__(self, ledger: Path | None = None) -> None:
        self._messages: deque[Message] = deque(maxlen=_KEPT)
        self._ledger = ledger
        self._lock = threading.Lock()
        self._refusal = HTTPStatus.NO_CONTENT
        self._refusals_left = 0

    def refuse_next(self, status: HTTPStatus, count: int) -> None:
        with self._lock:
            self._refusal, self._refusals_left = status, count

    def keep(self, message: Message) -> HTTPStatus:
        """Keep it; returns the status to answer with, which is kept with it."""
        with self._lock:
            status = self._next_status()
            answered = message | {"answered": int(status)}
            if self._ledger is not None:
                _append_durably(self._ledger, answered)
            self._messages.appendleft(answered)
            return status

    def messages(self) -> list[Message]:
        """Newest first."""
        with self._lock:
            return list(self._messages)

    def clear(self) -> None:
        with self._lock:
            self._messages.clear()

    def _next_status(self) -> HTTPStatus:
        if self._refusals_left == 0:
            return HTTPStatus.NO_CONTENT
        self._refusals_left -= 1
        return self._refusal


def _append_durably(ledger: Path, message: Message) -> None:
    with ledger.open("a") as file:
        file.write(json.dumps(message) + "\n")
        file.flush()
        os.fsync(file.fileno())


def page(messages: list[Message]) -> str:
    """The messages for people to read. Everything in them came from outside, so it is escaped."""
    summary = f"{len(messages)} kept, newest first." if messages else "Nothing yet."
    return _PAGE.format(summary=summary, messages="".join(_section(message) for message in messages))


def _section(message: Message) -> str:
    heading = f"{message['at']} · {message['path']} · {message['id']} · answered {message['answered']}"
    return f"<h2>{html.escape(heading)}</h2><pre>{html.escape(message['body'])}</pre>"


def _code_in(body: bytes) -> object:
    """The code of a message that verifies an address; None in any other."""
    try:
        found = json.loads(body)
    except ValueError:
        return None
    asks = isinstance(found, dict) and found.get("type") == "verification"
    return found["data"]["code"] if asks else None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    server: "Receiver"

    def do_POST(self) -> None:
        asked = urlsplit(self.path)
        body = self.rfile.read(min(int(self.headers.get("content-length") or 0), _LONGEST_BODY))
        if asked.path == "/fail":
            wish = {name: int(values[0]) for name, values in parse_qs(asked.query).items()}
            self.server.inbox.refuse_next(HTTPStatus(wish.get("status", 500)), wish.get("count", 1))
            self._answer(HTTPStatus.NO_CONTENT)
        else:
            status, code = self.server.inbox.keep(self._message(body)), _code_in(body)
            if code is not None and status == HTTPStatus.NO_CONTENT:
                self._answer(HTTPStatus.OK, json.dumps({"code": code}), "application/json")
            else:
                self._answer(status)

    def do_GET(self) -> None:
        messages = self.server.inbox.messages()
        if urlsplit(self.path).path == "/messages":
            self._answer(HTTPStatus.OK, json.dumps(messages), "application/json")
        else:
            self._answer(HTTPStatus.OK, page(messages), "text/html; charset=utf-8")

    def do_DELETE(self) -> None:
        self.server.inbox.clear()
        self._answer(HTTPStatus.NO_CONTENT)

    def _message(self, body: bytes) -> Message:
        headers = {name.lower(): value for name, value in self.headers.items()}
        return {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "path": self.path,
            "id": headers.get("webhook-id", ""),
            "headers": headers,
            "body": body.decode(errors="replace"),
        }

    def _answer(self, status: HTTPStatus, text: str = "", content_type: str = "text/plain") -> None:
        content = text.encode()
        self.send_response(status)
        if status != HTTPStatus.NO_CONTENT:
            self.send_header("content-type", content_type)
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class named it)
        print(f"{self.command} {format % args}", flush=True)


class Receiver(ThreadingHTTPServer):
    """Listens on loopback, unless another host is named."""

    daemon_threads = True

    def __init__(self, port: int, inbox: Inbox, host: str = "127.0.0.1") -> None:
        super().__init__((host, port), Handler)
        self.inbox = inbox

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news; the rest is told as ever."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # it only prints them


def main() -> None:
    options = argparse.ArgumentParser(description="shows the webhooks that arrive")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8099)
    options.add_argument("--ledger", type=Path)
    chosen = options.parse_args()
    print(f"listening on http://{chosen.host}:{chosen.port}", flush=True)
    Receiver(chosen.port, Inbox(chosen.ledger), chosen.host).serve_forever()


if __name__ == "__main__":
    main()
