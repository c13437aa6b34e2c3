"""Recorded processes: a pid alone may be somebody else's by tomorrow, a pid with its birth is not."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec


@dataclass(frozen=True)
class Recorded:
    """A process that leads its own group, as it was when it was started."""

    name: str
    pid: int
    born: str

    def is_alive(self) -> bool:
        return born(self.pid) == self.born

    def stop(self, grace_s: float) -> None:
        """Stop its whole group: asked first, killed after the grace. Does nothing if the pid is another's."""
        deadline = time.monotonic() + grace_s
        if self.is_alive():
            signal_group(self.pid, signal.SIGTERM)
            signal_group(self.pid, signal.SIGCONT)
        while self.is_alive() and time.monotonic() < deadline:
            time.sleep(0.05)
        if self.is_alive():
            signal_group(self.pid, signal.SIGKILL)


def born(pid: int) -> str | None:
    """The boot and the clock tick at which this process began; None if there is no such (living) process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The command's name stands in brackets and may hold anything, so count from the last bracket.
    columns = stat.rpartition(")")[2].split()
    state, started = columns[0], columns[19]
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return None if state in "ZX" else f"{boot}/{started}"


def signal_group(pid: int, number: signal.Signals) -> None:
    """Signal the group that this process leads; nothing if it is gone."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


def record(name: str, pid: int, file: Path) -> Recorded:
    """Write down a process that has just been started."""
    process = Recorded(name, pid, born(pid) or "")
    file.write_bytes(msgspec.json.encode(process))
    return process


def recorded(folder: Path) -> list[Recorded]:
    """The processes recorded in this folder that are still alive."""
    found = (msgspec.json.decode(file.read_bytes(), type=Recorded) for file in sorted(folder.glob("*.json")))
    return [process for process in found if process.is_alive()]
