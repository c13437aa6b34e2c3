"""Attune's own services: their commands, their settings, how each says that it is ready."""

import os
import sys
from collections.abc import Mapping, Sequence

from deploy.native.keys import key_file, master_key_settings
from deploy.native.places import RunDir
from deploy.native.ports import Ports
from deploy.native.probes import answers_http
from deploy.native.process import Service
from deploy.native.workers import Worker, workers

Env = Mapping[str, str]

_MODULES = {"projector": "checkin.projector", "streaks": "streaks", "notifier": "notifier"}


def ours(ports: Ports, run_dir: RunDir, extra_env: Env) -> list[Service]:
    """The four services, some with two workers. What `extra_env` says wins over the defaults.

    :raise StartFailed: a number of workers makes no sense.
    """
    master = master_key_settings(run_dir)
    # Both make the links in nudges, and the front door answers them.
    nudges = {
        "ATTUNE_TOKEN_KEY_FILE": str(key_file(run_dir, "token")),
        "ATTUNE_PUBLIC_URL": f"http://127.0.0.1:{ports.checkin}",
        "ATTUNE_WEBHOOK_ALLOW": f"127.0.0.1:{ports.receiver}",
        "ATTUNE_VAPID_KEY_FILE": str(key_file(run_dir, "vapid")),
    }
    front_door = {
        "ATTUNE_BIND": f"127.0.0.1:{ports.checkin}",
        "ATTUNE_WORKERS": "2",
        "ATTUNE_REGISTRATION": "open",
    }

    def env(metrics_ports: Sequence[int], *own: Env) -> Env:
        addresses = ",".join(f"127.0.0.1:{port}" for port in metrics_ports)
        settings = everyones(ports) | {
            "ATTUNE_METRICS_ADDRESS": addresses,
            "ATTUNE_LOG_KEY_FILE": str(key_file(run_dir, "log")),
        }
        for part in (*own, extra_env):
            settings |= part
        return _inherited() | settings

    def consumer(worker: Worker) -> Service:
        own = (master, nudges) if worker.service == "notifier" else ()
        instance = {"ATTUNE_INSTANCE": str(worker.instance)}
        return _consumer(worker.name, _MODULES[worker.service], env((worker.port,), *own, instance))

    front = env((ports.checkin_metrics, ports.checkin_metrics_b), master, nudges, front_door)
    return [_checkin(front), *map(consumer, workers(ports, extra_env))]


def setup(ports: Ports, extra_env: Env) -> tuple[tuple[str, ...], Env]:
    """The command that makes the topics, which is done before any service starts, and its environment."""
    command = (sys.executable, "-m", "cli.main", "ops", "setup")
    return command, _inherited() | everyones(ports) | dict(extra_env)


def demo(ports: Ports, run_dir: RunDir, extra_env: Env) -> tuple[tuple[str, ...], Env]:
    """The command that writes the demo's past, before any service starts, and its environment."""
    keys = master_key_settings(run_dir) | {"ATTUNE_TOKEN_KEY_FILE": str(key_file(run_dir, "token"))}
    command = (sys.executable, "-m", "cli.main", "ops", "demo")
    return command, _inherited() | everyones(ports) | keys | dict(extra_env)


def everyones(ports: Ports) -> dict[str, str]:
    """The settings that all services share."""
    return {
        "ATTUNE_KAFKA": f"127.0.0.1:{ports.kafka}",
        "ATTUNE_REDIS_URL": f"redis://127.0.0.1:{ports.redis}/0",
        "ATTUNE_REDIS_CLUSTER": "0",
        "ATTUNE_PARTITIONS": "12",
    }


def _inherited() -> dict[str, str]:
    """This process's environment without its ATTUNE_*: those come on purpose, as `extra_env`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ATTUNE_")}
    # Python prefers the system's time zone data to the pinned wheel, unless its path is empty.
    return kept | {"PYTHONTZPATH": "", "PYTHONUNBUFFERED": "1"}


def _checkin(env: Env) -> Service:
    address = env["ATTUNE_BIND"].replace("0.0.0.0:", "127.0.0.1:")
    return Service("checkin", (sys.executable, "-m", "checkin"), address, answers_http("/readyz"), env)


def _consumer(name: str, module: str, env: Env) -> Service:
    address = env["ATTUNE_METRICS_ADDRESS"]
    return Service(name, (sys.executable, "-m", module), address, answers_http("/readyz"), env)
