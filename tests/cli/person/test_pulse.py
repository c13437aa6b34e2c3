"""The month's four questions, at the command line: private unless shared."""

import json
from typing import Any

from tests.cli.person.site import Weather
from tests.cli.person.terminal import Terminal
from tests.flow.world import World

Pair = tuple[Terminal, Terminal]
ALL_FOUR = ["4", "3", "5", "2"]
ALONE = "November 2026: kept for you alone. To see how it has moved: attune pulse --show\n"
SHARED = "November 2026: shared with your partner. To see how it has moved: attune pulse --show\n"


def answer(terminal: Terminal, *words: str, answers: list[str]) -> str:
    result = terminal.run("pulse", *words, answers=answers)
    assert result.exit_code == 0, result.output
    return result.stdout


def shown(terminal: Terminal) -> Any:
    return json.loads(terminal.ok("pulse", "--show", "--json"))


def test_the_four_questions_are_asked_and_kept_for_oneself(pair: Pair) -> None:
    ana, bo = pair

    result = ana.run("pulse", answers=ALL_FOUR)

    assert result.stdout == ALONE
    asked = result.stderr.splitlines()
    assert asked[0].startswith("November 2026. Your partner sees nothing of this.")
    assert asked[1] == "1 not well at all · 2 not so well · 3 so-so · 4 well · 5 very well"
    assert asked[3].startswith("All in all, how have things been")
    assert shown(ana)["yours"][0]["answers"] == {
        "satisfaction": 4,
        "conflict": 3,
        "wellbeing": 5,
        "resilience": 2,
    }
    assert shown(bo)["partners"] == []


def test_it_is_shared_only_if_one_says_so(pair: Pair) -> None:
    ana, bo = pair

    assert answer(ana, "--share", answers=ALL_FOUR) == SHARED
    assert "your partner’s" in bo.ok("pulse", "--show")
    assert answer(ana, answers=["", "", "", ""]) == ALONE
    assert "your partner’s" not in bo.ok("pulse", "--show")


def test_an_empty_line_keeps_what_was_answered_before(ana: Terminal) -> None:
    answer(ana, answers=ALL_FOUR)
    answer(ana, answers=["", "1", "-", ""])

    assert shown(ana)["yours"][0]["answers"] == {"satisfaction": 4, "conflict": 1, "resilience": 2}


def test_what_is_no_answer_is_asked_for_again(ana: Terminal) -> None:
    result = ana.run("pulse", answers=["6", "well", "4", "", "", ""])

    assert result.stderr.count("One of 1, 2, 3, 4, 5, or - for none.") == 2
    assert shown(ana)["yours"][0]["answers"] == {"satisfaction": 4}


def test_who_leaves_everything_out_has_sent_nothing(ana: Terminal, weather: Weather) -> None:
    result = ana.run("pulse", answers=["", "", "", ""])

    assert result.exit_code == 1
    assert "nothing was sent" in result.stderr
    assert "POST /v1/pulse" not in weather.asked


def test_who_stops_half_way_has_sent_nothing(ana: Terminal, weather: Weather) -> None:
    result = ana.run("pulse", answers=["4", "3"])

    assert (result.exit_code, result.stdout) == (1, "")
    assert "POST /v1/pulse" not in weather.asked


def test_somebody_alone_has_nobody_to_share_it_with(ana: Terminal) -> None:
    result = ana.run("pulse", "--share", answers=ALL_FOUR)

    assert result.exit_code == 1
    assert result.stderr.endswith("You are in no couple, so there is nobody to share it with: attune pulse\n")


def test_where_nobody_can_be_asked_nothing_is(ana: Terminal, weather: Weather) -> None:
    before = len(weather.asked)

    assert "attune pulse --show" in " ".join(ana.refused("pulse", code=2).replace("│", "").split())
    assert len(weather.asked) == before


def test_showing_and_sharing_exclude_one_another(ana: Terminal) -> None:
    ana.refused("pulse", "--show", "--share", code=2)


def test_the_answer_can_be_printed_as_json(ana: Terminal) -> None:
    made = json.loads(answer(ana, "--json", answers=ALL_FOUR))

    assert made == shown(ana)["yours"][0]


def test_it_shows_the_months_and_how_they_have_moved(pair: Pair, world: World) -> None:
    ana, _ = pair
    assert ana.ok("pulse", "--show") == "You have not answered yet: attune pulse\n"
    answer(ana, answers=ALL_FOUR)
    world.wait(hours=24 * 30)
    answer(ana, "--share", answers=["5", "3", "", "1"])

    told = [line.rstrip() for line in ana.ok("pulse", "--show").splitlines()]

    assert told[0].split() == ["yours", "Dec", "Nov", "moved"]
    assert [line.split()[-3:] for line in told if line.startswith(("All in all", "When you"))] == [
        ["5", "4", "+1.0"],
        ["3", "3", "+0.0"],
    ]
    assert told[-1] == "Your partner sees: Dec 2026."
