"""The control: a stock `KafkaProducer` beside the stack, to show what Attune's producer has to survive."""

import threading
from collections import Counter
from typing import Any, Literal

from kafka import KafkaAdminClient, KafkaProducer
from kafka.errors import KafkaError

TOPIC = "chaos.control"
_EVERY_S = 0.5
_WAIT_S = 3.0

When = Literal["before", "during", "after"]


class Control:
    """Sends a record twice a second from the start on; `when` says how the broker is."""

    def __init__(self, bootstrap: str) -> None:
        self.when: When = "before"
        self.acknowledged: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self._bootstrap = bootstrap
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Make its topic, and begin."""
        admin = KafkaAdminClient(bootstrap_servers=self._bootstrap)
        admin.create_topics({TOPIC: {"num_partitions": 1, "replication_factor": 1}})
        admin.close()
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        self._thread.join()

    def verdict(self) -> str:
        """One sentence."""
        tally = ", ".join(
            f"{when} {self.acknowledged[when]} of {self.acknowledged[when] + self.failed[when]}"
            for when in ("before", "during", "after")
        )
        recovered = "recovered" if self.acknowledged["after"] else "never recovered"
        return f"a stock KafkaProducer {recovered} (acknowledged {tally})"

    def _run(self) -> None:
        producer = KafkaProducer(
            bootstrap_servers=self._bootstrap,
            delivery_timeout_ms=8000,
            request_timeout_ms=3000,
            max_block_ms=2000,
        )
        while not self._ending.wait(_EVERY_S):
            self._send(producer)
        _end(producer)

    def _send(self, producer: Any) -> None:
        try:
            producer.send(TOPIC, b"control").get(timeout=_WAIT_S)
            self.acknowledged[self.when] += 1
        except KafkaError:
            self.failed[self.when] += 1


def _end(producer: Any) -> None:
    try:
        producer.close(timeout=1)
    except KafkaError:
        producer._sender.force_close()
