"""Topics that one would rather leave out, at the command line."""

import json

from checkin.words.vocabulary import TOPICS

from tests.cli.person.site import Weather, saying
from tests.cli.person.terminal import Terminal
from tests.flow.world import World


def off(terminal: Terminal) -> list[str]:
    found: list[str] = json.loads(terminal.ok("topics", "--json"))["off"]
    return found


def test_every_topic_is_listed_and_on_at_first(ana: Terminal) -> None:
    told = ana.ok("topics").splitlines()

    assert len(told) == len(TOPICS)
    assert {line[:2] for line in told} == {"on"}
    assert [line.rstrip() for line in told if "money" in line] == ["on  money          money"]


def test_a_topic_is_switched_off_from_the_next_day_and_the_others_stay(ana: Terminal, world: World) -> None:
    ana.ok("topics", "--off", "money")

    told = [line.rstrip() for line in ana.ok("topics", "--off", "Perte et deuil").splitlines()]

    assert told[-2:] == ["", "This holds from Wed 25 Nov 2026 on."]
    assert "off  loss           loss and grief" in told
    assert sorted(off(ana)) == ["loss", "money"]
    world.wait(hours=24)
    assert "This holds from" not in ana.ok("topics")


def test_a_topic_is_switched_on_again(ana: Terminal) -> None:
    ana.ok("topics", "--off", "money", "--off", "loss")
    ana.ok("topics", "--on", "loss")

    assert off(ana) == ["money"]


def test_the_partner_is_shown_nothing_of_it(pair: tuple[Terminal, Terminal]) -> None:
    ana, bo = pair
    before = bo.ok("topics")
    ana.ok("topics", "--off", "money")

    assert bo.ok("topics") == before


def test_a_word_that_is_no_topic_is_answered_with_what_was_meant(ana: Terminal, weather: Weather) -> None:
    told = " ".join(ana.refused("topics", "--off", "mony", code=2).replace("│", "").split())

    assert "“mony” is no topic. Did you mean money?" in told
    assert "PUT /v1/topics" not in weather.asked


def test_a_topic_that_is_not_known_here_stays_off(ana: Terminal, weather: Weather) -> None:
    found = {"off": ["in_laws"], "in_force_from": None}
    weather.faults.extend([saying("200 OK", found, "application/json")] * 2)

    assert "off  in_laws        in laws" in ana.ok("topics", "--off", "money")
    assert weather.bodies[-1] == {"off": ["in_laws", "money"]}
