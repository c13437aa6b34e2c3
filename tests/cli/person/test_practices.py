"""Practices of the couple's own: taken up by name, checked in with by name, shown by name."""

import json

from tests.cli.person.terminal import Terminal

Pair = tuple[Terminal, Terminal]


def test_a_practice_is_a_kind_of_check_in_for_both(pair: Pair) -> None:
    ana, bo = pair
    assert ana.ok("practices", "--add", "Evening walk") == "Taken up: Evening walk.\n"

    assert bo.ok("practices") == "Evening walk\n"
    assert bo.ok("checkin", "evening-walk") == "Checked in: a practice, for Tue 24 Nov 2026.\n"
    assert "Evening walk" in bo.ok("entries")
    assert "Your own entries: Evening walk." in bo.ok("explain")
    assert bo.ok("insights").splitlines()[3].startswith("Evening walk  1 ")


def test_a_wrong_name_is_answered_with_what_was_meant(pair: Pair) -> None:
    ana, bo = pair
    ana.ok("practices", "--add", "Evening walk")

    told = " ".join(bo.refused("checkin", "evening wlak", code=2).replace("│", "").split())

    assert "Did you mean Evening walk?" in told


def test_a_practice_can_be_taken_away(pair: Pair) -> None:
    ana, _ = pair
    ana.ok("practices", "--add", "Evening walk")
    ana.ok("checkin", "evening walk")

    assert "Did you mean Evening walk?" in ana.refused("practices", "--remove", "evening wlak")
    assert ana.ok("practices", "--remove", "evening walk").startswith("Taken away.")
    assert ana.ok("practices").startswith("You have no practices of your own.")
    assert json.loads(ana.ok("entries", "--json"))["check_ins"]


def test_a_name_that_may_not_be_known_is_a_practice(pair: Pair) -> None:
    ana, bo = pair
    ana.ok("practices", "--add", "Evening walk")
    bo.ok("checkin", "evening walk")
    ana.ok("pause")

    told = bo.ok("entries")

    assert "a practice" in told
    assert "Evening walk" not in told
