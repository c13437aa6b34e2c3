"""The process behind `make up`: starts the stack, restarts what dies, stops all when told to."""

import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

from deploy.native import ports as port_picking
from deploy.native.places import DEPLOY, RunDir, settings_in
from deploy.native.ports import Ports, port_of
from deploy.native.process import Process, StartFailed
from deploy.native.stack import Stack
from deploy.native.waiting import Halted

NAME = "supervisor"
_GLANCE_S = 0.2


def run(run_dir: RunDir) -> int:
    """Start everything, watch until SIGTERM, stop everything. The exit code says whether it came up."""
    halt = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: halt.set())
    settings = settings_of_user(os.environ)
    ports = picked_ports(run_dir, settings)
    stack = Stack(run_dir.path, ports, settings, say=say, halt=halt)
    try:
        return _start_and_watch(stack, halt)
    finally:
        run_dir.pid_file(NAME).unlink(missing_ok=True)


def _start_and_watch(stack: Stack, halt: Event) -> int:
    try:
        stack.start()
    except (StartFailed, Halted) as reason:
        say(str(reason) or "called off")
        return 1
    stack.run_dir.status.write_text("ready")
    watch(stack.processes, halt)
    say("stopping")
    stack.stop()
    return 0


def settings_of_user(environ: Mapping[str, str]) -> dict[str, str]:
    """The ATTUNE_* of the file deploy/.env, if there is one, and of the environment, which wins."""
    given = settings_in(DEPLOY / ".env") | dict(environ)
    return {name: value for name, value in given.items() if name.startswith("ATTUNE_")}


def picked_ports(run_dir: RunDir, settings: Mapping[str, str]) -> Ports:
    """Last time's ports where they are still free, so that addresses stay; kept for the next time."""
    wanted = port_picking.load(run_dir.ports) or Ports()
    ports = port_picking.pick(wanted, port_picking.is_free, port_picking.shuffled_spares())
    if bind := settings.get("ATTUNE_BIND"):
        ports = replace(ports, checkin=port_of(bind))
    port_picking.save(ports, run_dir.ports)
    return ports


@dataclass
class Patience:
    """How long to wait before the next start of what died: longer each time, unless it lived well."""

    first_s: float = 1.0
    most_s: float = 10.0
    lived_well_s: float = 30.0
    deaths: int = field(default=0)

    def after_death(self, lived_s: float) -> float:
        """The seconds to wait after this death."""
        self.deaths = 1 if lived_s >= self.lived_well_s else self.deaths + 1
        return min(self.most_s, self.first_s * 2.0 ** (self.deaths - 1))


def watch(processes: Mapping[str, Process], halt: Event) -> None:
    """Restart every process that ends, until `halt` is set."""
    watched = [Watched(process, time.monotonic()) for process in processes.values()]
    while not halt.wait(_GLANCE_S):
        for one in watched:
            one.glance(time.monotonic())


@dataclass
class Watched:
    """A process under watch; all instants are of one monotonic clock."""

    process: Process
    started_at: float
    restart_at: float | None = None
    patience: Patience = field(default_factory=Patience)

    def glance(self, now: float) -> None:
        """Notice a death and plan the restart; restart when its time has come."""
        if self.restart_at is not None and now >= self.restart_at:
            self.process.restart()
            self.started_at, self.restart_at = now, None
        elif self.restart_at is None and not self.process.is_alive():
            wait_s = self.patience.after_death(now - self.started_at)
            self.restart_at = now + wait_s
            say(f"{self.process.name} ended with {self.process.exit_code}, again in {wait_s:.0f} s")


def say(text: str) -> None:
    """One line for `make up` to show and for the log to keep."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(run(RunDir(Path(sys.argv[1]))))
