"""Is it ready? Asked in the service's own protocol, each question bounded in time."""

import http.client
from collections.abc import Callable

import redis
from kafka import KafkaAdminClient
from kafka.errors import KafkaError

_LIMIT_S = 2.0


def answers_http(path: str) -> Callable[[str], bool]:
    """A probe: GET that path answers 200."""

    def probe(address: str) -> bool:
        # Not urllib: it would send the question through a proxy named in the environment.
        connection = http.client.HTTPConnection(address, timeout=_LIMIT_S)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return probe


def answers_kafka(address: str) -> bool:
    """Whether the broker answers a metadata request and knows itself as a member of the cluster."""
    limit_ms = int(_LIMIT_S * 1000)
    try:
        admin = KafkaAdminClient(
            bootstrap_servers=address, bootstrap_timeout_ms=limit_ms, request_timeout_ms=limit_ms
        )
    except KafkaError:
        return False
    try:
        return bool(admin.describe_cluster()["brokers"])
    except KafkaError:
        return False
    finally:
        admin.close()


def answers_redis(address: str) -> bool:
    """Whether Redis answers, its append-only file loaded."""
    return _ask_redis(address, "PING") is not None


def answers_redis_cluster(address: str) -> bool:
    """The same for a cluster of one, which is given all slots the first time it answers."""
    info = _ask_redis(address, "CLUSTER", "INFO")
    if info is None:
        return False
    if "cluster_slots_assigned:0" in str(info):
        _ask_redis(address, "CLUSTER", "ADDSLOTSRANGE", "0", "16383")
    return "cluster_state:ok" in str(info)


def _ask_redis(address: str, *words: str) -> object:
    host, _, port = address.rpartition(":")
    with redis.Redis(host, int(port), socket_timeout=_LIMIT_S, decode_responses=True) as client:
        try:
            return client.execute_command(*words)
        except redis.RedisError:
            return None
