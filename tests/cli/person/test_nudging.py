"""A sign to the partner, and what lies ahead."""

import json
import time

import pytest
from cli.person.words import NUDGES

from shared.kinds import KINDS
from tests.cli.person.site import Weather, saying
from tests.cli.person.terminal import Terminal
from tests.flow.world import World

Pair = tuple[Terminal, Terminal]
TAKEN = "Taken, as every sign is. Nobody is told whether it arrived: that is your partner’s to say.\n"
NOTHING = "If nobody does anything, nothing is sent to you in the next seven days.\n"


def lines(printed: str) -> list[str]:
    return [line.rstrip() for line in printed.splitlines()]


def test_a_sign_reaches_the_partner_without_a_word(pair: Pair, world: World) -> None:
    ana, bo = pair
    ana.ok("nudge-settings", "--tell-more")

    assert bo.ok("nudge") == TAKEN
    world.wait(seconds=5)

    assert "why: Your partner sent you this." in ana.ok("nudges")
    assert json.loads(ana.ok("nudges", "--json"))["nudges"][0]["text"] is None


def test_words_are_shown_to_a_partner_who_asked_for_more(pair: Pair, world: World) -> None:
    ana, bo = pair
    bo.ok("nudge", "-", stdin="See you at six\n")
    world.wait(seconds=5)
    before = ana.ok("nudges")
    ana.ok("nudge-settings", "--tell-more")

    assert "See you at six" not in before
    assert lines(ana.ok("nudges")).count("See you at six") == 1


def test_whoever_has_muted_their_partner_is_not_given_away(pair: Pair, world: World) -> None:
    ana, bo = pair
    ana.ok("nudge-settings", "--partner", "none")

    assert bo.ok("nudge", "hello") == TAKEN
    world.wait(hours=24)
    assert "Your partner sent you this." not in ana.ok("nudges")


def test_somebody_alone_has_nobody_to_send_a_sign_to(ana: Terminal) -> None:
    assert ana.refused("nudge") == "You are in no couple.\n"


def test_what_lies_ahead_says_when_and_why_not(pair: Pair) -> None:
    ana, bo = pair
    for person in pair:
        person.ok("feeling", "calm")
    ana.ok("nudge-settings", "--quiet", "19:00-20:15")

    told = lines(ana.ok("forecast"))

    assert told[:5] == [
        "The next seven days, if nobody does anything:",
        "when               what                          why",
        "Wed 25 Nov, 20:15  a day still open     sent     It would fall into your quiet",
        "                                                 hours. It was due on Wed 25",
        "                                                 Nov, 19:30.",
    ]
    assert "not_asked_for" not in bo.ok("forecast")
    assert "It comes only if you ask for it." in " ".join(bo.ok("forecast").split())


def test_the_times_are_those_of_this_machine(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, _ = pair
    for person in pair:
        person.ok("feeling", "calm")
    there = ana.ok("forecast").splitlines()[2]
    ana.env["TZ"] = "EST5"
    monkeypatch.setenv("TZ", "EST5")
    time.tzset()

    here = ana.ok("forecast").splitlines()[2]

    assert (there[:17], here[:17]) == ("Wed 25 Nov, 19:30", "Wed 25 Nov, 13:30")


def test_where_nothing_lies_ahead_it_says_so(ana: Terminal, weather: Weather) -> None:
    weather.faults.append(saying("200 OK", {"forecast": []}, "application/json"))

    assert ana.ok("forecast") == NOTHING


def test_a_kind_and_a_rule_that_are_not_known_here_are_shown_all_the_same(
    ana: Terminal, weather: Weather
) -> None:
    at = "2026-11-25T12:00:00.000Z"
    told = {"kind": "moon.is_full", "date": None, "due_at": at, "at": at, "outcome": "held"}
    answer = {"forecast": [told | {"rule": "clouds", "sentence": None}]}
    weather.faults.append(saying("200 OK", answer, "application/json"))

    assert lines(ana.ok("forecast"))[2] == "Wed 25 Nov, 13:00  moon is full  held  clouds"


def test_every_kind_of_nudge_has_its_words() -> None:
    assert NUDGES.keys() == KINDS.keys()
    assert len({*NUDGES.values()}) == len(NUDGES)
