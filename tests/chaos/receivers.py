"""The receivers of a run besides that of webhooks: a push service with its browser, a mail server, an ntfy.

One process, which no fault strikes. Each takes what is for a person at an address of one of these sorts:

open     everything
closed   the code that verifies the address, and nothing else: gone for good
hesitant each message at the second attempt, as mail servers do that greylist
"""

import argparse
import email
import email.policy
import json
import threading
from collections import defaultdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests import browser
from tests.chaos.arrivals import DOMAIN, Arrival, Book, of_webhook
from tests.chaos.load import now_ms
from tests.mail_server import MailServer

Sort = Literal["open", "closed", "hesitant"]
Verdict = Literal["taken", "gone", "later"]

HOOK, PUSH, READY = "hook", "push", "/ready"
_STATUSES = {"taken": HTTPStatus.OK, "gone": HTTPStatus.GONE, "later": HTTPStatus.TOO_EARLY}
_MAIL = {"taken": "250 OK", "later": "451 4.7.1 Try again later"}
_NO_MAILBOX = "550 5.1.1 No such mailbox"


def name_of(sort: Sort, person: str) -> str:
    """By what a person is known at a receiver; the sort of the address is a part of it."""
    return f"{sort}-{person}"


class Desk:
    """Whether a message is taken; what is taken is noted."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._lock = threading.Lock()
        self._verified: set[str] = set()
        self._attempts: dict[tuple[str, str], int] = defaultdict(int)

    def is_closed(self, name: str) -> bool:
        """Whether nothing more is taken here, whatever it is."""
        with self._lock:
            return name.startswith("closed-") and name in self._verified

    def take(self, arrival: Arrival) -> Verdict:
        """`person` of the arrival is still the name at the receiver."""
        sort, _, person = arrival.person.partition("-")
        with self._lock:
            self._attempts[arrival.person, arrival.key] += 1
            attempts = self._attempts[arrival.person, arrival.key]
            if arrival.code is not None:
                self._verified.add(arrival.person)
        if sort == "closed" and arrival.code is None:
            return "gone"
        if sort == "hesitant" and attempts == 1:
            return "later"
        self._book.note(arrival._replace(person=person))
        return "taken"


class Mail(MailServer):
    """The mailboxes of everybody, behind the log-in of this site."""

    def __init__(self, certificate: Path, port: int, desk: Desk) -> None:
        super().__init__(certificate, port)
        self._desk = desk

    async def handle_RCPT(  # noqa: N802 the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        name, _, domain = address.partition("@")
        if domain != DOMAIN or self._desk.is_closed(name):
            return _NO_MAILBOX
        envelope.rcpt_tos.append(address)
        return _MAIL["taken"]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        mail = email.message_from_bytes(content, policy=email.policy.default)  # type: ignore[arg-type]
        key, name = str(mail["Message-ID"]), envelope.rcpt_tos[0].partition("@")[0]
        nudge = key.strip("<>").partition("@")[0]
        verdict = self._desk.take(Arrival("email", key, nudge, name, now_ms(), str(mail["Subject"])))
        return _MAIL.get(verdict, _NO_MAILBOX)


class Http(ThreadingHTTPServer):
    """The push service at `/push/…`, webhooks at `/hook/…`, and ntfy, which has its topic in the body."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, desk: Desk) -> None:
        super().__init__(("127.0.0.1", port), _Door)
        self.desk = desk

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A notifier that is killed hangs up in the middle."""


class _Door(BaseHTTPRequestHandler):
    server: Http

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            arrival = _read(self.path, headers, body)
        except Exception as error:
            # Whatever is wrong with it: nobody could read it.
            print(f"unreadable at {self.path}: {error!r}", flush=True)
            self._answer(HTTPStatus.BAD_REQUEST)
            return
        self._answer(_STATUSES[self.server.desk.take(arrival)])

    def do_GET(self) -> None:
        self._answer(HTTPStatus.OK)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name in http.server
        """Quiet."""

    def _answer(self, status: HTTPStatus) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")


def _read(path: str, headers: dict[str, str], body: bytes) -> Arrival:
    """Raises whatever is wrong with it."""
    _, _, rest = path.partition("/")
    where, _, name = rest.partition("/")
    if where == HOOK:
        return of_webhook(path, headers, body, now_ms())
    if where == PUSH:
        shown = browser.read(body)
        return Arrival("web_push", headers["topic"], shown["id"], name, now_ms(), shown["title"])
    said, key = json.loads(body), headers["idempotency-key"]
    return Arrival("apprise", key, key.strip('"'), said["topic"], now_ms(), said["title"])


def main() -> None:
    options = argparse.ArgumentParser(description="a push service, a mail server and an ntfy")
    options.add_argument("--http-port", type=int, required=True)
    options.add_argument("--smtp-port", type=int, required=True)
    options.add_argument("--certificate", type=Path, required=True)
    options.add_argument("--ledger", type=Path, required=True)
    chosen = options.parse_args()
    desk = Desk(Book(chosen.ledger))
    with Mail(chosen.certificate, chosen.smtp_port, desk):
        Http(chosen.http_port, desk).serve_forever()


if __name__ == "__main__":
    main()
