"""The load: people check in again and again, each retry under the same key, and sometimes ask nonsense."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from tests.chaos.cast import Part
from tests.chaos.client import Client
from tests.chaos.crowd import Crowd
from tests.chaos.ledger import Acknowledged, Ledger

THREADS = 4
PAUSE_S = 0.12
NONSENSE = 0.03
"""The share of requests that must be refused."""

_AGAIN = (0, 409, 503)
_FEELINGS = ("calm", "joyful", "tired", "anxious", "loving")


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class CheckingIn:
    """Gets one check-in acknowledged, however long it takes. One client each; not thread-safe."""

    def __init__(self, port: int, ledger: Ledger) -> None:
        self._client = Client(port)
        self._ledger = ledger

    def until_acknowledged(
        self, person: str, token: str, body: Mapping[str, Any], goes_on: Callable[[], bool]
    ) -> bool:
        """Whether it was, tried for as long as this says."""
        key = str(UUID(int=random.getrandbits(128), version=4))
        asked_ms, pause_s = now_ms(), 0.1
        while goes_on():
            answer = self._client.post("/v1/check-ins", body, token, key)
            self._ledger.count("check-in", answer.status)
            if answer.status == 202:
                self._acknowledged(person, key, asked_ms, answer.body)
                return True
            if answer.status not in _AGAIN:
                self._ledger.complain(f"a check-in was answered {answer.status}: {answer.body.get('detail')}")
                return False
            time.sleep(pause_s)
            pause_s = min(1.0, pause_s * 2)
        return False

    def nonsense(self, chance: random.Random, token: str) -> None:
        """A request that must be refused, with the right word."""
        what, wanted, body, shown = chance.choice(
            [
                ("wrong token", 401, {"kind": "feeling"}, token[:-43] + "x" * 43),
                ("malformed", 400, b'{"kind": "feel', token),
                ("unknown kind", 422, {"kind": "telepathy"}, token),
                ("too late", 422, {"kind": "feeling", "at": "2020-01-01T00:00:00Z"}, token),
            ]
        )
        answer = self._client.post("/v1/check-ins", body, shown)
        self._ledger.count(what, answer.status)
        if answer.status not in (wanted, 0, 503):
            self._ledger.complain(f"{what} was answered {answer.status}, not {wanted}")

    def close(self) -> None:
        self._client.close()

    def _acknowledged(self, person: str, key: str, asked_ms: int, body: Mapping[str, Any]) -> None:
        wanted = str(uuid5(UUID(person), key))
        if body.get("id") != wanted:
            self._ledger.complain(f"check-in {wanted} was acknowledged as {body.get('id')}")
        entry = Acknowledged(person, str(body.get("id")), str(body.get("local_date")), asked_ms, now_ms())
        self._ledger.acknowledge(entry)


class Load(Crowd[Part]):
    """People check in, now and then with nonsense."""

    def __init__(
        self, port: int, parts: Sequence[Part], tokens: Mapping[str, str], ledger: Ledger, seed: int
    ) -> None:
        super().__init__(parts, str(seed), THREADS, PAUSE_S)
        self._port = port
        self._tokens = tokens
        self._ledger = ledger

    def _run(self, people: Sequence[Part], chance: random.Random) -> None:
        checking_in = CheckingIn(self._port, self._ledger)
        while self._begins(chance):
            awake = [part for part in people if part.from_ms <= now_ms()]
            if awake:
                self._one(checking_in, chance.choice(awake), chance)
        checking_in.close()

    def _one(self, checking_in: CheckingIn, part: Part, chance: random.Random) -> None:
        token = self._tokens[part.person]
        if chance.random() < NONSENSE:
            checking_in.nonsense(chance, token)
        else:
            body = entry(part, chance)
            checking_in.until_acknowledged(part.person, token, body, self._goes_on)
            if not self._goes_on():
                self._ledger.give_up()


def entry(part: Part, chance: random.Random) -> dict[str, Any]:
    """What this person enters next."""
    kind = chance.choice(part.kinds)
    body: dict[str, Any] = {"kind": kind}
    if kind == "feeling":
        body |= {
            "feelings": [chance.choice(_FEELINGS)],
            "note": "As it happens.",
            "busy": chance.randint(1, 3),
        }
    if kind == "quality_time":
        body["minutes"] = chance.randint(10, 120)
    if part.late and chance.random() < 0.25:
        body["day"] = "yesterday"
    if kind != "appreciation":
        body["visibility"] = chance.choice(["shared", "sealed", "sealed", "secret"])
    return body
