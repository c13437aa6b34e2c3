"""500 check-ins in one batch, beside 500 single ones: one after another, and sixteen at a time.

The same person, over connections that stay open, on the real stack with all services folding. Load, Kafka and
Redis share the machine.
"""

import http.client
import json
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from deploy.native.ports import Ports
from deploy.native.stack import Stack
from tests.bench.checkin import UNLIMITED

MANY = 500
AT_ONCE = 16
ROUNDS = 5
SETTLE_S = 2.0

Entries = Sequence[dict[str, str]]


def main() -> None:
    """Print the medians of each way, and how many times as long the single ones take."""
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder), Ports.spare(), dict.fromkeys(UNLIMITED, "1000000"))
        stack.start()
        try:
            _measure(Client(stack.ports.checkin))
        finally:
            stack.stop()


class Client:
    """A new person, and the three ways to enter what they have."""

    def __init__(self, port: int) -> None:
        self._port = port
        body = {"name": "Ana", "zone": "Europe/Paris"}
        self._token = json.loads(self._post(self._connected(), "/v1/people", body, 201))["token"]

    def batch(self, entries: Entries) -> None:
        answer = self._post(self._connected(), "/v1/check-ins/batch", {"check_ins": entries}, 200)
        assert {outcome["status"] for outcome in json.loads(answer)["outcomes"]} == {202}

    def one_by_one(self, entries: Entries) -> None:
        connection = self._connected()
        for entry in entries:
            self._post(connection, "/v1/check-ins", entry, 202)

    def many_at_once(self, entries: Entries) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self.one_by_one, [entries[nth::AT_ONCE] for nth in range(AT_ONCE)]))

    def _connected(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)

    def _post(self, connection: http.client.HTTPConnection, path: str, body: Any, wanted: int) -> bytes:
        headers = {"Content-Type": "application/json"}
        if path != "/v1/people":
            headers["Authorization"] = f"Bearer {self._token}"
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        read = answer.read()
        assert answer.status == wanted, read
        return read


def _measure(client: Client) -> None:
    ways = {
        "in one batch": client.batch,
        "one by one": client.one_by_one,
        f"{AT_ONCE} at once": client.many_at_once,
    }
    for way in ways.values():
        way(_entries())
    taken_ms: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            time.sleep(SETTLE_S)
            taken_ms[name].append(_timed_ms(way))
    medians = {name: statistics.median(found) for name, found in taken_ms.items()}
    for name, median in medians.items():
        spread = f"{min(taken_ms[name]):.0f} to {max(taken_ms[name]):.0f}"
        times = f"{median / medians['in one batch']:.1f} x"
        print(f"{MANY} {name:13} {median:7.0f} ms   ({spread})   {times}", flush=True)


def _timed_ms(way: Callable[[Entries], None]) -> float:
    entries, began_s = _entries(), time.perf_counter()
    way(entries)
    return 1000 * (time.perf_counter() - began_s)


def _entries() -> Entries:
    return [{"kind": "feeling", "id": str(uuid.uuid4())} for _ in range(MANY)]


if __name__ == "__main__":
    main()
