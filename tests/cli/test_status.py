"""`attune ops status`: what is well, what is not, and what could not be asked."""

import json
from collections.abc import Iterator
from io import StringIO

import pytest
from cli.main import app
from cli.screen import screen
from cli.status import Shards, Status
from cli.workers import Worker, addresses, ask_all
from rich.console import Console
from typer.testing import CliRunner

from deploy.native.ports import free_port
from shared import health
from shared.env import BadSetting
from tests.servers import PARTITIONS

PAUSED = {"ready": False, "shards": [1, 2], "behind": [], "paused": {"2": "The rules raised."}}


def answering(ready: dict[str, object]) -> Iterator[str]:
    """The address of a worker that says this of itself."""
    address = f"127.0.0.1:{free_port()}"
    server = health.serve(address, lambda: True, lambda: ready)
    yield address
    server.shutdown()
    server.server_close()


@pytest.fixture
def paused() -> Iterator[str]:
    yield from answering(PAUSED)


@pytest.fixture
def ready() -> Iterator[str]:
    yield from answering({"ready": True, "shards": [0, 1, 2, 3], "behind": [], "paused": {}})


def shown(status: Status, width: int = 110) -> str:
    out = StringIO()
    Console(file=out, width=width).print(screen(status, "noon"))
    return out.getvalue()


def test_a_worker_with_a_paused_partition_is_not_ready_and_says_why(paused: str) -> None:
    (worker,) = ask_all([("streaks", paused)])

    assert worker.why_not == "Partition 2 is paused: The rules raised."
    assert worker.shards == [1, 2]


def test_a_worker_that_is_ready_has_nothing_to_say(ready: str) -> None:
    (worker,) = ask_all([("streaks", ready)])

    assert worker.why_not is None
    assert worker.figures


def test_a_worker_that_does_not_answer_is_on_the_list_all_the_same() -> None:
    (worker,) = ask_all([("notifier", f"127.0.0.1:{free_port()}")])

    assert (worker.service, str(worker.why_not)[:18]) == ("notifier", "It does not answer")


def test_a_host_name_stands_for_every_address_it_has() -> None:
    assert ("streaks", "127.0.0.1:9100") in addresses({"ATTUNE_SERVICES": "streaks=localhost:9100"})


def test_services_that_make_no_sense_are_refused_in_a_sentence() -> None:
    with pytest.raises(BadSetting, match="ATTUNE_SERVICES must be like"):
        addresses({"ATTUNE_SERVICES": "streaks"})


def asked(kafka: str, redis: str, workers: str, *words: str) -> tuple[int, str]:
    """The exit code, and what it printed."""
    env = {
        "ATTUNE_KAFKA": kafka,
        "ATTUNE_REDIS_URL": f"redis://{redis}/0",
        "ATTUNE_PARTITIONS": str(PARTITIONS),
        "ATTUNE_SERVICES": workers,
    }
    done = CliRunner().invoke(app, ["ops", "status", *words], env=env)
    return done.exit_code, done.stdout


def test_a_site_that_nobody_works_on_yet_is_told_with_what_kafka_and_redis_say(
    kafka: str, plain_redis_address: str, plain_redis: object, ready: str
) -> None:
    code, said = asked(kafka, plain_redis_address, f"streaks={ready}", "--json")
    found = json.loads(said)

    assert (code, found["is_well"], found["unreachable"]) == (1, False, [])
    assert {one["service"]: one["count"] for one in found["shards"]} == dict.fromkeys(
        ("projector", "streaks", "notifier"), PARTITIONS
    )
    assert found["dead_letters"] is not None
    assert [one["problems"] for one in found["shards"]] == [
        [f"0-{PARTITIONS - 1}: no owner has read it yet: is {service} running?"]
        for service in ("projector", "streaks", "notifier")
    ]


def test_what_cannot_be_reached_is_named_and_the_rest_is_shown(ready: str) -> None:
    away = f"127.0.0.1:{free_port()}"
    code, said = asked(away, away, f"streaks={ready}", "--json")
    found = json.loads(said)

    assert code == 1
    assert [sentence.split(":")[0] for sentence in found["unreachable"]] == [
        "Kafka does not answer",
        "Redis does not answer",
    ]
    assert (found["workers"][0]["why_not"], found["dead_letters"]) == (None, None)


def test_the_screen_shows_each_worker_with_its_partitions_and_its_reason() -> None:
    workers = [
        Worker("streaks", "127.0.0.1:9103", None, [0, 1, 2, 5]),
        Worker("notifier", "127.0.0.1:9104", "It owns no partition yet."),
    ]
    text = shown(Status(workers=workers, shards=[Shards("streaks", 12, 0.4, 7, 3, ["5: a bug"])]))

    assert "something is wrong" in text
    assert "0-2, 5" in text
    assert "It owns no partition yet." in text
    assert "7 records" in text
    assert "dead letters: ?" in text


def test_the_screen_of_a_site_that_is_well_says_so() -> None:
    well = Status(
        workers=[Worker("streaks", "a:1", None, [0])],
        due=0,
        oldest_due_s=0.0,
        deliveries={"delivered": 4, "failed": 0},
        dead_letters=0,
    )

    assert "all is well" in shown(well)
    assert "4 delivered, 0 failed" in shown(well)
