"""Days on which people read their prompt, and leave topics out."""

from typing import Any

from tests.flow.world import Somebody, World
from tests.streams import HOUR_MS


def days_of(world: World, *people: Somebody, days: int) -> list[list[Any]]:
    """What each of them is asked on each of so many days, today first."""
    told = []
    for _ in range(days):
        told.append([somebody.get("/v1/prompt") for somebody in people])
        pass_days(world, 1)
    return told


def pass_days(world: World, days: float) -> None:
    """The clock goes on; nothing in the log depends on it here."""
    world.clock.ms += round(days * 24 * HOUR_MS)
    world.beat()


def switch_off(somebody: Somebody, *topics: str) -> Any:
    return somebody.ok("PUT", "/v1/topics", {"off": list(topics)})
