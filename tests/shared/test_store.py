"""The shard store over a real Redis, plain and as a cluster, and the simulator's store held to the same."""

from typing import Any

import pytest

from shared.folding import Forget
from shared.ports import Store
from shared.published import Published
from shared.store import Client, Look, ShardStore, Writes, unfit
from tests.shared_sim import Shard, SimStore, TallyRules, Worker, World

OUTPUT = b"payload \xff"


def writes(**given: Any) -> Writes:
    return Writes(**{"meta": {}, "states": {}, "due": {}, "views": {}, "lists": [], "outbox": [], **given})


@pytest.fixture(params=["plain_redis", "cluster_redis", "simulator"])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param != "simulator":
        real: Store = ShardStore(request.getfixturevalue(request.param), "s")
        return real
    world = World(0, luck=False)
    world.shard = Shard()
    return SimStore(world, Worker(world, TallyRules()))


def test_an_empty_shard_has_no_version_and_nothing_due(store: Store) -> None:
    assert store.look(7) == Look("", 0, {}, {}, None, 0, [])


def test_a_commit_stores_everything_together(store: Store) -> None:
    reply = store.commit(
        7,
        "",
        "a:1",
        writes(
            meta={"time": "1234", "pos:attune.journal": "9"},
            states={"person/1": b"\x00state", "person/2": b"two"},
            due={"person/1": 5000, "person/2": 4000},
            outbox=[("1-1", OUTPUT)],
        ),
    )

    look = store.look(7, head=10)
    assert reply == "OK"
    assert (look.version, look.time_ms, look.positions) == ("a:1", 1234, {"attune.journal": 9})
    assert look.first_due_ms == 4000
    assert look.outbox == [("1-1", OUTPUT)]


def test_a_commit_over_another_version_changes_nothing(store: Store) -> None:
    store.commit(7, "", "a:1", writes(states={"person/1": b"first"}))

    reply = store.commit(7, "", "b:1", writes(states={"person/1": b"second"}))

    assert reply == "MOVED"
    assert store.load(7, ["person/1"], None, 10).states == {"person/1": (b"first", None)}


def test_a_repeated_commit_is_known(store: Store) -> None:
    store.commit(7, "", "a:1", writes(outbox=[("1-1", OUTPUT)]))

    reply = store.commit(7, "", "a:1", writes(outbox=[("1-1", OUTPUT)]))

    assert reply == "DUP"
    assert store.look(7).outbox_depth == 1


def test_loading_brings_what_is_named_and_what_is_due_in_order(store: Store) -> None:
    states = {f"person/{i}": str(i).encode() for i in range(4)}
    store.commit(7, "", "a:1", writes(states=states, due={"person/1": 30, "person/2": 10, "person/3": 99}))

    loaded = store.load(7, ["person/0", "person/9"], 30, 10)

    assert loaded.version == "a:1"
    assert loaded.due == [("person/2", 10), ("person/1", 30)]
    assert loaded.states["person/0"] == (b"0", None)
    assert loaded.states["person/9"] == (None, None)
    assert loaded.states["person/1"] == (b"1", 30)


def test_removed_states_and_due_times_are_gone(store: Store) -> None:
    store.commit(7, "", "a:1", writes(states={"person/1": b"1"}, due={"person/1": 30}))
    store.commit(7, "a:1", "a:2", writes(states={"person/1": None}, due={"person/1": None}))

    assert store.load(7, ["person/1"], 99, 10).states == {"person/1": (None, None)}
    assert store.look(7).first_due_ms is None


def test_exactly_the_named_entries_are_trimmed(store: Store) -> None:
    entries = [(f"1-{i}", str(i).encode()) for i in range(1, 4)]
    store.commit(7, "", "a:1", writes(outbox=entries))

    store.trim(7, ["1-1", "1-3"])

    assert store.look(7, head=10).outbox == [("1-2", b"2")]


def test_a_commit_of_thousands_of_states_fits_one_call(redis_client: Client) -> None:
    store = ShardStore(redis_client, "s")
    many = {f"person/{i}": b"x" * 200 for i in range(9001)}

    store.commit(3, "", "a:1", writes(states=many, due=dict.fromkeys(many, 1), views=dict(many)))

    assert len(store.load(3, [], 1, 20_000).due) == 9001


def test_caught_up_is_stored_only_for_the_owner_of_the_version(redis_client: Client) -> None:
    store = ShardStore(redis_client, "s")
    store.commit(0, "", "a:1", writes())

    store.look(0, "b:1", 5000)
    first = store.look(0).meta.get("caught_up_at")
    store.look_all([(0, "a:1", 6000, 0)])

    assert (first, store.look(0).meta["caught_up_at"]) == (None, "6000")


def test_an_empty_shard_can_be_caught_up(redis_client: Client) -> None:
    """Its log is empty: who asks there for somebody unknown must learn that there is nobody."""
    store = ShardStore(redis_client, "s")

    store.look(0, "", caught_up_ms=5000)

    assert store.look(0).meta["caught_up_at"] == "5000"


def test_a_wiped_shard_is_empty_and_its_neighbour_is_not(redis_client: Client) -> None:
    store = ShardStore(redis_client, "s")
    for shard in (1, 2):
        store.commit(shard, "", "a:1", writes(states={"person/1": b"1"}, lists=["l\0a"]))

    store.wipe(1)

    assert [store.look(shard).version for shard in (1, 2)] == ["", "a:1"]


def test_functions_that_a_restarted_redis_has_lost_are_loaded_again(redis_client: Client) -> None:
    store = ShardStore(redis_client, "s")
    redis_client.function_flush()

    assert store.look(0).version == ""
    redis_client.function_flush()
    assert [look.version for look in store.look_all([(0, "", None, 0)])] == [""]


def test_published_views_and_lists_are_found_by_subject(redis_client: Client) -> None:
    published = Published(redis_client, 4)
    shard = published.shard("person/1")
    store = ShardStore(redis_client, "c")
    lists = [f"checkins/person/1\0{day}" for day in ("2026-01-01", "2026-01-03", "2026-01-02")]
    store.commit(shard, "", "a:1", writes(views={"person/1": b"view"}, lists=lists))

    assert published.views([("c", "person/1", "person/1"), ("c", "person/1", "none")]) == [b"view", None]
    assert published.newest("c", "person/1", "checkins/person/1", None, 2) == ["2026-01-03", "2026-01-02"]
    assert published.newest("c", "person/1", "checkins/person/1", "2026-01-02", 9) == ["2026-01-01"]


def test_a_redis_that_could_lose_state_is_refused(redis_client: Client) -> None:
    fit = unfit(redis_client)
    redis_client.config_set("maxmemory-policy", "allkeys-lru")
    try:
        sentence = unfit(redis_client)
    finally:
        redis_client.config_set("maxmemory-policy", "noeviction")

    assert fit is None
    assert sentence is not None
    assert "maxmemory-policy" in sentence


def test_what_a_list_names_can_be_forgotten_with_its_lines(redis_client: Client) -> None:
    store, published = ShardStore(redis_client, "s"), Published(redis_client, 1)
    lines = [f"entries/a\0{date}/{who}/{date}{who}" for date in ("1", "2") for who in ("ana", "bo")]
    views = {f"entry/a/{who}/{date}{who}": b"x" for date in ("1", "2") for who in ("ana", "bo")}
    other = {"entry/b/bo/1bo": b"x"}
    store.commit(0, "", "a:1", writes(lists=[*lines, "entries/b\x001/bo/1bo"], views=views | other))

    store.commit(0, "a:1", "a:2", writes(forgets=[Forget("entries/a", "/bo/", "entry/a/")]))

    assert published.newest("s", "person/1", "entries/a", None, 9) == ["2/ana/2ana", "1/ana/1ana"]
    assert published.newest("s", "person/1", "entries/b", None, 9) == ["1/bo/1bo"]
    kept = {"entry/a/ana/1ana", "entry/a/ana/2ana", "entry/b/bo/1bo"}
    assert {name.decode() for name in redis_client.hkeys("{s:0}:v")} == kept
