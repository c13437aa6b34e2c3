"""The README's tour on a stack whose Redis is a cluster: a call across slots would be refused there."""

from collections.abc import Iterator

import pytest
import redis

from deploy.native.ports import Ports
from deploy.native.stack import Stack
from tests.stack.tour import documents, toured


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("stack"), Ports.spare(), {"ATTUNE_REDIS_CLUSTER": "1"})
    stack.start()
    yield stack
    stack.stop()


def test_the_tour_goes_through_on_a_redis_cluster(stack: Stack) -> None:
    said = documents(toured(stack))
    streak = next(d for d in said if "reserve_left" in d)
    webhook, _code = said[-1]

    assert streak["count"] == 1
    assert webhook["headers"]["webhook-signature"].startswith("v1,")


def test_the_states_are_in_a_cluster_indeed(stack: Stack) -> None:
    client = redis.Redis(port=stack.ports.redis)
    try:
        assert client.info("cluster")["cluster_enabled"] == 1
        assert client.dbsize() > 0
    finally:
        client.close()
