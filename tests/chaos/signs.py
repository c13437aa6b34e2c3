"""What partners send one another: signs, appreciations and reflections, while things break."""

import random
import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from tests.chaos.client import Answer, Client
from tests.chaos.crowd import Crowd
from tests.chaos.ledger import Acknowledged, Ledger
from tests.chaos.load import CheckingIn, now_ms

THREADS = 2
PAUSE_S = 0.25
_PATH = "/v1/nudges"


class Signs(Crowd[str]):
    """People who take turns: first everybody once, then again."""

    def __init__(
        self, port: int, people: Sequence[str], tokens: Mapping[str, str], ledger: Ledger, seed: int
    ) -> None:
        super().__init__(people, f"{seed}/signs", THREADS, PAUSE_S)
        self._port = port
        self._tokens = tokens
        self._ledger = ledger

    def _run(self, people: Sequence[str], chance: random.Random) -> None:
        client, checking_in = Client(self._port, timeout_s=8.0), CheckingIn(self._port, self._ledger)
        turn = 0
        while self._begins(chance):
            person = people[turn % len(people)]
            turn += 1
            what = chance.choice(["sign", "appreciation", "reflection"])
            if what == "appreciation":
                body = {"kind": "appreciation", "note": "Thank you."}
                checking_in.until_acknowledged(person, self._tokens[person], body, self._goes_on)
            elif what == "sign" or not self._reflect(client, person, chance):
                self._sign(client, person, chance)
        client.close()
        checking_in.close()

    def _reflect(self, client: Client, person: str, chance: random.Random) -> bool:
        """Answer something that the partner has shared, if there is anything."""
        listed = client.get("/v1/check-ins?limit=20", self._tokens[person])
        self._ledger.count("list", listed.status)
        shared = [
            entry["id"]
            for entry in listed.body.get("check_ins", ())
            if entry["author"] != person and entry["visibility"] == "shared"
        ]
        if shared:
            path = f"/v1/check-ins/{chance.choice(shared)}/reflection"
            asked_ms = now_ms()
            _, said = self._until_taken(client, person, path, {"note": "I heard you."}, chance)
            if said:
                told = str(said["id"]), str(said["local_date"])
                self._ledger.acknowledge(Acknowledged(person, *told, asked_ms, now_ms()))
        return bool(shared)

    def _sign(self, client: Client, person: str, chance: random.Random) -> None:
        body = chance.choice([{}, {"text": "Thinking of you."}])
        key, said = self._until_taken(client, person, _PATH, body, chance)
        if said:
            self._ledger.sign(person, str(uuid5(UUID(person), f"POST {_PATH} {key}")))

    def _until_taken(
        self, client: Client, person: str, path: str, body: Mapping[str, Any], chance: random.Random
    ) -> tuple[str, dict[str, Any]]:
        """The key under which it was asked for, and what was answered: nothing if it was never taken."""
        key, what = str(UUID(int=chance.getrandbits(128), version=4)), path.rpartition("/")[2]
        while self._goes_on():
            answer = client.post(path, body, self._tokens[person], key)
            self._ledger.count(what, answer.status)
            if 200 <= answer.status < 300:
                return key, answer.body
            if not _may_pass(answer):
                self._ledger.complain(f"{what} was answered {answer.status}: {answer.body}")
                return key, {}
            time.sleep(0.3)
        self._ledger.give_up()
        return key, {}


def _may_pass(answer: Answer) -> bool:
    in_flight = answer.status == 409 and answer.body.get("type") == "/problems/in_flight"
    return in_flight or answer.status in (0, 503)
