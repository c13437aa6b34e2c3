"""Striking faults at the processes, and starting again what is dead."""

import threading
import time
from collections.abc import Callable, Sequence

from deploy.native.process import Process
from tests.chaos.faults import SERVERS, TARGETS, Fault, Struck

_UP_S = 60.0


class Striker:
    """Strikes faults, each in a thread of its own, so that they may overlap; one process has one at a time.

    It also does a supervisor's work: what ended by itself, as a service does that cannot reach a server when
    it starts, is started again. `ended` says what that was. `cut` takes off the end of what Redis wrote.
    """

    def __init__(
        self, process: Callable[[str], Process], cut: Callable[[], None], now_ms: Callable[[], int]
    ) -> None:
        self.struck: list[Struck] = []
        self.ended: list[str] = []
        self._begun = 0
        self._process = process
        self._cut = cut
        self._now_ms = now_ms
        self._locks = {target: threading.Lock() for target in TARGETS}
        self._ending = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        self._supervisor.start()

    def run(self, faults: Sequence[Fault], say: Callable[[str], None]) -> None:
        """Strike these, each so long after the one before; return when the last is over."""
        threads = []
        for fault in faults:
            time.sleep(fault.after_s)
            self._begun += 1
            say(f"{self._begun:3} {fault.name}, {fault.lasts_s:.1f} s")
            thread = threading.Thread(target=self._strike, args=(fault,), daemon=True)
            thread.start()
            threads.append(thread)
        for thread in threads:
            thread.join()

    def close(self) -> None:
        """End the supervision."""
        self._ending.set()
        self._supervisor.join()

    def _strike(self, fault: Fault) -> None:
        with self._locks[fault.target]:
            process, struck = self._process(fault.target), Struck(fault, self._now_ms())
            if fault.kind == "stop":
                self._freeze(process, struck)
            else:
                self._kill(process, struck)
            self.struck.append(struck)
            if fault.target in SERVERS:
                struck.up_ms = self._until_up(process)

    def _freeze(self, process: Process, struck: Struck) -> None:
        process.sigstop()
        time.sleep(struck.fault.lasts_s)
        process.sigcont()
        struck.over_ms = self._now_ms()

    def _kill(self, process: Process, struck: Struck) -> None:
        process.kill9()
        struck.over_ms = self._now_ms()
        time.sleep(struck.fault.lasts_s)
        if struck.fault.kind == "cut":
            self._cut()
        process.restart()

    def _until_up(self, process: Process) -> int | None:
        deadline_s = time.monotonic() + _UP_S
        while not process.is_ready():
            if time.monotonic() > deadline_s:
                return None
            time.sleep(0.2)
        return self._now_ms()

    def _supervise(self) -> None:
        while not self._ending.wait(0.5):
            for target, lock in self._locks.items():
                if lock.acquire(blocking=False):
                    try:
                        self._restart_if_ended(self._process(target))
                    finally:
                        lock.release()

    def _restart_if_ended(self, process: Process) -> None:
        if not process.is_alive():
            self.ended.append(f"{process.name} ended with {process.exit_code}: {process.last_lines(1)}")
            process.restart()
