"""What the clients were told: every acknowledgement, on disk before its client goes on, and every answer."""

import json
import os
import threading
from collections import Counter
from pathlib import Path
from typing import NamedTuple


class Acknowledged(NamedTuple):
    """A check-in that was answered with 202. The instants are the client's clock."""

    person: str
    checkin: str
    local_date: str
    asked_ms: int
    acknowledged_ms: int


class Ledger:
    """Thread-safe. `unexpected` holds a line for each answer that should not have been given.

    `signs`: of each sign to a partner that was taken who sent it, and the id of its command.
    """

    def __init__(self, file: Path) -> None:
        self.entries: list[Acknowledged] = []
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.unexpected: list[str] = []
        self.unanswered = 0
        self.signs: list[tuple[str, str]] = []
        self._lock = threading.Lock()
        self._file = file.open("a")

    def acknowledge(self, entry: Acknowledged) -> None:
        """Returns when the entry is on disk."""
        with self._lock:
            self._file.write(json.dumps(entry) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            self.entries.append(entry)

    def sign(self, person: str, command: str) -> None:
        """A sign was taken."""
        with self._lock:
            self.signs.append((person, command))

    def count(self, what: str, status: int) -> None:
        """One answer; status 0 for none."""
        with self._lock:
            self.statuses[what, status] += 1

    def complain(self, line: str) -> None:
        with self._lock:
            self.unexpected.append(line)

    def give_up(self) -> None:
        """A check-in that was never acknowledged: it may be in the log or not."""
        with self._lock:
            self.unanswered += 1

    def close(self) -> None:
        self._file.close()


def read(file: Path) -> list[Acknowledged]:
    """The entries in the file of a ledger."""
    return [Acknowledged(*json.loads(line)) for line in file.read_text().splitlines()]
