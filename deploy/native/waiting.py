"""Waiting, within bounds, until processes are ready."""

import time
from collections.abc import Callable, Sequence
from threading import Event

from deploy.native.process import Process, StartFailed

_GLANCE_S = 0.1


class Halted(Exception):
    """The start was called off."""


def until_ready(
    processes: Sequence[Process], limit_s: float, say: Callable[[str], None], halt: Event
) -> None:
    """Return when every process is ready.

    :raise StartFailed: one ended, or was not ready in time.
    :raise Halted: `halt` was set meanwhile.
    """
    began = time.monotonic()
    waiting = list(processes)
    while waiting:
        for process in [p for p in waiting if p.is_ready()]:
            waiting.remove(process)
            say(f"{process.name} is ready after {time.monotonic() - began:.1f} s")
        for process in waiting:
            _refuse(process, late=time.monotonic() - began > limit_s)
        if waiting and halt.wait(_GLANCE_S):
            raise Halted


def _refuse(process: Process, *, late: bool) -> None:
    if process.exit_code is not None:
        raise StartFailed(f"{process.name} ended with {process.exit_code}:\n{process.last_lines()}")
    if late:
        raise StartFailed(f"{process.name} is not ready in time:\n{process.last_lines()}")
