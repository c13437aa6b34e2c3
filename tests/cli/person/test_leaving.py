"""Leaving the couple, and having everything erased: two steps each."""

import json

from tests.cli.person.site import Weather, saying
from tests.cli.person.terminal import Terminal

FIRST = {"confirm": "the-code", "expires_at": "2026-11-24T11:10:00Z"}
RECEIPT = {
    "erased_at": "2026-11-24T11:00:02Z",
    "stores": [
        {"store": "views", "what": "your name and entries", "until": "2026-11-24T11:00:02Z"},
        {"store": "journal", "what": "sealed texts, unreadable", "until": "2026-11-24T13:00:00Z"},
    ],
}


def first_step(weather: Weather) -> None:
    weather.faults.append(saying("200 OK", FIRST, "application/json"))


def receipt(weather: Weather) -> None:
    weather.faults.append(saying("200 OK", RECEIPT, "application/json"))


def test_leaving_says_what_it_does_and_asks(pair: tuple[Terminal, Terminal]) -> None:
    ana, _ = pair

    result = ana.run("leave", answers=["y"])

    assert "Nothing is sent to your partner." in result.stderr
    assert "at once and for good" in result.stderr
    assert result.stdout == "You have left.\n"
    assert ana.ok("couple").startswith("You are not paired.")


def test_whoever_says_no_has_not_left(pair: tuple[Terminal, Terminal]) -> None:
    ana, _ = pair

    result = ana.run("leave", answers=[""])

    assert result.exit_code == 1
    assert result.stderr.endswith("Nothing was done.\n")
    assert ana.ok("couple").startswith("You and Bo")


def test_where_nobody_can_be_asked_the_second_step_is_a_command_of_its_own(
    pair: tuple[Terminal, Terminal],
) -> None:
    ana, _ = pair
    told = ana.run("leave")
    assert told.exit_code == 0
    assert ana.ok("couple").startswith("You and Bo")

    command = told.stderr.strip().rpartition("attune ")[2]

    assert ana.ok(*command.split()) == "You have left.\n"


def test_the_first_step_can_be_had_as_json(pair: tuple[Terminal, Terminal]) -> None:
    ana, _ = pair

    code = json.loads(ana.ok("leave", "--json"))["confirm"]

    assert json.loads(ana.ok("leave", "--confirm", code, "--json")) == {}


def test_who_is_in_no_couple_is_told_so(ana: Terminal) -> None:
    assert ana.refused("leave") == "You are in no couple.\n"


def test_erasing_prints_the_receipt_and_forgets_the_token(ana: Terminal, weather: Weather) -> None:
    before = len(weather.asked)
    first_step(weather)
    receipt(weather)

    result = ana.run("delete-everything", answers=["yes"])

    assert "for good" in result.stderr
    assert weather.asked[before:] == ["DELETE /v1/people/me", "DELETE /v1/people/me?confirm=the-code"]
    assert [line.rstrip() for line in result.stdout.splitlines()] == [
        "Erased at Tue 24 Nov, 12:00. Keep this receipt if you like.",
        "where    what                      gone by",
        "views    your name and entries     Tue 24 Nov, 12:00",
        "journal  sealed texts, unreadable  Tue 24 Nov, 14:00",
    ]
    assert not ana.token_file.exists()


def test_erasing_throws_away_what_waits_and_sends_none_of_it(ana: Terminal, weather: Weather) -> None:
    weather.away(1)
    ana.run("feeling", "sad", "-n", "a secret")
    assert len(ana.outbox) == 1
    before = len(weather.asked)
    first_step(weather)
    receipt(weather)

    ana.run("delete-everything", answers=["y"])

    assert ana.outbox == []
    assert "POST /v1/check-ins" not in weather.asked[before:]


def test_whoever_says_no_is_not_erased(ana: Terminal, weather: Weather) -> None:
    first_step(weather)

    result = ana.run("delete-everything", answers=["no"])

    assert result.exit_code == 1
    assert ana.token_file.exists()


def test_a_code_that_has_expired_keeps_the_token(ana: Terminal, weather: Weather) -> None:
    expired = {"type": "/problems/unknown_confirmation", "detail": "This confirmation has expired."}
    weather.faults.append(saying("409 CONFLICT", expired))

    assert ana.refused("delete-everything", "--confirm", "old") == "This confirmation has expired.\n"
    assert ana.token_file.exists()
