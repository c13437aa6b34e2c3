"""Ana and Bo at their terminals, and their site."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.person.site import Weather, served
from tests.cli.person.terminal import Terminal
from tests.flow.world import World


@pytest.fixture(autouse=True)
def local_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's clock is that of Paris."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def weather(world: World) -> Weather:
    return Weather(world.app)


@pytest.fixture
def site(weather: Weather) -> Iterator[str]:
    with served(weather) as address:
        yield address


@pytest.fixture
def ana(tmp_path: Path, site: str, world: World) -> Terminal:
    """Ana, signed up."""
    return _signed_up(Terminal(tmp_path / "ana", site, world.clock.now_ms), "Ana", "Europe/Paris")


@pytest.fixture
def bo(tmp_path: Path, site: str, world: World) -> Terminal:
    """Bo, signed up."""
    return _signed_up(Terminal(tmp_path / "bo", site, world.clock.now_ms), "Bo", "America/New_York")


@pytest.fixture
def pair(ana: Terminal, bo: Terminal) -> tuple[Terminal, Terminal]:
    """Ana and Bo, a couple."""
    code = json.loads(ana.ok("invite", "--json"))["code"]
    bo.ok("accept", code)
    ana.ok("confirm")
    return ana, bo


def _signed_up(terminal: Terminal, name: str, zone: str) -> Terminal:
    terminal.ok("sign-up", "--name", name, "--zone", zone)
    return terminal
