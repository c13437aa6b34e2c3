"""Somebody with a past on a real stack, who erases themself; and every byte that any store still holds."""

import json
import time
import urllib.request
from base64 import b64decode
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from re import findall
from threading import local
from typing import Any, NamedTuple

from deploy.native.stack import Stack
from shared.access import KafkaAccess
from shared.kafka import Reader
from shared.records import RawRecord
from shared.store import Client, connect
from shared.topics import TOPIC_SETTINGS
from tests.chaos.client import Client as Http

WORDS = ("Rosalind", "an-unusual-word", "another-unusual-word", "third-unusual-word", "unusual.example")
"""A name, a note, what an amended note says, what a time was spent on, an address."""
_LIMITS = ("PEOPLE_PER_HOUR", "REQUESTS_PER_MINUTE", "ADDRESS_REQUESTS_PER_MINUTE")
UNLIMITED = {f"ATTUNE_{limit}": "1000000" for limit in _LIMITS}
_AT_ONCE = 32


class Someone(NamedTuple):
    id: str
    token: str


class Site:
    """A client of a stack's front door, and a reader of its stores."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._own = local()

    def ask(self, method: str, path: str, token: str | None = None, body: object = None) -> Any:
        """The JSON of an answer that must be one of success; the status of one without."""
        head = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        address = f"http://127.0.0.1:{self._stack.ports.checkin}{path}"
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(address, data, head, method=method)
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return json.loads(answer.read() or "null")

    def register(self, name: str) -> Someone:
        made = self.ask("POST", "/v1/people", body={"name": name, "zone": "Europe/Paris"})
        return Someone(made["person"], made["token"])

    def pair(self, inviter: Someone, joiner: Someone) -> None:
        code = self.ask("POST", "/v1/invites", inviter.token, {})["code"]
        self.ask("POST", f"/v1/invites/{code}/accept", joiner.token, {})
        self.ask("POST", "/v1/couple/confirm", inviter.token, {})

    def check_in(self, who: Someone, count: int) -> list[str]:
        """So many entries with unusual words: shared, sealed and secret ones in turn."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(lambda nth: self._entry(who, nth), range(count)))

    def _entry(self, who: Someone, nth: int) -> str:
        http = getattr(self._own, "http", None)
        if http is None:
            http = self._own.http = Http(self._stack.ports.checkin)
        body = {
            "kind": "quality_time",
            "note": f"{WORDS[1]} {nth}",
            "what": WORDS[3],
            "visibility": ("shared", "sealed", "secret")[nth % 3],
        }
        answer = http.post("/v1/check-ins", body, who.token, f"{who.id} {nth}")
        if answer.status != 202:
            raise RuntimeError(f"A check-in was answered with {answer.status}.")
        return str(answer.body["id"])

    def erase(self, who: Someone) -> Any:
        """The receipt."""
        word = self.ask("DELETE", "/v1/people/me", who.token)["confirm"]
        return self.ask("DELETE", f"/v1/people/me?confirm={word}", who.token)

    def redis(self) -> Client:
        return connect(f"redis://127.0.0.1:{self._stack.ports.redis}/0", cluster=False)

    def records(self) -> list[RawRecord]:
        """Every record of every topic, from the first that is still there."""
        access = KafkaAccess(f"127.0.0.1:{self._stack.ports.kafka}")
        reader = Reader(access, "replay")
        places = [(topic, number) for topic in TOPIC_SETTINGS for number in range(12)]
        reader.assign(places)
        ends, starts = reader.ends(places), reader.starts(places)
        for place in places:
            reader.seek(place, starts[place])
        found: list[RawRecord] = []
        seen = {place: starts[place] for place in places}
        until_s = time.monotonic() + 60
        while any(seen[place] < ends[place] for place in places) and time.monotonic() < until_s:
            for place, batch in reader.poll(500, 5000).items():
                found += batch
                seen[place] = batch[-1].offset + 1
        reader.close()
        return found

    def stored(self) -> bytes:
        """The names and values of all Redis keys."""
        client, parts = self.redis(), []
        for key in client.scan_iter(count=1000):
            parts += [key, *_values(client, key)]
        client.close()
        return b"\n".join(parts)


def _values(client: Client, key: bytes) -> Iterator[bytes]:
    match client.type(key):
        case b"hash":
            for name, value in client.hgetall(key).items():
                yield from (name, value)
        case b"zset":
            yield from client.zrange(key, 0, -1)
        case b"stream":
            for _, fields in client.xrange(key):
                yield from fields.values()
        case b"string":
            yield client.get(key) or b""


def written(records: Sequence[RawRecord]) -> bytes:
    """Keys, values and headers of these records."""
    parts = [part for r in records for part in (r.key, r.value, *(value for _, value in r.headers))]
    return b"\n".join(part for part in parts if part is not None)


def standing_in(blob: bytes, words: Sequence[str]) -> list[str]:
    """Which of these words stand there, as they are or in base64."""
    opened = b"\n".join(_decoded(part) for part in findall(rb"[A-Za-z0-9+/]{16,}={0,2}", blob))
    return [word for word in words if word.encode() in blob or word.encode() in opened]


def _decoded(part: bytes) -> bytes:
    try:
        return b64decode(part + b"=" * (-len(part) % 4))
    except ValueError:
        return b""
