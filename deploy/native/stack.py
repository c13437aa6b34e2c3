"""The whole stack as local processes: usable under the supervisor, and alone in a test."""

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event

from deploy.native import broker, jars, servers, services
from deploy.native.places import ROOT, RunDir
from deploy.native.ports import Ports, free_port
from deploy.native.process import Process, Service, StartFailed
from deploy.native.waiting import until_ready

_LIMIT_S = 60.0
_LEAST_FREE_MB = 500


class Stack:
    """Kafka, Redis, Prometheus, the receiver and Attune's services, in a run directory of their own.

    `processes` can be killed, frozen and restarted one by one. What `extra_env` says wins over the services'
    default settings.
    """

    def __init__(
        self,
        run_dir: Path,
        ports: Ports,
        extra_env: Mapping[str, str] | None = None,
        *,
        say: Callable[[str], None] = lambda _: None,
        halt: Event | None = None,
    ) -> None:
        self.run_dir = RunDir(run_dir)
        self.ports = ports
        self.extra_env = dict(extra_env or {})
        self.processes: dict[str, Process] = {}
        self._say = say
        self._halt = halt or Event()

    def start(self) -> None:
        """Return when everything is ready; what was started is stopped again if something is not.

        :raise StartFailed: a process ended or was not ready in time, or the topics could not be made.
        :raise Halted: the start was called off.
        """
        refuse_without_room(self.run_dir.path)
        try:
            self._start_servers()
            self.set_up_topics()
            if self.extra_env.get("ATTUNE_DEMO") == "1":
                past = services.demo(self.ports, self.run_dir, self.extra_env)
                self._say(self._do(past, "the demo could not be written"))
            self.await_ready(self.launch(services.ours(self.ports, self.run_dir, self.extra_env)))
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything: the servers only when those who use them are gone."""
        processes = list(self.processes.values())
        stop_together([process for process in processes if process.name not in servers.NAMES])
        stop_together([process for process in processes if process.name in servers.NAMES])

    def launch(self, parts: Sequence[Service]) -> list[Process]:
        """Start these as parts of this stack, without waiting for them."""
        launched = [Process(part, self.run_dir) for part in parts]
        for process in launched:
            self.processes[process.name] = process
            process.start()
        return launched

    def await_ready(self, processes: Sequence[Process]) -> None:
        """Return when these are ready.

        :raise StartFailed: one ended, or was not ready in time.
        """
        until_ready(processes, _LIMIT_S, self._say, self._halt)

    def _start_servers(self) -> None:
        libs = jars.folder(self._say)
        # These are up in a moment, and so are while Kafka, the slow one, is prepared.
        quick = self.launch(self._quick_servers())
        broker.prepare(self.run_dir, self.ports.kafka, self.ports.controller, libs)
        kafka = self.launch([broker.kafka(self.run_dir, self.ports.kafka, libs)])
        self.await_ready([*kafka, *quick])

    def _quick_servers(self) -> list[Service]:
        maxmemory = self.extra_env.get("ATTUNE_REDIS_MAXMEMORY", servers.DEFAULT_MAXMEMORY)
        port = self.ports.redis
        as_cluster = self.extra_env.get("ATTUNE_REDIS_CLUSTER") == "1"
        return [
            servers.redis_cluster(self.run_dir, port, free_port())
            if as_cluster
            else servers.redis(self.run_dir, port, maxmemory),
            servers.receiver(self.ports, self.extra_env.get("ATTUNE_RECEIVER_LEDGER")),
            servers.prometheus(self.run_dir, self.ports, self.extra_env),
        ]

    def set_up_topics(self) -> None:
        """Make the topics that are missing."""
        self._do(services.setup(self.ports, self.extra_env), "the topics could not be made")

    def _do(self, what: tuple[tuple[str, ...], Mapping[str, str]], failed: str) -> str:
        """Run a command to its end; what it says."""
        command, env = what
        try:
            done = subprocess.run(
                command, check=False, cwd=ROOT, env=env, capture_output=True, text=True, timeout=_LIMIT_S
            )
        except subprocess.TimeoutExpired as error:
            raise StartFailed(f"{failed} in time") from error
        if done.returncode != 0:
            raise StartFailed(f"{failed}:\n{done.stdout}{done.stderr}")
        return done.stdout


def refuse_without_room(folder: Path) -> None:
    """Raise `StartFailed` if the disk is about full: Kafka and Redis would end, or refuse, a moment later."""
    folder.mkdir(parents=True, exist_ok=True)
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < _LEAST_FREE_MB:
        raise StartFailed(
            f"Only {free_mb} MB are free in {folder}, {_LEAST_FREE_MB} are needed: "
            "make room, or name another place in ATTUNE_RUN_DIR."
        )


def stop_together(processes: Sequence[Process]) -> None:
    """Ask all of them at once, then wait for each in turn."""
    for process in processes:
        process.ask_to_stop()
    for process in processes:
        process.stop()
