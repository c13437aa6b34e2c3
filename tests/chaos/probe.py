"""When the stack is well again: a fresh client's check-in is acknowledged, and every shard is caught up."""

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

import redis

from shared.store import Client
from tests.chaos import logbook
from tests.chaos.faults import Struck
from tests.chaos.ledger import Ledger
from tests.chaos.load import CheckingIn, now_ms
from tests.chaos.logbook import GROUPS

_EVERY_S = 0.2
_CHECK_IN = "check-in"


class Sample(NamedTuple):
    """Well as of `as_of_ms`, known at `at_ms`."""

    at_ms: int
    as_of_ms: int


class Recovery(NamedTuple):
    """When all was well again, and what was the last to be: a check-in, or a service's shards."""

    at_ms: int
    last: str


class Probe:
    """Asks about five times a second, the check-in each time over a new connection.

    `who` is the person, with their token, who checks in.
    """

    def __init__(
        self, port: int, client: Client, partitions: int, who: tuple[str, str], ledger: Ledger
    ) -> None:
        self._samples: dict[str, list[Sample]] = {name: [] for name in (_CHECK_IN, *GROUPS)}
        self._port = port
        self._client = client
        self._partitions = partitions
        self._who = who
        self._ledger = ledger
        self._ending = threading.Event()
        self._threads = [
            threading.Thread(target=self._ask, args=(question,), daemon=True)
            for question in (self._check_in, self._look)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def recovery(self, struck: Struck) -> Recovery | None:
        """When all was well again as of an instant after the fault; None if never."""
        known = [(first_after(samples, struck.over_ms), name) for name, samples in self._samples.items()]
        found = [Recovery(at_ms, name) for at_ms, name in known if at_ms is not None]
        return max(found) if len(found) == len(known) else None

    def _ask(self, question: Callable[[], None]) -> None:
        while not self._ending.wait(_EVERY_S):
            question()

    def _check_in(self) -> None:
        person, token = self._who
        checking_in, asked_ms, once = CheckingIn(self._port, self._ledger), now_ms(), iter([True])
        if checking_in.until_acknowledged(person, token, {"kind": "feeling"}, lambda: next(once, False)):
            self._samples[_CHECK_IN].append(Sample(now_ms(), asked_ms))
        checking_in.close()

    def _look(self) -> None:
        try:
            caught_up_ms = logbook.caught_up_ms(self._client, self._partitions)
        except redis.RedisError:
            self._client.connection_pool.disconnect()
            return
        for service, as_of_ms in caught_up_ms.items():
            self._samples[service].append(Sample(now_ms(), as_of_ms))


def first_after(samples: Sequence[Sample], at_ms: int) -> int | None:
    """When it was first known to be well as of this instant or later."""
    return next((sample.at_ms for sample in samples if sample.as_of_ms >= at_ms), None)
