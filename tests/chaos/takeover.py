"""Two workers share the partitions of a service, one is killed with -9, the other takes all of them over.

`make takeover KILLS=10` says how long that takes, while people check in.
"""

import argparse
import http.client
import json
import tempfile
import threading
import time
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from cli.shards import SERVICES

from deploy.native.ports import Ports
from deploy.native.stack import Stack
from deploy.native.workers import NOTIFIER, STREAKS
from shared.store import ShardStore, connect
from shared.topics import DEFAULT_PARTITIONS
from tests.chaos.client import Client
from tests.chaos.load import now_ms

PAIRS = {"streaks": ("streaks", "streaks-1"), "notifier": ("notifier", "notifier-1")}
_LIMIT_S = 90.0
_GLANCE_S = 0.1
_COUPLES = 6
_ALL = list(range(DEFAULT_PARTITIONS))


class Pairs:
    """A stack with two streaks workers and two notifiers."""

    def __init__(self, folder: Path) -> None:
        self.stack = Stack(folder, Ports.spare(), {STREAKS: "2", NOTIFIER: "2"})

    @contextmanager
    def up(self) -> Iterator["Pairs"]:
        self.stack.start()
        try:
            for service in PAIRS:
                until(partial(self.is_shared, service))
            yield self
        finally:
            self.stack.stop()

    def owned_by(self, name: str) -> list[int]:
        """The partitions of a worker, as its /readyz says; none where it does not answer."""
        connection = http.client.HTTPConnection(self.stack.processes[name].address, timeout=5)
        try:
            connection.request("GET", "/readyz")
            shards: list[int] = json.load(connection.getresponse())["shards"]
        except (OSError, http.client.HTTPException):
            return []
        finally:
            connection.close()
        return shards

    def is_shared(self, service: str) -> bool:
        """Whether both workers own about half, and each partition has one owner."""
        first, second = (self.owned_by(name) for name in PAIRS[service])
        return sorted([*first, *second]) == _ALL and abs(len(first) - len(second)) <= 1

    def killed(self, name: str) -> int:
        """Kill it with -9; the instant, in ms."""
        at_ms = now_ms()
        self.stack.processes[name].kill9()
        return at_ms

    def is_taken_over(self, service: str, by: str, since_ms: int) -> bool:
        """Whether this one owns all, and has read each to an end that it asked for after that instant."""
        return self.owned_by(by) == _ALL and min(self._caught_up_ms(service)) > since_ms

    def back(self, name: str) -> None:
        self.stack.processes[name].restart()

    def _caught_up_ms(self, service: str) -> list[int]:
        client = connect(f"redis://127.0.0.1:{self.stack.ports.redis}/0", cluster=False)
        try:
            looks = ShardStore(client, SERVICES[service]).look_all([(n, "", None, 0) for n in _ALL])
        finally:
            client.close()
        return [int(look.meta.get("caught_up_at", 0)) for look in looks]


def until(true: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + _LIMIT_S
    while not true():
        if time.monotonic() > deadline_s:
            raise TimeoutError("it did not come to pass")
        time.sleep(_GLANCE_S)


@contextmanager
def people_checking_in(port: int) -> Iterator[None]:
    """Some couples' members check in, one after the other, until the end."""
    over = threading.Event()
    thread = threading.Thread(target=_check_in, args=(port, over))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(30)


def _check_in(port: int, over: threading.Event) -> None:
    client = Client(port, timeout_s=15)
    tokens = [token for _ in range(_COUPLES) for token in _couple(client)]
    while not over.wait(_GLANCE_S):
        tokens.append(tokens.pop(0))
        client.post("/v1/check-ins", {"kind": "appreciation", "note": "thanks"}, tokens[0])
    client.close()


def _couple(client: Client) -> tuple[str, str]:
    ana, bo = (
        str(client.post("/v1/people", {"name": name, "zone": "Europe/Paris"}).body["token"])
        for name in ("Ana", "Bo")
    )
    code = client.post("/v1/invites", {}, ana).body["code"]
    client.post(f"/v1/invites/{code}/accept", {}, bo)
    client.post("/v1/couple/confirm", {}, ana)
    return ana, bo


def one_round(pairs: Pairs, number: int) -> dict[str, float]:
    """Kill one worker of each service; the seconds until the other had all. Both are back at the end."""
    victims = {service: names[number % 2] for service, names in PAIRS.items()}
    began_ms = {service: pairs.killed(name) for service, name in victims.items()}
    took_s: dict[str, float] = {}

    def all_taken_over() -> bool:
        for service, (first, second) in PAIRS.items():
            survivor = second if victims[service] == first else first
            if service not in took_s and pairs.is_taken_over(service, survivor, began_ms[service]):
                took_s[service] = (now_ms() - began_ms[service]) / 1000
        return len(took_s) == len(PAIRS)

    until(all_taken_over)
    for name in victims.values():
        pairs.back(name)
    until(lambda: all(pairs.is_shared(service) for service in PAIRS))
    return took_s


def main() -> None:
    options = argparse.ArgumentParser(description="Kill one of two workers; how soon has the other all?")
    options.add_argument("--kills", type=int, default=10, help="of each service")
    kills = options.parse_args().kills
    zoneinfo.reset_tzpath(to=())
    pairs = Pairs(Path(tempfile.mkdtemp(prefix="attune-takeover-")))
    found: dict[str, list[float]] = {service: [] for service in PAIRS}
    with pairs.up(), people_checking_in(pairs.stack.ports.checkin):
        for number in range(kills):
            for service, seconds in one_round(pairs, number).items():
                found[service].append(seconds)
                print(f"{number + 1:3} {service:9} {seconds:6.1f} s", flush=True)
    for service, all_s in found.items():
        print(
            f"{service}: median {sorted(all_s)[len(all_s) // 2]:.1f} s, longest {max(all_s):.1f} s of {kills}"
        )


if __name__ == "__main__":
    main()
