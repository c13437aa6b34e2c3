"""Real servers for the tests that need them: started once a session, on free loopback ports."""

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, settings

from deploy.native.alone import running_kafka, running_redis
from shared.kafka import make_topics
from shared.store import Client, connect, load_library
from tests.servers import PARTITIONS

# How long an example takes says nothing about the rules: a busy machine must fail no test.
settings.register_profile("attune", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("attune")

# Services refuse to run otherwise: the pinned time zone data must win over the system's.
zoneinfo.reset_tzpath(to=())


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The bootstrap address of an Apache Kafka with Attune's topics."""
    with running_kafka(tmp_path_factory.mktemp("kafka")) as process:
        make_topics(process.address, PARTITIONS)
        yield process.address


@pytest.fixture(scope="session")
def plain_redis_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a plain Redis."""
    with running_redis(tmp_path_factory.mktemp("redis")) as process:
        yield process.address


@pytest.fixture(scope="session")
def cluster_redis_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis that is a cluster of one."""
    with running_redis(tmp_path_factory.mktemp("redis"), cluster=True) as process:
        yield process.address


@pytest.fixture
def plain_redis(plain_redis_address: str) -> Iterator[Client]:
    """An empty plain Redis with the functions loaded."""
    with _emptied(plain_redis_address, cluster=False) as client:
        yield client


@pytest.fixture
def cluster_redis(cluster_redis_address: str) -> Iterator[Client]:
    """An empty Redis cluster with the functions loaded."""
    with _emptied(cluster_redis_address, cluster=True) as client:
        yield client


@pytest.fixture(params=["plain_redis", "cluster_redis"])
def redis_client(request: pytest.FixtureRequest) -> Client:
    """First a plain Redis, then a cluster: what works on one must work on the other."""
    return request.getfixturevalue(request.param)


@contextmanager
def _emptied(address: str, *, cluster: bool) -> Iterator[Client]:
    client = connect(f"redis://{address}/0", cluster=cluster)
    client.flushall()
    load_library(client)
    yield client
    client.close()
