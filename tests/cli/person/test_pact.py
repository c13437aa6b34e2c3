"""What the two have agreed on, at the command line."""

import json

import pytest

from tests.cli.person.site import Weather
from tests.cli.person.terminal import Terminal

Pair = tuple[Terminal, Terminal]


def test_without_options_it_shows_what_is_agreed(pair: Pair, weather: Weather) -> None:
    ana, _ = pair

    assert ana.ok("pact").splitlines() == [
        "Streak: daily, every day counts, with up to two reserve days in a week.",
        "Quality time: at least every 3.5 days.",
        "What one of you shares is shown at once.",
    ]
    assert not any(asked.startswith("PUT") for asked in weather.asked)


def test_either_agrees_anew_and_the_other_sees_it(pair: Pair) -> None:
    ana, bo = pair

    bo.ok("pact", "--mode", "weekly:3", "--days", "7")
    ana.ok("pact", "--reply-to-reveal")

    assert bo.ok("pact").splitlines() == [
        "Streak: weekly:3, a week with 3 kept days is kept.",
        "Quality time: at least every 7 days.",
        "What one of you shares is shown once the other has checked in for that day.",
    ]


def test_what_was_agreed_can_be_taken_back(pair: Pair) -> None:
    ana, _ = pair
    ana.ok("pact", "--reply-to-reveal", "--mode", "two-misses")

    changed = json.loads(ana.ok("pact", "--no-reply-to-reveal", "--json"))

    assert changed == {"mode": "two_misses", "agreed_days": 3.5, "reply_to_reveal": False}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--mode", "weekly:8"], "Did you mean weekly:"),
        (["--mode", "monthly"], "There are: daily, weekly:1, "),
        (["--days", "0.5"], "1"),
        (["--days", "61"], "60"),
    ],
)
def test_what_cannot_be_agreed_is_a_wrong_usage(
    ana: Terminal, weather: Weather, options: list[str], why: str
) -> None:
    told = " ".join(ana.refused("pact", *options, code=2).replace("│", "").split())

    assert why in told
    assert not any(asked.startswith("PUT") for asked in weather.asked)
