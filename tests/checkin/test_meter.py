"""Counting requests by the lot, in Redis: exact for each, in one round trip, and never for ever."""

from collections.abc import Iterator

import pytest
from checkin.door.front import Claimed, Mark
from checkin.door.idempotency import RedisMarks
from checkin.door.rates import Use, Used

from shared.published import Published
from shared.store import Client
from tests.people import ANA, BO
from tests.servers import PARTITIONS

USE = Use("a" * 16, "192.0.2.1", 7)


@pytest.fixture
def marks(redis_client: Client) -> RedisMarks:
    return RedisMarks(Published(redis_client, PARTITIONS))


@pytest.fixture
def full_redis(plain_redis: Client) -> Iterator[Client]:
    """A Redis that has no room for anything more."""
    plain_redis.config_set("maxmemory", 1)
    yield plain_redis
    plain_redis.config_set("maxmemory", 0)


def used(claims: list[Claimed]) -> list[Used | None]:
    return [claim.used for claim in claims]


def test_those_of_one_lot_are_counted_one_after_the_other(marks: RedisMarks) -> None:
    asks = [
        (ANA.id, None, USE),
        (ANA.id, Mark(ANA.id, "k", b"lease"), USE),
        (BO.id, None, USE._replace(token="b" * 16)),
        (BO.id, None, None),
        (ANA.id, None, USE._replace(address="192.0.2.2")),
    ]

    assert used(marks.claim_all(asks)) == [Used(1, 1), Used(2, 2), Used(1, 3), None, Used(3, 1)]
    assert used(marks.claim_all(asks[:1])) == [Used(4, 4)]


def test_two_workers_count_together(redis_client: Client) -> None:
    workers = [RedisMarks(Published(redis_client, PARTITIONS)) for _ in range(2)]

    counted = [used(worker.claim_all([(ANA.id, None, USE)])) for worker in workers]
    assert counted == [[Used(1, 1)], [Used(2, 2)]]


def test_a_lot_is_one_round_trip(plain_redis: Client) -> None:
    marks = RedisMarks(Published(plain_redis, PARTITIONS))
    asks = [(p.id, Mark(p.id, "k", b"lease"), USE._replace(token=p.id[:16])) for p in (ANA, BO)]
    before = plain_redis.info("stats")["total_reads_processed"]
    marks.claim_all(asks)

    # This question is a read of Redis' own, too.
    assert plain_redis.info("stats")["total_reads_processed"] == before + 2


def test_no_count_is_kept_for_ever(plain_redis: Client) -> None:
    marks = RedisMarks(Published(plain_redis, PARTITIONS))
    for minute in range(3):
        marks.claim_all([(p.id, None, USE._replace(minute=minute)) for p in (ANA, BO, ANA)])

    kept = plain_redis.keys("*")
    assert len(kept) >= 6
    assert all(0 < plain_redis.ttl(key) <= 120 for key in kept)


def test_a_persons_count_lies_in_the_slot_of_their_shard(plain_redis: Client) -> None:
    published = Published(plain_redis, PARTITIONS)
    RedisMarks(published).claim_all([(ANA.id, None, USE)])

    assert plain_redis.exists(published.key("c", ANA.subject, "u:7"))


def test_what_cannot_be_counted_can_be_read_all_the_same(full_redis: Client) -> None:
    marks = RedisMarks(Published(full_redis, PARTITIONS))

    assert marks.claim_all([(ANA.id, None, USE)]) == [Claimed(None, None, None, Used(None, None))]
