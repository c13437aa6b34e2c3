"""What is wrong at start ends a service with one sentence that says what to do."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from deploy.native.alone import running_redis
from deploy.native.places import ROOT
from deploy.native.ports import free_port
from tests.deploy.guarded import Guarded, running_guarded_kafka
from tests.deploy.refusing import EVERYONE, LONGEST_START_S, refusal
from tests.servers import PARTITIONS

KEY_HOLDERS = ("checkin", "notifier")


@pytest.fixture(scope="module")
def guarded_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with running_guarded_kafka(tmp_path_factory.mktemp("guarded")) as guarded:
        yield guarded


@pytest.fixture
def guarded_redis(tmp_path: Path) -> Iterator[str]:
    """The address of a Redis that asks for the password `geheim`."""
    with running_redis(tmp_path) as process:
        redis.Redis.from_url(f"redis://{process.address}/0").config_set("requirepass", "geheim")
        yield process.address


def holding(address: str) -> socket.socket:
    """A stranger on this port."""
    host, _, port = address.rpartition(":")
    return socket.create_server((host, int(port)))


@pytest.mark.parametrize("module", KEY_HOLDERS)
@pytest.mark.parametrize("named", ["", "/nowhere/master.key", "/tmp"])
def test_a_key_that_is_missing_or_cannot_be_read(world: dict[str, str], module: str, named: str) -> None:
    said = refusal(module, world | {"ATTUNE_MASTER_KEY_FILE": named})

    assert re.fullmatch(
        rf"{module} cannot start\. "
        r"(Neither ATTUNE_MASTER_KEY nor ATTUNE_MASTER_KEY_FILE is set: give one of them\."
        rf"|ATTUNE_MASTER_KEY_FILE names {named}, which cannot be read: mend path, owner or mode \(.*\)\.)",
        said,
    )


def test_a_key_that_is_none_is_not_shown(world: dict[str, str]) -> None:
    said = refusal("notifier", world | {"ATTUNE_MASTER_KEY": "hunter2"})

    assert "ATTUNE_MASTER_KEY must be 32 random bytes in base64" in said
    assert "hunter2" not in said


def test_a_setting_that_is_missing(world: dict[str, str]) -> None:
    assert "ATTUNE_KAFKA is not set" in refusal("streaks", world | {"ATTUNE_KAFKA": ""})


def test_a_list_of_helplines_that_is_none(world: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "help.toml"
    file.write_text("elsewhere = []\n[countries]\n")

    said = refusal("checkin", world | {"ATTUNE_HELP_FILE": str(file)})
    assert said.startswith(f"checkin cannot start. ATTUNE_HELP_FILE names {file}, which is no list")


@pytest.mark.parametrize("module", EVERYONE)
def test_a_metrics_port_in_use(world: dict[str, str], module: str) -> None:
    address = world["ATTUNE_METRICS_ADDRESS"]
    with holding(address):
        said = refusal(module, world)

    assert f"ATTUNE_METRICS_ADDRESS {address} cannot be had: set another, or free it" in said


def test_the_apis_port_in_use(world: dict[str, str]) -> None:
    with holding(world["ATTUNE_BIND"]):
        said = refusal("checkin", world)

    assert f"ATTUNE_BIND {world['ATTUNE_BIND']} cannot be had: set another, or free it" in said


@pytest.mark.parametrize("module", EVERYONE)
def test_a_redis_that_does_not_answer(world: dict[str, str], module: str) -> None:
    said = refusal(module, world | {"ATTUNE_REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"})

    assert "Redis does not answer: start it, or mend ATTUNE_REDIS_URL" in said


@pytest.mark.parametrize("module", EVERYONE)
@pytest.mark.parametrize("user_and_password", ["", ":wrong@"])
def test_a_redis_that_refuses_the_password(
    world: dict[str, str], guarded_redis: str, module: str, user_and_password: str
) -> None:
    said = refusal(module, world | {"ATTUNE_REDIS_URL": f"redis://{user_and_password}{guarded_redis}/0"})

    assert said.endswith("Redis refuses the user or the password: mend them in ATTUNE_REDIS_URL.")


@pytest.mark.parametrize("module", EVERYONE)
def test_a_redis_that_would_evict(world: dict[str, str], tmp_path: Path, module: str) -> None:
    with running_redis(tmp_path) as process:
        redis.Redis.from_url(f"redis://{process.address}/0").config_set("maxmemory-policy", "allkeys-lru")
        said = refusal(module, world | {"ATTUNE_REDIS_URL": f"redis://{process.address}/0"})

    assert "Attune needs maxmemory-policy noeviction. Set it and start again." in said


@pytest.mark.parametrize("module", EVERYONE)
def test_a_kafka_that_does_not_answer(world: dict[str, str], module: str) -> None:
    said = refusal(module, world | {"ATTUNE_KAFKA": f"127.0.0.1:{free_port()}"})

    assert "Kafka does not answer: start it, or mend ATTUNE_KAFKA" in said


@pytest.mark.parametrize("module", EVERYONE)
def test_a_kafka_that_refuses_the_password(
    world: dict[str, str], guarded_kafka: Guarded, module: str
) -> None:
    said = refusal(module, world | guarded_kafka.settings(password="wrong"))

    assert "Kafka refuses the user, the password or the mechanism" in said
    assert "wrong" not in said


def test_a_kafka_whose_certificate_nobody_vouches_for(world: dict[str, str], guarded_kafka: Guarded) -> None:
    said = refusal("streaks", world | guarded_kafka.settings() | {"ATTUNE_KAFKA_CAFILE": ""})

    assert "Kafka's certificate is not trusted: name its CA in ATTUNE_KAFKA_CAFILE" in said


def test_a_kafka_that_takes_the_password_but_has_no_topics(
    world: dict[str, str], guarded_kafka: Guarded
) -> None:
    """So TLS and SCRAM work: what is missed comes after them."""
    assert "make them with attune ops setup" in refusal("streaks", world | guarded_kafka.settings())


def test_the_topics_are_made_through_tls_and_with_the_password(
    world: dict[str, str], guarded_kafka: Guarded
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "ops", "setup"],
        check=True,
        cwd=ROOT,
        env={**os.environ, **world, **guarded_kafka.settings()},
        capture_output=True,
        text=True,
        timeout=LONGEST_START_S,
    )

    assert "created: attune.dead-letters, attune.journal" in done.stdout


@pytest.mark.parametrize("module", EVERYONE)
def test_another_number_of_partitions(world: dict[str, str], module: str) -> None:
    said = refusal(module, world | {"ATTUNE_PARTITIONS": str(2 * PARTITIONS)})

    assert f"set ATTUNE_PARTITIONS={PARTITIONS}." in said


def test_setting_up_with_another_number_of_partitions(world: dict[str, str]) -> None:
    said = refusal("cli.main", world | {"ATTUNE_PARTITIONS": str(2 * PARTITIONS)}, "ops", "setup")

    assert f"set ATTUNE_PARTITIONS={PARTITIONS}." in said


@pytest.mark.parametrize("module", EVERYONE)
def test_the_systems_time_zone_data(world: dict[str, str], module: str) -> None:
    assert "PYTHONTZPATH=" in refusal(module, world | {"PYTHONTZPATH": "/usr/share/zoneinfo"})
