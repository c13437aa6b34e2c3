"""What the front door asks of Redis, plain and as a cluster, and of the fakes that stand for it in flows."""

from collections.abc import Iterator
from typing import Any

import pytest
from checkin.door.front import Claimed, Mark
from checkin.door.idempotency import KEPT_S, LEASE_S
from checkin.door.rates import Use, Used

from shared.faults import StoreUnavailable
from shared.store import connect
from shared.topics import JOURNAL
from tests.flow.rigs import Rig, in_memory, over_redis
from tests.people import ANA, BO
from tests.streams import NOON_MS

ANAS = ANA.subject


@pytest.fixture(params=["plain_redis", "cluster_redis", "memory"])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    if request.param == "memory":
        yield in_memory()
        return
    with over_redis(request.getfixturevalue(request.param)) as rig:
        yield rig


# --- views


def test_what_was_never_published_is_none(rig: Rig) -> None:
    assert rig.store.views([("c", ANAS, ANAS)]) == [None]
    assert rig.store.views_as_of([("c", ANAS, ANAS)]) == [(None, None)]
    assert rig.store.position("c", ANAS, JOURNAL) == 0
    assert rig.store.newest("c", ANAS, f"checkins/{ANAS}", None, 10) == []


def test_views_are_given_in_the_order_of_the_asks(rig: Rig) -> None:
    rig.publish(ANAS, views={ANAS: b"person", f"outcomes/{ANAS}": b"\x00outcomes \xff"})

    asks = [("c", ANAS, f"outcomes/{ANAS}"), ("c", ANAS, "nothing"), ("s", ANAS, ANAS), ("c", ANAS, ANAS)]
    assert rig.store.views(asks) == [b"\x00outcomes \xff", None, None, b"person"]


def test_a_view_comes_with_the_instant_up_to_which_it_is_true(rig: Rig) -> None:
    rig.publish(ANAS, views={ANAS: b"person"})
    before = rig.store.views_as_of([("c", ANAS, ANAS)])
    rig.beat(ANAS, NOON_MS)

    assert before == [(b"person", None)]
    assert rig.store.views_as_of([("c", ANAS, ANAS), ("c", ANAS, "x")]) == [
        (b"person", NOON_MS),
        (None, NOON_MS),
    ]


def test_a_view_that_is_none_is_removed(rig: Rig) -> None:
    rig.publish(ANAS, views={ANAS: None, "other": b"stays"})

    assert rig.store.views([("c", ANAS, ANAS), ("c", ANAS, "other")]) == [None, b"stays"]


def test_a_position_is_that_of_its_topic(rig: Rig) -> None:
    rig.publish(ANAS, meta={f"pos:{JOURNAL}": "7", "pos:attune.keys": "3"})

    assert rig.store.position("c", ANAS, JOURNAL) == 7
    assert rig.store.position("s", ANAS, JOURNAL) == 0


# --- lists


def lines(*keys: str, name: str = "list") -> list[str]:
    return [f"{name}\0{key}" for key in keys]


def test_a_list_is_read_from_its_greatest_key(rig: Rig) -> None:
    rig.publish(ANAS, lists=lines("2026-11-22/a", "2026-11-24/a", "2026-11-23/b", "2026-11-23/a"))

    newest = ["2026-11-24/a", "2026-11-23/b", "2026-11-23/a", "2026-11-22/a"]
    assert rig.store.newest("c", ANAS, "list", None, 10) == newest
    assert rig.store.newest("c", ANAS, "list", None, 2) == newest[:2]


def test_a_list_is_read_on_below_a_key_that_is_not_included(rig: Rig) -> None:
    rig.publish(ANAS, lists=lines("a", "b", "c"))

    assert rig.store.newest("c", ANAS, "list", "c", 10) == ["b", "a"]
    assert rig.store.newest("c", ANAS, "list", "bb", 10) == ["b", "a"]
    assert rig.store.newest("c", ANAS, "list", "a", 10) == []


def test_a_line_that_is_added_twice_stands_once(rig: Rig) -> None:
    rig.publish(ANAS, lists=lines("a", "a"))

    assert rig.store.newest("c", ANAS, "list", None, 10) == ["a"]


def test_lists_of_one_shard_are_kept_apart(rig: Rig) -> None:
    rig.publish(ANAS, lists=lines("a") + lines("b", name="list2") + lines("c", name="lis"))

    assert rig.store.newest("c", ANAS, "list", None, 10) == ["a"]
    assert rig.store.newest("c", ANAS, "list", "z", 10) == ["a"]


# --- marks

LEASE = Mark(ANA.id, "key", b"\x00lease 1 \xff")


def test_the_first_claim_finds_no_mark_and_places_its_lease(rig: Rig) -> None:
    first = rig.marks.claim(ANA.id, LEASE)
    second = rig.marks.claim(ANA.id, LEASE._replace(value=b"lease 2"))

    assert (first.found, second.found) == (None, LEASE.value)
    assert LEASE_S - 1 <= rig.seconds_left(LEASE) <= LEASE_S


def test_a_claim_brings_the_persons_view(rig: Rig) -> None:
    rig.publish(ANAS, views={ANAS: b"person"})
    rig.beat(ANAS, NOON_MS)

    assert rig.marks.claim(ANA.id, LEASE) == Claimed(b"person", NOON_MS, None)
    assert rig.marks.claim(ANA.id, None) == Claimed(b"person", NOON_MS, None)


def test_a_claim_without_a_lease_finds_nothing_and_places_nothing(rig: Rig) -> None:
    rig.marks.claim(ANA.id, None)

    assert rig.marks.claim(ANA.id, LEASE).found is None


def test_keys_and_people_are_told_apart(rig: Rig) -> None:
    rig.marks.claim(ANA.id, LEASE)

    others = [LEASE._replace(person=BO.id), LEASE._replace(key="key2"), LEASE._replace(key="KEY")]
    assert [rig.marks.claim(lease.person, lease).found for lease in others] == [None, None, None]


def test_a_released_lease_can_be_placed_again(rig: Rig) -> None:
    rig.marks.claim(ANA.id, LEASE)
    rig.marks.release(LEASE)

    assert rig.marks.claim(ANA.id, LEASE).found is None


def test_only_ones_own_lease_is_released(rig: Rig) -> None:
    rig.marks.claim(ANA.id, LEASE)
    rig.marks.release(LEASE._replace(value=b"lease 2"))

    assert rig.marks.claim(ANA.id, LEASE._replace(value=b"lease 3")).found == LEASE.value


def test_a_lease_that_is_not_there_can_be_released(rig: Rig) -> None:
    rig.marks.release(LEASE)

    assert rig.marks.claim(ANA.id, LEASE).found is None


def test_what_is_kept_takes_the_place_of_the_lease_for_three_days(rig: Rig) -> None:
    rig.marks.claim(ANA.id, LEASE)
    kept = LEASE._replace(value=b"first answer")
    rig.marks.keep([kept, kept._replace(key="other")])
    rig.marks.release(LEASE)

    assert rig.marks.claim(ANA.id, LEASE).found == b"first answer"
    assert KEPT_S - 1 <= rig.seconds_left(kept) <= KEPT_S


def test_a_claim_leaves_what_is_kept_as_it_is(rig: Rig) -> None:
    rig.marks.keep([LEASE])
    rig.marks.claim(ANA.id, LEASE._replace(value=b"lease 2"))

    assert rig.seconds_left(LEASE) > LEASE_S


def test_each_claim_of_many_finds_its_own_mark(rig: Rig) -> None:
    others = [LEASE._replace(key=f"key {nth}", value=f"lease {nth}".encode()) for nth in range(3)]
    rig.marks.keep([others[1]])
    found = rig.marks.claim_each([*others, others[0]._replace(value=b"another attempt")])

    assert found == [None, b"lease 1", None, b"lease 0"]
    assert rig.marks.claim(ANA.id, others[2]).found == b"lease 2"
    assert LEASE_S - 1 <= rig.seconds_left(others[2]) <= LEASE_S


def test_many_leases_are_released_and_only_ones_own(rig: Rig) -> None:
    mine, anothers = LEASE, LEASE._replace(key="another")
    rig.marks.claim_each([mine, anothers])
    rig.marks.release_all([mine, anothers._replace(value=b"lease 2")])

    assert rig.marks.claim_each([mine, anothers]) == [None, anothers.value]


def test_claiming_and_releasing_none_is_nothing(rig: Rig) -> None:
    rig.marks.release_all([])

    assert rig.marks.claim_each([]) == []


def test_keeping_nothing_is_nothing(rig: Rig) -> None:
    rig.marks.keep([])

    assert rig.marks.claim(ANA.id, LEASE).found is None


# --- uses

MINUTE = NOON_MS // 60_000
USE = Use("1234567890abcdef", "192.0.2.1", MINUTE)


def test_each_use_is_counted_by_its_token_and_by_its_address(rig: Rig) -> None:
    uses = [USE, USE, USE._replace(token="f" * 16), USE._replace(address="192.0.2.2")]

    used = [rig.marks.claim(ANA.id, None, use).used for use in uses]
    assert used == [Used(1, 1), Used(2, 2), Used(1, 3), Used(3, 1)]


def test_the_next_minute_begins_anew(rig: Rig) -> None:
    rig.marks.claim(ANA.id, None, USE)

    assert rig.marks.claim(ANA.id, None, USE._replace(minute=MINUTE + 1)).used == Used(1, 1)


def test_a_use_comes_with_a_lease_and_a_view(rig: Rig) -> None:
    rig.publish(ANAS, views={ANAS: b"person"})
    rig.beat(ANAS, NOON_MS)
    rig.marks.claim(ANA.id, LEASE, USE)

    assert rig.marks.claim(ANA.id, LEASE, USE) == Claimed(b"person", NOON_MS, LEASE.value, Used(2, 2))


def test_what_is_counted_of_an_address_without_a_token_is_counted_with_the_rest(rig: Rig) -> None:
    rig.marks.claim(ANA.id, None, USE)

    assert rig.limits.in_minute(USE.address, MINUTE, 100) == 101
    assert rig.marks.claim(ANA.id, None, USE).used == Used(2, 102)
    assert rig.limits.in_minute("192.0.2.2", MINUTE, 1) == 1


# --- what is pending


def test_a_command_is_pending_for_whom_it_was_remembered(rig: Rig) -> None:
    rig.pending.remember(ANA.id, "command")

    assert rig.pending.knows(ANA.id, "command")
    assert not rig.pending.knows(BO.id, "command")
    assert not rig.pending.knows(ANA.id, "other")


# --- limits


def test_an_hour_counts_from_one_and_the_next_begins_anew(rig: Rig) -> None:
    assert [rig.limits.in_hour("invites", hour) for hour in (7, 7, 8, 7)] == [1, 2, 1, 3]


def test_limits_are_told_apart_by_name(rig: Rig) -> None:
    rig.limits.in_hour("invites ana", 7)

    assert rig.limits.in_hour("invites bo", 7) == 1


# --- away


@pytest.fixture(params=["redis", "memory"])
def away(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """Stores that nobody answers."""
    if request.param == "memory":
        yield in_memory(away=True)
        return
    client = connect("redis://127.0.0.1:1/0", cluster=False, timeout_s=0.2, retries=0)
    with over_redis(client) as rig:
        yield rig
    client.close()


def test_nothing_is_claimed_to_be_known_while_the_store_is_away(away: Rig) -> None:
    asks: list[Any] = [
        lambda: away.store.views([("c", ANAS, ANAS)]),
        lambda: away.store.views_as_of([("c", ANAS, ANAS)]),
        lambda: away.store.position("c", ANAS, JOURNAL),
        lambda: away.store.newest("c", ANAS, "list", None, 1),
        lambda: away.marks.claim(ANA.id, LEASE),
        lambda: away.marks.claim(ANA.id, None),
        lambda: away.marks.claim_each([LEASE]),
        lambda: away.pending.knows(ANA.id, "command"),
        lambda: away.marks.claim(ANA.id, None, USE),
        lambda: away.limits.in_hour("invites", 7),
        lambda: away.limits.in_minute("192.0.2.1", MINUTE, 1),
    ]

    for ask in asks:
        with pytest.raises(StoreUnavailable):
            ask()


def test_what_can_be_done_without_is_done_without(away: Rig) -> None:
    """A mark or a lease that cannot be written fails nobody: the folds know a repeat."""
    away.marks.keep([LEASE])
    away.marks.release(LEASE)
    away.marks.release_all([LEASE])
    away.pending.remember(ANA.id, "command")
