"""The production owner in a world of bad luck: whatever happens, the store is the fold of the log."""

import msgspec
import pytest

from shared.faults import StoreUnavailable
from shared.ports import Ends
from shared.topics import JOURNAL
from tests.shared_sim import Crash, Tally, TallyRules, Worker, World, checkin, expected

SEEDS = 300


def run(world: World, records: int) -> None:
    rules = TallyRules()
    world.workers = [Worker(world, rules)]
    written = 0
    while written < records:
        world.now_ms += world.chance.choice((1, 50, 900, 4000))
        if world.chance.random() < 0.5:
            world.append(checkin(world, written))
            written += 1
        step(world, rules)
    world.luck = False
    for _ in range(400):
        world.now_ms += 500
        step(world, rules)


def step(world: World, rules: TallyRules) -> None:
    worker = world.workers[-1] if world.chance.random() < 0.7 else world.chance.choice(world.workers)
    try:
        worker.round()
    except Crash:
        world.nested = False
        if worker in world.workers:
            world.workers.remove(worker)
        world.workers.append(Worker(world, rules))
    if world.luck and world.chance.random() < 0.01:
        world.workers = [*world.workers[-1:], Worker(world, rules)]


def counted(world: World) -> dict[str, int]:
    """What the shard's owner has counted."""
    return {name: int(world.shard.meta.get(f"tally:{name}", 0)) for name in ("seen", "fired")}


def recounted(world: World) -> dict[str, int]:
    states = [msgspec.msgpack.decode(packed, type=Tally) for packed in world.shard.states.values()]
    return {name: sum(len(getattr(state, name)) for state in states) for name in ("seen", "fired")}


@pytest.mark.parametrize("seed", range(SEEDS))
def test_states_and_outputs_are_those_of_the_offline_fold_whatever_happens(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.owner.MAX_DUE", 1 + seed % 3)
    world = World(seed)

    run(world, 60)

    states, ids = expected(world.journal, TallyRules())
    assert states == world.shard.states
    assert ids == set(world.published)
    assert world.shard.outbox == {}
    assert counted(world) == recounted(world)


@pytest.mark.parametrize("seed", range(20))
def test_a_wiped_store_is_folded_again_and_nothing_is_published_twice(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.owner.MAX_DUE", 1 + seed % 3)
    world = World(seed)
    run(world, 60)
    before, published, crossings = dict(world.shard.states), list(world.published), len(world.journal)
    world.shard = type(world.shard)()

    for _ in range(400):
        world.now_ms += 100
        world.workers[-1].round()

    assert before == world.shard.states
    assert counted(world) == recounted(world)
    assert published == world.published
    assert crossings == len(world.journal)


def test_a_store_that_does_not_answer_stops_nothing_for_good() -> None:
    world = World(1, luck=False)
    worker = Worker(world, TallyRules())
    world.workers = [worker]
    world.append(checkin(world, 1))
    worker.store.commit = lambda *_: (_ for _ in ()).throw(StoreUnavailable("away"))  # type: ignore[method-assign]
    for _ in range(5):
        worker.round()
    del worker.store.commit

    for _ in range(20):
        worker.round()

    assert set(world.shard.states) != set()


def test_a_shard_is_caught_up_although_the_first_ends_tell_nothing_of_it() -> None:
    """They were asked for just before it was assigned."""
    world = World(1, luck=False)
    worker = Worker(world, TallyRules())
    world.workers = [worker]
    worker.round()
    look = worker.store.look(*worker.owner.next_look)
    worker.owner.turn(look, world.now_ms, Ends(world.now_ms, {(JOURNAL, 7): 0}))

    worker.round()

    assert worker.owner.caught_up_ms == world.now_ms
