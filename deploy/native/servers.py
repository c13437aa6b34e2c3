"""Redis, Prometheus and the receiver: how each is run."""

import json
import os
import shutil
import sys
from collections.abc import Mapping

from deploy.native.places import DEPLOY, RunDir
from deploy.native.ports import Ports
from deploy.native.probes import answers_http, answers_redis, answers_redis_cluster
from deploy.native.process import Service
from deploy.native.workers import workers

NAMES = ("kafka", "redis", "prometheus", "receiver")
DEFAULT_MAXMEMORY = "512mb"


def redis(run_dir: RunDir, port: int, maxmemory: str = DEFAULT_MAXMEMORY) -> Service:
    """A plain Redis that never evicts and writes every command to its append-only file."""
    return Service("redis", _redis(run_dir, port, maxmemory), f"127.0.0.1:{port}", answers_redis, os.environ)


def redis_cluster(run_dir: RunDir, port: int, bus_port: int) -> Service:
    """A Redis cluster of one server: it refuses a call across slots, as a plain Redis does not."""
    cluster = ("--cluster-enabled", "yes", "--cluster-port", str(bus_port))
    command = _redis(run_dir, port, DEFAULT_MAXMEMORY) + cluster
    return Service("redis", command, f"127.0.0.1:{port}", answers_redis_cluster, os.environ)


def _redis(run_dir: RunDir, port: int, maxmemory: str) -> tuple[str, ...]:
    settings = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": str(run_dir.made("redis")),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory": maxmemory,
        "maxmemory-policy": "noeviction",
    }
    return ("redis-server", *(word for name, value in settings.items() for word in (f"--{name}", value)))


def receiver(ports: Ports, ledger: str | None) -> Service:
    """The page that shows the webhooks that arrive; on request it notes them in a file, too."""
    noting = ("--ledger", ledger) if ledger else ()
    command = (sys.executable, str(DEPLOY / "receiver.py"), "--port", str(ports.receiver), *noting)
    address = f"127.0.0.1:{ports.receiver}"
    return Service("receiver", command, address, answers_http("/messages"), os.environ)


def prometheus(run_dir: RunDir, ports: Ports, settings: Mapping[str, str]) -> Service:
    """Prometheus with the configuration, rules and pages of both modes and the targets of this one."""
    folder = run_dir.made("prometheus")
    shutil.copytree(DEPLOY / "prometheus", folder, dirs_exist_ok=True)
    targets = run_dir.made("prometheus/targets") / "services.json"
    found = [{"targets": [own], "labels": {"service": service}} for service, own in scraped(ports, settings)]
    targets.write_text(json.dumps(found, indent=2))
    address = f"127.0.0.1:{ports.prometheus}"
    command = (
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={run_dir.made('prometheus/data')}",
        f"--web.listen-address={address}",
        f"--web.console.templates={folder / 'consoles'}",
    )
    return Service("prometheus", command, address, answers_http("/-/ready"), os.environ)


def scraped(ports: Ports, settings: Mapping[str, str]) -> list[tuple[str, str]]:
    """What Prometheus scrapes: each worker's service and its own metrics address."""
    front = [("checkin", f"127.0.0.1:{port}") for port in (ports.checkin_metrics, ports.checkin_metrics_b)]
    return front + [(worker.service, worker.address) for worker in workers(ports, settings)]
