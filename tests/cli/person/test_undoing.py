"""A slip of the hand can be taken back."""

import json

from tests.cli.person.site import Weather, lost
from tests.cli.person.terminal import Terminal
from tests.flow.world import World


def entries(terminal: Terminal) -> list[str]:
    """The notes that the site has."""
    return [entry["note"] for entry in json.loads(terminal.ok("entries", "--json"))["check_ins"]]


def test_what_was_entered_last_is_taken_back(ana: Terminal) -> None:
    ana.ok("feeling", "calm", "-n", "meant")
    ana.ok("feeling", "calm", "-n", "a slip")

    assert ana.ok("undo") == "Taken back: feeling.\n"
    assert entries(ana) == ["meant"]


def test_only_one_is_taken_back(ana: Terminal) -> None:
    ana.ok("feeling", "calm", "-n", "meant")
    ana.ok("feeling", "calm", "-n", "a slip")
    ana.ok("undo")

    assert ana.refused("undo") == "There is nothing to take back here.\n"
    assert entries(ana) == ["meant"]


def test_what_may_have_arrived_is_taken_back_whether_it_has_or_not(ana: Terminal, weather: Weather) -> None:
    for fault in (lost, None):
        weather.faults.extend([fault] if fault else [])
        weather.away(0 if fault else 1)
        ana.run("feeling", "calm", "-n", "a slip")

        assert ana.run("undo").stdout == "Taken back: feeling.\n"
        assert entries(ana) == []
        assert ana.outbox == []


def test_while_the_site_is_away_nothing_is_taken_back(ana: Terminal, weather: Weather) -> None:
    weather.away(2)
    ana.run("feeling", "calm", "-n", "a slip")

    assert "cannot be reached" in ana.refused("undo")
    assert len(ana.outbox) == 1


def test_after_a_while_it_stays(ana: Terminal, world: World) -> None:
    ana.ok("feeling", "calm", "-n", "meant")
    world.wait(hours=1)

    assert ana.refused("undo")
    assert entries(ana) == ["meant"]


def test_nobody_takes_back_what_somebody_else_entered(ana: Terminal, bo: Terminal) -> None:
    ana.ok("feeling", "calm", "-n", "meant")
    mine = ana.token_file.read_text()
    ana.token_file.write_text(bo.token_file.read_text())

    assert ana.refused("undo") == "There is nothing to take back here.\n"
    ana.token_file.write_text(mine)
    assert entries(ana) == ["meant"]


def test_nothing_of_what_an_entry_says_is_left_behind(ana: Terminal) -> None:
    ana.ok("feeling", "calm", "-n", "between us")

    left = [path for path in ana.home.rglob("*") if path.is_file()]
    assert all(b"between us" not in path.read_bytes() for path in left)
    assert {path.stat().st_mode & 0o777 for path in left} == {0o600}
