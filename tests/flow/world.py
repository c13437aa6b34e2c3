"""All the services in one process over a log in memory. What is appended is folded at once, everywhere.

The front door is the real application, people are its HTTP clients. Time passes only when it is told to.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import count
from time import sleep
from typing import Any
from uuid import UUID, uuid5

from checkin.app import create_app
from checkin.door.front import Front, Rules
from checkin.door.masks import Masks
from checkin.door.tokens import Tokens
from checkin.rules.projection import Projection
from flask import Flask
from flask.testing import FlaskClient
from notifier.delivery import QUEUE, Deliveries
from notifier.record import NotifierRules
from notifier.worker import Worker
from streaks.rules import StreakRules
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from shared.events import Event, decode, encode
from shared.events.couple import TimePassed
from shared.links import Links
from shared.records import RawRecord
from shared.sealing import Sealer
from shared.topics import JOURNAL, KEYS, MOMENTS, NUDGES, shard_of
from shared.views import NOTIFIER, PROJECTOR, STREAKS
from tests.flow.memory import HandClock, MemoryLimits, MemoryLog, MemoryMarks, MemoryPending, MemoryStore
from tests.flow.shards import Program, Shard
from tests.notifier_shard import FakeChannel
from tests.people import Person
from tests.servers import PARTITIONS
from tests.streams import HOUR_MS, NOON_MS

_IDS = UUID(int=0)
_KEY = bytes(32)
PUBLIC_URL = "https://attune.example"
_EASY = Rules(requests_per_minute=10**9, address_requests_per_minute=10**9, guesses_per_minute=10**9)
"""Time stands still while a test asks as often as it likes."""


class World:
    """It is noon in Paris on 2026-11-24. While it is `slow`, nothing is folded."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.clock = HandClock(NOON_MS)
        self.store = MemoryStore(PARTITIONS)
        self.marks = MemoryMarks(self.store, self.clock)
        self.log = MemoryLog(PARTITIONS, self.marks, self.clock, self._arrived)
        self.channel = FakeChannel()
        self.deliveries = Deliveries({"webhook": self.channel}, self.clock.now_ms)
        self.slow = False
        self._ids = count()
        self._shards = self._built()
        self._read = 0
        self.front = Front(
            log=self.log,
            store=self.store,
            marks=self.marks,
            pending=MemoryPending(self.store, self.clock),
            limits=MemoryLimits(self.store),
            sealer=Sealer(_KEY),
            tokens=Tokens(_KEY),
            masks=Masks(_KEY),
            clock=self.clock,
            new_id=lambda: str(uuid5(_IDS, f"{next(self._ids)}")),
            tzdata="2026f",
            rules=rules or _EASY,
        )
        self.beat()

    @cached_property
    def app(self) -> Flask:
        return create_app(self.front)

    @cached_property
    def http(self) -> FlaskClient:
        """A client without a token."""
        return self.app.test_client()

    def again(self, **changes: Any) -> FlaskClient:
        """A client of another front door to the same world, which differs in this."""
        return create_app(replace(self.front, **changes)).test_client()

    # --- the log and who reads it -------------------------------------------------------------------

    def settle(self) -> None:
        """Every service reads the log to its end; so do those who wait for what they have said."""
        while self._read < len(self.log.records):
            raw = self.log.records[self._read]
            self._read += 1
            for shard in self._shards:
                if shard.number == raw.partition and raw.topic in shard.program.topics:
                    shard.fold(raw)
        self.beat()

    def plant(self, value: bytes) -> None:
        """Append an event as it is: what an operator's slip, or a forger, could do."""
        subject = decode(value).subject or ""
        self.log.put(JOURNAL, shard_of(subject, PARTITIONS), subject.encode(), value)
        self.settle()

    def beat(self) -> None:
        """Every shard was caught up now."""
        for shard in self._shards:
            self.store.beat(shard.program.service, shard.number, self.clock.ms)

    def journal(self) -> list[RawRecord]:
        return [raw for raw in self.log.records if raw.topic == JOURNAL]

    def wishes(self) -> int:
        """How much has been written to the journal, but for the passing of time."""
        return sum(raw.key is not None for raw in self.journal())

    def _arrived(self) -> None:
        if not self.slow:
            self.settle()

    def at_once(self, *asks: Callable[[], TestResponse]) -> list[TestResponse]:
        """The answers to requests that are all written before any of them is folded."""
        # Each is asked while the one before it waits, in the same thread.
        usual = sys.getrecursionlimit()
        sys.setrecursionlimit(usual + 100 * len(asks))
        answers: dict[int, TestResponse] = {}
        left = list(enumerate(asks))

        def go_on() -> None:
            if left:
                nth, ask = left.pop(0)
                answers[nth] = ask()
            else:
                self.slow = False
                self.settle()

        self.slow, self.clock.on_sleep = True, go_on
        while left:
            go_on()
        go_on()
        self.clock.on_sleep = _nothing
        sys.setrecursionlimit(usual)
        return [answers[nth] for nth in range(len(asks))]

    # --- time ---------------------------------------------------------------------------------------

    def wait(self, hours: float = 0, seconds: float = 0) -> None:
        """Time passes; what falls due meanwhile happens when it is due."""
        until_ms = self.clock.ms + round(hours * HOUR_MS + seconds * 1000)
        while (due_ms := self._next_due_ms()) <= until_ms:
            self.clock.ms = max(self.clock.ms, due_ms)
            self._happen()
        self.clock.ms = until_ms
        self._happen()

    def _happen(self) -> None:
        for partition in range(PARTITIONS):
            event = Event("t", "time.passed", "attune/streaks", "", None, TimePassed())
            self.log.put(JOURNAL, partition, None, encode(event))
        self.settle()
        self._wake()
        while self._attempts_ended():
            self._wake()

    def _wake(self) -> None:
        for shard in self._shards:
            if shard.program.wake is not None:
                shard.wake(self.clock.ms)
        self.settle()

    def _attempts_ended(self) -> bool:
        """Whether attempts were under way; they are no more."""
        while self.deliveries.room < QUEUE:
            sleep(0.001)
        return any(self.deliveries.with_results(number) for number in range(PARTITIONS))

    def _next_due_ms(self) -> int:
        """When there is next something to do: a moment after it falls due, so that every view is later."""
        return min((shard.acts_ms for shard in self._shards), default=2**60)

    def _built(self) -> list[Shard]:
        worker = Worker(self.store, Sealer(_KEY), self.deliveries, Links(_KEY, PUBLIC_URL))
        programs = (
            Program(PROJECTOR, Projection(), JOURNAL, (KEYS,)),
            Program(STREAKS, StreakRules(), JOURNAL),
            Program(NOTIFIER, NotifierRules(lambda _kind: None), MOMENTS, (NUDGES,), worker),
        )
        return [
            Shard(program, number, PARTITIONS, self.store, self.log.publish)
            for program in programs
            for number in range(PARTITIONS)
        ]

    # --- people -------------------------------------------------------------------------------------

    def register(self, person: Person) -> "Somebody":
        """One of the cast, under the id that the front door gives them."""
        body = {"name": person.name, "zone": person.zone, "language": person.language}
        made = body_of(self.http.post("/v1/people", json=body))
        return Somebody(self.http, made["person"], made["token"])

    def pair(self, inviter: "Somebody", joiner: "Somebody") -> str:
        """The id of the couple that these two form."""
        code = inviter.ok("POST", "/v1/invites", {})["code"]
        joiner.ok("POST", f"/v1/invites/{code}/accept", {})
        return str(inviter.ok("POST", "/v1/couple/confirm", {})["couple"])


def body_of(answer: TestResponse) -> Any:
    """The JSON of a request that must have succeeded."""
    assert answer.status_code < 300, answer.text
    return answer.json


def _nothing() -> None:
    """What happens while somebody waits in a world that is not slow."""


class Somebody:
    """A client with a token."""

    def __init__(self, http: FlaskClient, person: str, token: str) -> None:
        self.id = person
        self.token = token
        self._http = http

    def ask(self, method: str, path: str, json: Any = None, **headers: str) -> TestResponse:
        """One request. A header's name is written with underscores."""
        sent = {"Authorization": f"Bearer {self.token}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self._http.open(path, method=method, json=json, headers=sent)

    def send(self, method: str, path: str, body: bytes, **headers: str) -> TestResponse:
        """One request with these very bytes, as JSON unless a header says otherwise."""
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self._http.open(path, method=method, data=body, headers=sent)

    def query(self, path: str, query: Sequence[tuple[str, str]]) -> TestResponse:
        """A read with these arguments, encoded as a browser does."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return self._http.get(path, query_string=MultiDict(query), headers=headers)

    def ok(self, method: str, path: str, json: Any = None, **headers: str) -> Any:
        """What a request that must succeed is answered with."""
        return body_of(self.ask(method, path, json, **headers))

    def get(self, path: str) -> Any:
        return self.ok("GET", path)

    def check_in(self, kind: str = "feeling", **what: Any) -> str:
        """The id of a new check-in."""
        return str(self.ok("POST", "/v1/check-ins", {"kind": kind, **what})["id"])
