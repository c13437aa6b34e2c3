"""A worker process: everything that projector, streaks and notifier need to run their program."""

import gc
import os
import signal
import socket
import sys
import time
import uuid
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from shared import env, health
from shared.access import KafkaAccess
from shared.faults import LogUnavailable, StoreUnavailable
from shared.kafka import GroupReader, Reader, SupervisedProducer, refuse_unfit_topics
from shared.logs import hash_with, set_up_logs
from shared.metrics import LoopMetrics, ShardGauges
from shared.partitions import EndsWatch, PartitionLoop
from shared.ports import Program
from shared.store import Client, ShardStore, connect, load_library, unfit
from shared.topics import DEFAULT_PARTITIONS

log = structlog.get_logger(__name__)

_STUCK_MS = 60_000
_LAGS_MS = 15_000


@dataclass(frozen=True)
class WorkerSettings:
    """What every worker reads from its environment.

    `instance` tells the workers of one service apart, and stays when one is restarted. Without a setting it
    is the host's name, so each container and each pod has its own.
    """

    kafka: KafkaAccess
    redis_url: str
    redis_cluster: bool
    partitions: int
    metrics_address: str
    instance: str

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "WorkerSettings":
        """Raises `env.BadSetting`, a sentence."""
        return cls(
            kafka=env.kafka(environ),
            redis_url=env.secret(environ, "ATTUNE_REDIS_URL"),
            redis_cluster=env.text(environ, "ATTUNE_REDIS_CLUSTER", "0", ("0", "1")) == "1",
            partitions=env.number(environ, "ATTUNE_PARTITIONS", DEFAULT_PARTITIONS, most=1000),
            metrics_address=env.text(environ, "ATTUNE_METRICS_ADDRESS", "127.0.0.1:9100"),
            instance=env.text(environ, "ATTUNE_INSTANCE", socket.gethostname()),
        )


class SystemClock:
    """The wall clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000  # noqa: TID251 here the clock enters; it is an argument from here on

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def main(service: str, start: Callable[[], PartitionLoop]) -> None:
    """Run a worker until SIGTERM. What is wrong with its settings or servers ends it with one sentence."""
    set_up_logs(service)
    try:
        refuse_system_time_zones()
        use_log_key(os.environ)
        loop = start()
    except (env.BadSetting, ValueError, OSError, LogUnavailable, StoreUnavailable) as error:
        sys.exit(f"{service} cannot start. {error}")
    signal.signal(signal.SIGTERM, lambda *_: loop.stop())
    signal.signal(signal.SIGINT, lambda *_: loop.stop())
    calm_collector()
    log.info("started", tzdata=zoneinfo.TZPATH)
    loop.run()
    log.info("stopped")


def use_log_key(environ: Mapping[str, str]) -> None:
    """Hash ids in logs as the site's other processes do, if it has a key for that. Raises `BadSetting`."""
    if environ.get("ATTUNE_LOG_KEY") or environ.get("ATTUNE_LOG_KEY_FILE"):
        hash_with(env.secret(environ, "ATTUNE_LOG_KEY").encode())


def refuse_system_time_zones() -> None:
    """Raise `ValueError`, a sentence, unless only the pinned time zone data is used."""
    if zoneinfo.TZPATH != ():
        raise ValueError(
            "Start it with PYTHONTZPATH= (empty): the pinned time zone data must win over the system's."
        )


def calm_collector() -> None:
    """Spare the garbage collector what is there by now, and the litter of every few records."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def redis_for(settings: WorkerSettings) -> Client:
    """A client of a Redis that is fit to hold state. Raises `ValueError` if it is not."""
    client = connect(settings.redis_url, cluster=settings.redis_cluster)
    problem = unfit(client)
    if problem:
        raise ValueError(problem)
    load_library(client)
    return client


def partition_loop(
    service: str,
    program: Program,
    settings: WorkerSettings,
    client: Client,
    metrics: LoopMetrics,
    more: health.Health = dict,
) -> PartitionLoop:
    """The loop with its clients, its metrics and its own port. /readyz shows `more`, too."""
    refuse_unfit_topics(settings.kafka, settings.partitions)
    clock, name = SystemClock(), f"{program.group}-{settings.instance}"
    loop = PartitionLoop(
        program,
        settings.partitions,
        store=ShardStore(client, program.service, timed=metrics.commit_seconds.time),
        group=GroupReader(settings.kafka, program.group, settings.instance, program.primary),
        beside=Reader(settings.kafka, f"{name}-beside"),
        producer=SupervisedProducer(
            settings.kafka, name, time.monotonic, max_undecided=20_000, on_replaced=metrics.replaced
        ),
        ends=EndsWatch(settings.kafka, f"{name}-ends", clock),
        clock=clock,
        draw_epoch=lambda: uuid.uuid4().hex,  # noqa: TID251 here chance enters
        watch=metrics,
    )
    ShardGauges(service, loop, clock.now_ms, program.tallies)

    def live() -> bool:
        return clock.now_ms() - loop.turned_ms < _STUCK_MS

    def ready() -> dict[str, object]:
        owners = dict(loop.owners)
        paused = {str(shard): owner.paused for shard, owner in owners.items() if owner.paused}
        oldest_ms = clock.now_ms() - _LAGS_MS
        behind = sorted(s for s, o in owners.items() if not o.paused and (o.caught_up_ms or 0) < oldest_ms)
        return {
            **more(),
            "ready": live() and bool(owners) and not paused and not behind,
            "shards": sorted(owners),
            "behind": behind,
            "paused": paused,
            "fault": loop.fault,
        }

    health.serve(settings.metrics_address, live, ready)
    return loop
