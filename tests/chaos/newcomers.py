"""People who register and pair while things break: every command is repeated under its key until answered."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from tests.chaos.addresses import WAYS, Address, Receivers, code_in
from tests.chaos.arrivals import Arrival
from tests.chaos.client import Answer, Client
from tests.chaos.ledger import Ledger
from tests.chaos.load import CheckingIn

PAUSE_S = 4.0
PATIENCE_S = 60.0
GOING = ("/v1/couple/members/me", "/v1/people/me")
"""What one of two may do in the end: leave, or erase themself."""
_DONE = (200, 201)


class Newcomers:
    """One thread; `pairs` counts the couples that were formed, `tokens` are those of everybody."""

    def __init__(
        self,
        port: int,
        receivers: Receivers,
        ledger: Ledger,
        seed: int,
        arrivals: Callable[[], Sequence[Arrival]],
    ) -> None:
        self.tokens: dict[str, str] = {}
        self.pairs = 0
        self.left_open = 0
        self._port = port
        self._receivers = receivers
        self._arrivals = arrivals
        self._ledger = ledger
        self._chance = random.Random(f"{seed}/newcomers")
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Return when the couple in the making is formed or given up."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        client, checking_in = Client(self._port, timeout_s=8.0), CheckingIn(self._port, self._ledger)
        while not self._ending.wait(self._chance.expovariate(1 / PAUSE_S)):
            try:
                self._pair(client, checking_in)
                self.pairs += 1
            except TimeoutError:
                self.left_open += 1
            except RefusedError as refused:
                self._ledger.complain(str(refused))
        client.close()
        checking_in.close()

    def _pair(self, client: Client, checking_in: CheckingIn) -> None:
        until_s = time.monotonic() + PATIENCE_S
        commands = Commands(client, self._ledger, self._chance, until_s)
        (ana, ana_token), (bo, bo_token) = (commands.register(name) for name in ("Ana", "Bo"))
        for person, token in ((ana, ana_token), (bo, bo_token)):
            self.tokens[person] = token
            for address in self._chance.choice(WAYS):
                self._add_channel(commands, address, person, token)
        code = commands.carry_out("/v1/invites", ana_token)["code"]
        commands.carry_out(f"/v1/invites/{code}/accept", bo_token)
        formed = commands.carry_out("/v1/couple/confirm", ana_token)
        if set(formed.get("members", ())) != {ana, bo}:
            raise RefusedError(f"confirm answered {formed}")
        for person, token in ((ana, ana_token), (bo, bo_token)):
            checking_in.until_acknowledged(
                person, token, {"kind": "appreciation"}, lambda: time.monotonic() < until_s
            )
        commands.amend(ana_token)
        commands.go(self._chance.choice([*GOING, None]), bo_token)

    def _add_channel(self, commands: "Commands", address: Address, person: str, token: str) -> None:
        """Add it, and give back the code that arrives there."""
        wish = self._receivers.wish(address, person)
        channel = commands.carry_out("/v1/channels", token, wish)["id"]
        code = commands.awaited(lambda: code_in(self._arrivals(), address.kind, person))
        commands.carry_out(f"/v1/channels/{channel}/verify", token, {"code": code})


class RefusedError(Exception):
    """A command had an answer that it should not have had."""


class Commands:
    """Carries out commands, each under one key. Raises `RefusedError`, or `TimeoutError` if it takes long."""

    def __init__(self, client: Client, ledger: Ledger, chance: random.Random, until_s: float) -> None:
        self._client = client
        self._ledger = ledger
        self._chance = chance
        self._until_s = until_s

    def register(self, name: str) -> tuple[str, str]:
        """The person and their token, once it can be used. A repeat makes another person."""
        answer = self._answered("/v1/people", None, {"name": name, "zone": "Europe/Paris"}, (201, 202))
        person, token = str(answer.body["person"]), str(answer.body["token"])
        while self._client.get("/v1/people/me", token).status != 200:
            self._pause()
        return person, token

    def carry_out(self, path: str, token: str, body: object = None) -> dict[str, Any]:
        """What the command came to."""
        answer = self._answered(path, token, body or {}, (*_DONE, 202))
        if answer.status != 202:
            return answer.body
        shown = answer.body
        while True:
            found = self._client.get(answer.location or "", token)
            self._ledger.count("command", found.status)
            if found.body.get("state") == "refused":
                raise RefusedError(f"{path} was refused: {found.body}")
            if found.body.get("state") == "done":
                return {**(found.body.get("result") or {}), **shown}
            self._pause()

    def awaited(self, look: Callable[[], str | None]) -> str:
        """What is found in the end."""
        while (found := look()) is None:
            self._pause()
        return found

    def amend(self, token: str) -> None:
        """Say something else in the latest entry."""
        listed = self._until(lambda: self._client.get("/v1/check-ins?limit=1", token), "list", (200,))
        entries, key = listed.body["check_ins"], self._key()
        if entries and entries[0]["at"] is not None:
            path, body = f"/v1/check-ins/{entries[0]['id']}", {"note": "Said anew."}
            self._until(lambda: self._client.patch(path, body, token, key), "amend", (200, 202))

    def go(self, path: str | None, token: str) -> None:
        """Leave or erase in two steps. Whoever is erased cannot ask again: 401 says that it is done."""
        if path is None:
            return
        key = self._key()
        first = self._until(lambda: self._client.delete(path, token, key), path, (200,))
        asked, second = f"{path}?confirm={first.body['confirm']}", self._key()
        self._until(lambda: self._client.delete(asked, token, second), path, (200, 202, 204, 401))

    def _answered(self, path: str, token: str | None, body: object, wanted: tuple[int, ...]) -> Answer:
        key = self._key()
        what = path if len(path) < 20 else f"…/{path.rpartition('/')[2]}"
        return self._until(lambda: self._client.post(path, body, token, key), what, wanted)

    def _until(self, ask: Callable[[], Answer], what: str, wanted: tuple[int, ...]) -> Answer:
        """Ask again and again until it is answered so."""
        while True:
            answer = ask()
            self._ledger.count(what, answer.status)
            if answer.status in wanted:
                return answer
            if answer.status not in (0, 503) and not _is_in_flight(answer):
                raise RefusedError(f"{what} was answered {answer.status}: {answer.body}")
            self._pause()

    def _key(self) -> str:
        return str(UUID(int=self._chance.getrandbits(128), version=4))

    def _pause(self) -> None:
        if time.monotonic() > self._until_s:
            raise TimeoutError
        time.sleep(0.3)


def _is_in_flight(answer: Answer) -> bool:
    """Whether an attempt that was left unanswered is still under way, or its lease has not ended."""
    return answer.status == 409 and answer.body.get("type") == "/problems/in_flight"
