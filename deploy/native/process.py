"""One process of the stack: started, watched, hurt (by tests) and stopped as a group."""

import signal
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.native import pids
from deploy.native.places import ROOT, RunDir
from deploy.native.ports import is_held_by_group, port_of

_LOG_LIMIT_BYTES = 10_000_000


class StartFailed(Exception):
    """A part of the stack did not come up; the text says which, and ends with its last words."""


@dataclass(frozen=True)
class Service:
    """What to run and when it is ready: it holds the address itself and gives a good answer there."""

    name: str
    command: tuple[str, ...]
    address: str
    answers: Callable[[str], bool]
    env: Mapping[str, str]


class Process:
    """A running service. It leads a process group of its own and writes to its own log."""

    def __init__(self, service: Service, run_dir: RunDir) -> None:
        self.service = service
        self._log = run_dir.log(service.name)
        self._pid_file = run_dir.pid_file(service.name)
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        return self.service.name

    @property
    def address(self) -> str:
        """host:port"""
        return self.service.address

    @property
    def pid(self) -> int:
        """Raises if it is not started."""
        if self._child is None:
            raise RuntimeError(f"{self.name} is not started")
        return self._child.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        return self._child.poll() if self._child else None

    def is_alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def is_ready(self) -> bool:
        held = self.is_alive() and is_held_by_group(port_of(self.address), self.pid)
        return held and self.service.answers(self.address)

    def start(self) -> None:
        _put_aside(self._log)
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                self.service.command,
                cwd=ROOT,
                env=dict(self.service.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        pids.record(self.name, self.pid, self._pid_file)

    def ask_to_stop(self) -> None:
        """SIGTERM to the group; a group that was frozen is thawed so that it can obey."""
        if self.is_alive():
            pids.signal_group(self.pid, signal.SIGTERM)
            self.sigcont()

    def stop(self, grace_s: float = 15) -> None:
        """Stop the group: asked first, killed after the grace. Harmless when it is down already."""
        self.ask_to_stop()
        if self._child is not None:
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(grace_s)
            self.kill9()
            self._child = None
            self._pid_file.unlink(missing_ok=True)

    def restart(self) -> None:
        """Stop it if it runs (and what is left of its group), start it again with the same command."""
        self.stop()
        self.start()

    def kill9(self) -> None:
        """Kill the whole group at once and wait until its leader is gone."""
        if self._child is not None:
            pids.signal_group(self.pid, signal.SIGKILL)
            self._child.wait(10)

    def sigstop(self) -> None:
        """Freeze the group."""
        pids.signal_group(self.pid, signal.SIGSTOP)

    def sigcont(self) -> None:
        """Let a frozen group go on."""
        pids.signal_group(self.pid, signal.SIGCONT)

    def last_lines(self, count: int = 20) -> str:
        """The end of its log."""
        text = self._log.read_text(errors="replace") if self._log.exists() else ""
        return "\n".join(text.splitlines()[-count:])


def _put_aside(log: Path) -> None:
    """Keep one older log once this one has grown large."""
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".log.1"))
