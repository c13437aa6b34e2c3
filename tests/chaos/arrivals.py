"""What reached a receiver, over whichever channel, and the ledger in which it is noted."""

import json
import os
import re
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

Kind = Literal["webhook", "web_push", "email", "apprise"]
KINDS: tuple[Kind, ...] = ("webhook", "web_push", "email", "apprise")
DOMAIN = "mail.example"
SENDER = "attune@site.example"
_CODE = re.compile(r": (\d+)$")


class Arrival(NamedTuple):
    """A message that a receiver took. `key` is what its channel knows a repeat by, `person` whom it was for.

    `nudge` is the id that the message itself tells, where there is one in it, else that of the key. `title`
    is what was to be read. `at_ms` of a webhook is cut to the second.
    """

    kind: Kind
    key: str
    nudge: str
    person: str
    at_ms: int
    title: str = ""

    @property
    def code(self) -> str | None:
        """The code in it, if it verifies the address."""
        found = _CODE.search(self.title)
        return None if found is None else found[1]


def key_over(kind: Kind, nudge: str) -> str:
    """What a repeat of this nudge is known by over this channel: always the same, as the documents say."""
    match kind:
        case "web_push":
            return nudge.replace("-", "")
        case "email":
            return f"<{nudge}@{SENDER.partition('@')[2]}>"
        case "apprise":
            return f'"{nudge}"'
        case "webhook":
            return nudge


class Book:
    """Arrivals, each on disk before its sender is answered. Thread-safe."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()

    def note(self, arrival: Arrival) -> None:
        with self._lock, self._file.open("a") as file:
            file.write(json.dumps(arrival._asdict()) + "\n")
            file.flush()
            os.fsync(file.fileno())


def read(webhooks: Path, others: Path) -> list[Arrival]:
    """What the receiver of webhooks and the other receivers have noted."""
    found = [_webhook(line) for line in _lines(webhooks)]
    return found + [Arrival(**line) for line in _lines(others)]


def _lines(file: Path) -> Iterable[dict[str, Any]]:
    # A line that is just being written has no end yet.
    text = file.read_text() if file.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def _webhook(noted: dict[str, Any]) -> Arrival:
    path, body = noted["path"], noted["body"].encode()
    return of_webhook(path, noted["headers"], body, ms_of(noted["at"]))


def of_webhook(path: str, headers: dict[str, str], body: bytes, at_ms: int) -> Arrival:
    said = json.loads(body)["data"]
    return Arrival("webhook", headers["webhook-id"], said["id"], _last(path), at_ms, said["title"])


def _last(path: str) -> str:
    return urlsplit(path).path.rpartition("/")[2]


def ms_of(instant: str) -> int:
    """Milliseconds since 1970 of an RFC 3339 instant."""
    return round(datetime.fromisoformat(instant).astimezone(UTC).timestamp() * 1000)
