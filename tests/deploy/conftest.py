"""A Prometheus alone, with nobody to scrape, and the settings with which a service starts."""

import json
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlencode

import pytest

from deploy.native import servers
from deploy.native.places import RunDir
from deploy.native.ports import Ports, free_port
from deploy.native.process import Process
from deploy.native.waiting import until_ready
from tests.deploy.refusing import KEY
from tests.servers import PARTITIONS

Get = Callable[[str], bytes]
Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def get(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Get]:
    """The body of a path of Prometheus, which must answer 200."""
    run_dir = RunDir(tmp_path_factory.mktemp("prometheus"))
    process = Process(servers.prometheus(run_dir, Ports.spare(), {}), run_dir)
    process.start()
    try:
        until_ready([process], 30, lambda _: None, Event())
        yield lambda path: got(process.address, path)
    finally:
        process.stop()


@pytest.fixture(scope="session")
def ask(get: Get) -> Ask:
    """The data that Prometheus' API answers."""

    def asked(path: str, **parameters: str) -> Any:
        return json.loads(get(f"/api/v1/{path}?{urlencode(parameters)}"))["data"]

    return asked


def got(address: str, path: str) -> bytes:
    connection = HTTPConnection(address, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, f"{path}: {answer.status} {body[:300]!r}"
        return body
    finally:
        connection.close()


@pytest.fixture
def world(kafka: str, plain_redis_address: str, tmp_path: Path) -> dict[str, str]:
    """The settings with which every service would start."""
    key = tmp_path / "a.key"
    key.write_text(KEY)
    return {
        "ATTUNE_KAFKA": kafka,
        "ATTUNE_REDIS_URL": f"redis://{plain_redis_address}/0",
        "ATTUNE_PARTITIONS": str(PARTITIONS),
        "ATTUNE_METRICS_ADDRESS": f"127.0.0.1:{free_port()}",
        "ATTUNE_BIND": f"127.0.0.1:{free_port()}",
        "ATTUNE_MASTER_KEY_FILE": str(key),
        "ATTUNE_TOKEN_KEY_FILE": str(key),
    }
