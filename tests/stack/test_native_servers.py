"""The real servers, each started alone."""

from pathlib import Path
from threading import Event

import redis
from kafka import KafkaAdminClient

from deploy.native.alone import running_kafka, running_redis
from deploy.native.waiting import until_ready


def test_a_real_broker_starts_and_can_be_restarted_on_its_data(tmp_path: Path) -> None:
    with running_kafka(tmp_path) as kafka:
        first = cluster_of(kafka.address)
        kafka.restart()
        until_ready([kafka], 60, print, Event())
        assert cluster_of(kafka.address) == first


def test_redis_never_evicts_and_writes_what_it_was_told_to_disk(tmp_path: Path) -> None:
    with running_redis(tmp_path) as server, client_of(server.address) as client:
        settings = client.config_get("maxmemory-policy", "appendonly", "appendfsync")

    assert settings == {"maxmemory-policy": "noeviction", "appendonly": "yes", "appendfsync": "everysec"}


def test_what_redis_acknowledged_is_there_after_it_was_killed(tmp_path: Path) -> None:
    with running_redis(tmp_path) as server, client_of(server.address) as client:
        client.set("kept", "yes")
        server.kill9()
        server.restart()
        until_ready([server], 10, print, Event())

        assert client.get("kept") == "yes"


def test_a_cluster_of_one_refuses_a_call_across_slots(tmp_path: Path) -> None:
    with running_redis(tmp_path, cluster=True) as server, client_of(server.address) as client:
        try:
            client.mset({"a": "1", "b": "2"})
        except redis.ResponseError as error:
            refusal = str(error)

    assert "don't hash to the same slot" in refusal


def client_of(address: str) -> redis.Redis:
    return redis.Redis.from_url(f"redis://{address}/0", decode_responses=True)


def cluster_of(address: str) -> str:
    admin = KafkaAdminClient(bootstrap_servers=address, bootstrap_timeout_ms=20_000)
    try:
        return str(admin.describe_cluster()["cluster_id"])
    finally:
        admin.close()
