"""Deliveries: webhooks a second to fifty endpoints, and what one bad endpoint does to the other forty-nine.

The pool and the webhook channel of the notifier, over the wire. The receivers are a process of their own on
the same machine; each takes 5 ms. For the bad ones 200 attempts a second are offered, bad or not.
"""

import os
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import count, cycle

import structlog
from notifier.channels import Channel, Message
from notifier.channels.calling import Caller
from notifier.channels.webhook import Webhook
from notifier.delivery import Attempt, Deliveries

from shared.process import SystemClock
from tests.bench.receivers import Receivers, running

ENDPOINTS = 50
SECONDS = 4.0
OFFERED_PER_S = 200
ROUNDS = 3
SECRET = "whsec_" + "A" * 44
CHANGING, BAD_TLS = "name that changes its answer", "bad TLS"


class Timed:
    """The channel, and how long each attempt took from when it was handed out, by endpoint."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.began_s: dict[str, float] = {}
        self.took_s: dict[str, list[float]] = defaultdict(list)

    def endpoint(self, address: str) -> str:
        return self._channel.endpoint(address)

    def send(self, address: str, secret: str, message: Message, now_ms: int) -> bool:
        try:
            return self._channel.send(address, secret, message, now_ms)
        finally:
            took_s = time.perf_counter() - self.began_s.pop(message.id)
            self.took_s[self.endpoint(address)].append(took_s)


class Bench:
    """A pool of its own for each measurement, so that none inherits another's breakers."""

    def __init__(self, receivers: Receivers) -> None:
        answers = cycle([["127.0.0.1"], ["169.254.169.254"]])
        ports = [*receivers.ports, *receivers.hostile.values()]
        hosts = {f"127.0.0.1:{port}" for port in ports} | {f"changing.lan:{receivers.ports[0]}"}
        self.timed = Timed(
            Webhook(Caller(hosts, lambda host, _: next(answers) if host == "changing.lan" else ["127.0.0.1"]))
        )
        self._clock = SystemClock()
        self._pool = Deliveries({"webhook": self.timed}, self._clock.now_ms)
        self._ids = count()

    def hand_out(self, address: str) -> bool:
        """Whether there was a free place."""
        endpoint = self.timed.endpoint(address)
        if self._pool.reserve(endpoint):
            return False
        message = Message(f"n{next(self._ids)}", "day.at_risk", "A title", "A body.", "Why.", 0)
        self.timed.began_s[message.id] = time.perf_counter()
        self._pool.start(
            Attempt(0, "couple/c", "hook", "webhook", endpoint, address, SECRET, message, 1, 2**60)
        )
        return True

    def heard(self) -> int:
        return len(self._pool.results(0, "couple/c"))

    def close(self) -> None:
        self._pool.close(0.1)


def main() -> None:
    """Print the throughput of each round, then the table."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with running(ENDPOINTS) as receivers:
        _print_load()
        rates = [_throughput(receivers) for _ in range(ROUNDS)]
        print(f"webhooks/s to {ENDPOINTS} endpoints: {' '.join(f'{rate:.0f}' for rate in rates)}", flush=True)
        _print_table(receivers)
        _print_load()


def _throughput(receivers: Receivers) -> float:
    bench, delivered, began_s = Bench(receivers), 0, time.monotonic()
    addresses = cycle(_good(receivers))
    while time.monotonic() < began_s + SECONDS:
        while bench.hand_out(next(addresses)):
            pass
        delivered += bench.heard()
        # As long as the notifier's own rounds, in which it hears and hands out.
        time.sleep(0.02)
    rate = delivered / (time.monotonic() - began_s)
    bench.close()
    return rate


def _print_table(receivers: Receivers) -> None:
    good = _good(receivers)
    print(f"{'one of fifty':30} {'others p50':>11} {'others p99':>11} {'x without':>10} {'its attempts':>13}")
    without = [_others(receivers, good) for _ in range(ROUNDS)]
    base_ms = statistics.median(p99 for _, p99, _ in without)
    _print_row("none is bad", without, base_ms)
    bad = {name: f"http://127.0.0.1:{port}/" for name, port in receivers.hostile.items()}
    bad |= {CHANGING: f"http://changing.lan:{receivers.ports[0]}/", BAD_TLS: good[0].replace("http", "https")}
    for name, address in bad.items():
        _print_row(name, [_others(receivers, [address, *good[1:]]) for _ in range(ROUNDS)], base_ms)


def _others(receivers: Receivers, addresses: Sequence[str]) -> tuple[float, float, int]:
    """The p50 and p99 of all but the first, in milliseconds, and how many attempts the first had."""
    bench, turn = Bench(receivers), cycle(addresses)
    for due_s in _schedule():
        time.sleep(max(0.0, due_s - time.monotonic()))
        bench.hand_out(next(turn))
        bench.heard()
    first = bench.timed.endpoint(addresses[0])
    bench.close()
    others = [took for endpoint, took_s in bench.timed.took_s.items() if endpoint != first for took in took_s]
    cuts = statistics.quantiles(others, n=100)
    return 1000 * cuts[49], 1000 * cuts[98], len(bench.timed.took_s[first])


def _schedule() -> Iterator[float]:
    began_s = time.monotonic()
    return (began_s + nth / OFFERED_PER_S for nth in range(round(SECONDS * OFFERED_PER_S)))


def _good(receivers: Receivers) -> list[str]:
    return [f"http://127.0.0.1:{port}/" for port in receivers.ports]


def _print_row(name: str, rounds: Sequence[tuple[float, float, int]], base_ms: float) -> None:
    p50, p99, attempts = (statistics.median(values) for values in zip(*rounds, strict=True))
    print(f"{name:30} {p50:8.1f} ms {p99:8.1f} ms {p99 / base_ms:9.2f}x {attempts:13.0f}", flush=True)


def _print_load() -> None:
    print(f"load averages: {' '.join(f'{load:.1f}' for load in os.getloadavg())}", flush=True)


if __name__ == "__main__":
    main()
