"""`attune ops dead-letters` over a real Kafka and Redis: listed, shown, and read again when it can be."""

import json
import time
from collections.abc import Iterator

import pytest
from cli.main import app
from typer.testing import CliRunner, Result

from shared.events import Event, encode
from shared.kafka import SupervisedProducer
from shared.records import Message
from shared.store import Client, ShardStore, Writes
from shared.topics import DEAD_LETTERS, JOURNAL, shard_of
from tests.servers import PARTITIONS

SUBJECT = "person/ana"
SHARD = shard_of(SUBJECT, PARTITIONS)
READABLE = encode(Event("e1", "gift.sent", "test", "", SUBJECT, {}))


@pytest.fixture
def letters(kafka: str, plain_redis: Client, plain_redis_address: str) -> Iterator[dict[str, str]]:
    """The settings of a site with two more dead letters: no event at all, and one of another version."""
    producer = SupervisedProducer(kafka, "test", time.monotonic)
    for value, error in ((b"no event", "malformed"), (READABLE, "too new")):
        where = (("topic", JOURNAL.encode()), ("partition", str(SHARD).encode()), ("offset", b"7"))
        headers = (*where, ("error", error.encode()))
        producer.publish([Message(DEAD_LETTERS, SHARD, SUBJECT.encode(), value, headers)], 30)
    producer.close()
    yield {
        "ATTUNE_KAFKA": kafka,
        "ATTUNE_REDIS_URL": f"redis://{plain_redis_address}/0",
        "ATTUNE_PARTITIONS": str(PARTITIONS),
    }


def run(settings: dict[str, str], *words: str) -> Result:
    return CliRunner().invoke(app, ["ops", "dead-letters", *words], env=settings)


def places(settings: dict[str, str]) -> list[str]:
    """Where the two latest are."""
    listed = json.loads(run(settings, "list", "--json").output)
    return [str(one["place"]) for one in listed if one["shard"] == SHARD][-2:]


def test_each_is_listed_with_where_it_stood_and_why(letters: dict[str, str]) -> None:
    said = run(letters, "list").output

    assert f"{JOURNAL} {SHARD} 7, 8 bytes, malformed" in said
    assert f"{JOURNAL} {SHARD} 7, {len(READABLE)} bytes, too new" in said


def test_one_is_shown_with_whether_this_version_can_read_it(letters: dict[str, str]) -> None:
    broken, readable = places(letters)

    assert "This version cannot read it" in run(letters, "show", str(SHARD), broken).output
    assert "This version can read it." in run(letters, "show", str(SHARD), readable).output


def test_what_still_cannot_be_read_is_not_tried_again(letters: dict[str, str]) -> None:
    broken, _ = places(letters)
    found = run(letters, "retry", str(SHARD), broken, "--yes")

    assert found.exit_code == 1
    assert "This version cannot read it either" in str(found.exception or found.output) + found.output


def test_what_can_be_read_by_now_is_folded_again_where_it_stands(
    letters: dict[str, str], plain_redis: Client
) -> None:
    for service in ("c", "s"):
        writes = Writes(meta={"time": "1"}, states={}, due={}, views={}, lists=[], outbox=[])
        assert ShardStore(plain_redis, service).commit(SHARD, "", "a:1", writes) == "OK"
    _, readable = places(letters)

    assert run(letters, "retry", str(SHARD), readable, "--yes").exit_code == 0
    assert [ShardStore(plain_redis, service).look(SHARD).version for service in ("c", "s")] == ["", ""]


@pytest.mark.parametrize("where", [("0", "99999"), ("99", "0"), (str(SHARD), "99999")])
def test_one_that_is_not_there_is_said_not_to_be(letters: dict[str, str], where: tuple[str, str]) -> None:
    found = run(letters, "show", *where)

    assert found.exit_code == 1
