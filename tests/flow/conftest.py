"""The people of a flow. Ana and Bo are strangers until a test asks for the couple; Eve is always outside."""

import pytest

from tests.flow.world import Somebody, World
from tests.people import ANA, BO, EVE


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def ana(world: World) -> Somebody:
    return world.register(ANA)


@pytest.fixture
def bo(world: World) -> Somebody:
    return world.register(BO)


@pytest.fixture
def eve(world: World) -> Somebody:
    return world.register(EVE)


@pytest.fixture
def couple(world: World, ana: Somebody, bo: Somebody) -> str:
    """The id of the couple that Ana and Bo are."""
    return world.pair(ana, bo)
