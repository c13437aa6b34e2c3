"""Pauses at the command line."""

import json

import pytest

from tests.cli.person.terminal import Terminal


def test_a_pause_begins_today_and_lasts_until_it_is_ended(pair: tuple[Terminal, Terminal]) -> None:
    ana, _ = pair

    assert ana.ok("pause") == "Paused from Tue 24 Nov 2026 until it is ended.\n"
    assert ana.ok("resume") == "The pause has ended. Today is still covered by it.\n"


def test_a_pause_has_the_dates_that_are_given(pair: tuple[Terminal, Terminal]) -> None:
    ana, bo = pair

    ana.ok("pause", "--from", "2026-12-24", "--until", "2027-01-02")

    assert bo.ok("pauses").endswith("  from Thu 24 Dec 2026 until Sat 2 Jan 2027\n")


def test_today_is_the_date_of_the_person_not_of_the_machine(pair: tuple[Terminal, Terminal]) -> None:
    _, bo = pair
    bo.env["TZ"] = "NZST-12"

    made = json.loads(bo.ok("pause", "--json"))

    assert made["from"] == "2026-11-24"


def test_without_a_pause_there_is_nothing_to_end(ana: Terminal) -> None:
    assert ana.ok("pauses") == "There is no pause.\n"
    assert ana.refused("resume") == "There is no pause to end.\n"


def test_of_several_pauses_one_has_to_be_named(ana: Terminal) -> None:
    for first in ("2026-12-01", "2026-12-10"):
        ana.ok("pause", "--from", first, "--until", first)

    assert "attune pauses lists their ids" in ana.refused("resume")
    named = json.loads(ana.ok("pauses", "--json"))["pauses"][1]["id"]
    ana.ok("resume", named)
    assert len(json.loads(ana.ok("pauses", "--json"))["pauses"]) == 1


def test_who_did_not_open_a_pause_cannot_end_it(pair: tuple[Terminal, Terminal]) -> None:
    ana, bo = pair
    ana.ok("pause")

    assert bo.refused("resume") == "This pause can be ended by whoever opened it.\n"


@pytest.mark.parametrize("typed", ["tomorrow", "24.12.2026", "2026-13-01"])
def test_what_is_no_date_is_a_wrong_usage(ana: Terminal, typed: str) -> None:
    assert "2026-11-24" in ana.refused("pause", "--until", typed, code=2)
