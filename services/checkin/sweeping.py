"""What makes the last copy of an erased key go: the log's and Redis' own files are written anew by the hour.

A compacted topic leaves its newest segment alone, and that one ends only when another record comes.
"""

import threading
import time
from collections.abc import Callable

import structlog

from shared.events import Event, encode
from shared.faults import StoreUnavailable
from shared.kafka import SupervisedProducer
from shared.records import Message
from shared.store import Client, rewrite_file
from shared.topics import KEYS

log = structlog.get_logger(__name__)

EVERY_S = 1800.0
_KEY = b"filler"


class Sweeper:
    """Sweeps on a thread of its own for as long as the process lives."""

    def __init__(
        self, producer: SupervisedProducer, client: Client, partitions: int, now_iso: Callable[[], str]
    ) -> None:
        self._producer = producer
        self._client = client
        self._partitions = partitions
        self._now_iso = now_iso
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        while True:
            time.sleep(EVERY_S)
            self.sweep()

    def sweep(self) -> None:
        """Let every segment of keys end, and Redis forget what it has removed."""
        value = encode(Event("filler", "keys.rolled", "attune/checkin", self._now_iso(), None, {}))
        fillers = [Message(KEYS, number, _KEY, value) for number in range(self._partitions)]
        if None in self._producer.publish(fillers, 10.0):
            log.warning("segments of keys do not end", topic=KEYS)
        try:
            rewrite_file(self._client)
        except StoreUnavailable as error:
            # Redis says so, too, while it is at it.
            log.warning("the append-only file is not rewritten", reason=str(error))
