"""One server alone, for a test that needs no more: started in a folder of its own, stopped at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from deploy.native import broker, jars, servers
from deploy.native.places import RunDir
from deploy.native.ports import free_port, shuffled_spares
from deploy.native.process import Process, Service
from deploy.native.waiting import until_ready

_LIMIT_S = 60.0


@contextmanager
def running_kafka(folder: Path) -> Iterator[Process]:
    """A real broker; its `address` is the bootstrap server."""
    spares = shuffled_spares()
    port, controller_port = free_port(spares), free_port(spares)
    libs = jars.folder(say=print)
    broker.prepare(RunDir(folder), port, controller_port, libs)
    with _running(broker.kafka(RunDir(folder), port, libs), folder) as process:
        yield process


@contextmanager
def running_redis(folder: Path, *, cluster: bool = False) -> Iterator[Process]:
    """A Redis at its `address`; on request a cluster of one that holds all slots."""
    spares = shuffled_spares()
    port, bus_port = free_port(spares), free_port(spares)
    run_dir = RunDir(folder)
    plain_or_cluster = (
        servers.redis_cluster(run_dir, port, bus_port) if cluster else servers.redis(run_dir, port)
    )
    with _running(plain_or_cluster, folder) as process:
        yield process


@contextmanager
def _running(service: Service, folder: Path) -> Iterator[Process]:
    process = Process(service, RunDir(folder))
    try:
        process.start()
        until_ready([process], _LIMIT_S, lambda _: None, Event())
        yield process
    finally:
        process.stop()
