"""What sealing costs a whole worker: HTTP, Kafka and Redis included, with it and without, in turns.

Two front doors of one worker each, on one Kafka and Redis. CPU time of the worker by check-in, since the
clock would measure whatever else this machine does.
"""

import os
import statistics
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from deploy.native import services
from deploy.native.ports import Ports, free_port
from deploy.native.process import Process
from deploy.native.stack import Stack
from tests.bench.checkin import UNLIMITED, register, requests
from tests.bench.load import load
from tests.bench.sealing import LENGTHS, note_of, print_cost

CONNECTIONS, PEOPLE, ROUNDS, SECONDS = 16, 50, 9, 4.0
DOORS = {"sealed": "checkin.wsgi:app", "unsealed": "tests.bench.unsealed:app"}


def main() -> None:
    """Print for each length of a note what a check-in costs behind each door."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**dict.fromkeys(UNLIMITED, "1000000"), "ATTUNE_WORKERS": "1"}
        stack = Stack(Path(folder), Ports.spare(), env)
        stack.start()
        try:
            tokens = [register(stack.ports.checkin, n) for n in range(PEOPLE)]
            for name in ("checkin", "projector", "streaks", "notifier"):
                stack.processes[name].sigstop()
            doors = {name: _door(stack, name, app) for name, app in DOORS.items()}
            for length in LENGTHS:
                _measure(doors, tokens, note_of(length))
            stack.processes["checkin"].sigcont()
        finally:
            for name in ("projector", "streaks", "notifier"):
                stack.processes[name].sigcont()
            stack.stop()


def _door(stack: Stack, name: str, app: str) -> Process:
    real = next(s for s in services.ours(stack.ports, stack.run_dir, stack.extra_env) if s.name == "checkin")
    address, metrics = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    command = (sys.executable, "-m", "gunicorn", "-c", "python:checkin.gunicorn_conf", app)
    env = {**real.env, "ATTUNE_BIND": address, "ATTUNE_METRICS_ADDRESS": metrics}
    (process,) = stack.launch([replace(real, name=name, command=command, address=address, env=env)])
    stack.await_ready([process])
    return process


def _measure(doors: dict[str, Process], tokens: list[str], note: str) -> None:
    spent_us: dict[str, list[float]] = {name: [] for name in doors}
    for _ in range(ROUNDS + 1):
        for name, door in doors.items():
            began_s = _cpu_s(door.pid)
            port = int(door.address.rpartition(":")[2])
            outcome = load(port, requests(tokens, note), CONNECTIONS, SECONDS)
            spent_us[name].append(1e6 * (_cpu_s(door.pid) - began_s) / outcome.statuses[202])
    # The first round warms up.
    sealed_us, unsealed_us = (statistics.median(spent[1:]) for spent in spent_us.values())
    print_cost(len(note), sealed_us, unsealed_us)


def _cpu_s(master: int) -> float:
    """What gunicorn and its one worker have used so far."""
    pids = [str(master), *Path(f"/proc/{master}/task/{master}/children").read_text().split()]
    return sum(_ticks(pid) for pid in pids) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: str) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
