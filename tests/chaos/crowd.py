"""A few threads, each with people of its own, that begin things until they are told to stop."""

import random
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

PATIENCE_S = 30.0
"""So long it is tried after the end to have acknowledged what has begun."""


class Crowd(ABC, Generic[T]):
    """`pause_s`: from one thing to the next, on average, in each of the threads."""

    def __init__(self, people: Sequence[T], seed: str, threads: int, pause_s: float) -> None:
        self._pause_s = pause_s
        self._ending = threading.Event()
        self._until_s = float("inf")
        self._threads = [
            threading.Thread(
                target=self._run, args=(people[n::threads], random.Random(f"{seed}/{n}")), daemon=True
            )
            for n in range(threads)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Begin nothing more; return when what has begun is acknowledged or given up."""
        self._until_s = time.monotonic() + PATIENCE_S
        self._ending.set()
        for thread in self._threads:
            thread.join()

    @abstractmethod
    def _run(self, people: Sequence[T], chance: random.Random) -> None:
        """What one thread does."""

    def _begins(self, chance: random.Random) -> bool:
        """Wait a moment; whether something more is to be begun."""
        return not self._ending.wait(chance.expovariate(1 / self._pause_s))

    def _goes_on(self) -> bool:
        """Whether what has begun is still tried."""
        return time.monotonic() < self._until_s
