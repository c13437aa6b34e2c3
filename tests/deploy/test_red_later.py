"""What goes wrong after a good start turns a worker's /readyz red, with the sentence that says what to do."""

import http.client
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import redis

from deploy.native.alone import running_kafka, running_redis
from deploy.native.places import RunDir
from deploy.native.probes import answers_http
from deploy.native.process import Process, Service
from deploy.native.waiting import until_ready
from shared.kafka import make_topics
from tests.servers import PARTITIONS

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Process, Process]]:
    """A Kafka and a Redis of their own: they are hurt."""
    folder = tmp_path_factory.mktemp("servers")
    with running_kafka(folder / "kafka") as kafka, running_redis(folder / "redis") as store:
        make_topics(kafka.address, PARTITIONS)
        yield kafka, store


@pytest.fixture
def streaks(servers: tuple[Process, Process], world: dict[str, str], tmp_path: Path) -> Iterator[Process]:
    kafka, store = servers
    settings = {"ATTUNE_KAFKA": kafka.address, "ATTUNE_REDIS_URL": f"redis://{store.address}/0"}
    address = world["ATTUNE_METRICS_ADDRESS"]
    env = {**os.environ, **world, **settings, "PYTHONTZPATH": ""}
    command = (sys.executable, "-m", "streaks")
    process = Process(Service("streaks", command, address, answers_http("/readyz"), env), RunDir(tmp_path))
    try:
        process.start()
        until_ready([process], 60, print, Event())
        yield process
    finally:
        process.stop()


def asked(process: Process) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection(process.address, timeout=10)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status, json.load(answer)
    finally:
        connection.close()


def until(true: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline_s, "it did not come to pass"
        time.sleep(0.2)


def is_red(process: Process, sentence: str) -> bool:
    status, body = asked(process)
    return status == 503 and str(body["fault"]).startswith(sentence)


def test_a_redis_that_has_gone_is_named_until_it_is_back(
    streaks: Process, servers: tuple[Process, Process]
) -> None:
    _, store = servers
    store.kill9()
    until(lambda: is_red(streaks, "Redis does not answer: start it"))
    store.restart()

    until(lambda: asked(streaks)[0] == 200)

    assert asked(streaks)[1]["fault"] is None


def test_a_redis_that_asks_for_another_password_is_named(
    streaks: Process, servers: tuple[Process, Process]
) -> None:
    host, _, port = servers[1].address.rpartition(":")
    with redis.Redis(host=host, port=int(port)) as client:
        client.config_set("requirepass", "geheim")
    with redis.Redis(host=host, port=int(port), password="geheim") as client:
        client.client_kill_filter(_type="normal", skipme=True)
        until(lambda: is_red(streaks, "Redis refuses the user or the password"))
        client.config_set("requirepass", "")

    until(lambda: asked(streaks)[0] == 200)


def test_a_kafka_that_has_gone_is_named_until_it_is_back(
    streaks: Process, servers: tuple[Process, Process]
) -> None:
    kafka, _ = servers
    kafka.kill9()
    until(lambda: is_red(streaks, "Kafka does not answer: start it"))
    kafka.restart()
    until_ready([kafka], 60, print, Event())

    until(lambda: asked(streaks)[0] == 200)
