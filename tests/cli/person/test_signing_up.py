"""`attune sign-up`: what it asks, what it guesses, and where the token goes."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.person.site import Weather, saying
from tests.cli.person.terminal import Terminal
from tests.flow.world import World


@pytest.fixture
def newcomer(tmp_path: Path, site: str, world: World) -> Terminal:
    """Somebody whose machine is in Paris and speaks French."""
    terminal = Terminal(tmp_path, site, world.clock.now_ms)
    terminal.env |= {"TZ": "Europe/Paris", "LANG": "fr_FR.UTF-8"}
    return terminal


def test_it_asks_what_is_not_said_and_shows_the_zone_of_the_machine(newcomer: Terminal) -> None:
    result = newcomer.run("sign-up", answers=["Ana", ""])

    assert result.exit_code == 0
    assert result.stderr == "Your name: Your time zone [Europe/Paris]: "
    assert result.stdout.startswith("Welcome, Ana.")
    me = json.loads(newcomer.ok("login", "--json", stdin=newcomer.token_file.read_text()))
    assert (me["name"], me["zone"], me["language"]) == ("Ana", "Europe/Paris", "fr")


def test_another_zone_can_be_typed(newcomer: Terminal) -> None:
    newcomer.run("sign-up", "--name", "Ana", answers=["Asia/Tokyo"])

    me = json.loads(newcomer.ok("login", "--json", stdin=newcomer.token_file.read_text()))
    assert me["zone"] == "Asia/Tokyo"


def test_it_asks_for_the_site_when_nobody_has_said_it(newcomer: Terminal, site: str) -> None:
    del newcomer.env["ATTUNE_SITE"]

    newcomer.run("sign-up", "--name", "Ana", "--zone", "UTC", answers=[site])

    assert newcomer.ok("couple") == "You are not paired. Invite your partner with: attune invite\n"


def test_where_nobody_can_be_asked_it_names_the_option(newcomer: Terminal, weather: Weather) -> None:
    assert "--name" in newcomer.refused("sign-up", code=2)
    assert weather.asked == []


def test_the_token_is_in_a_file_of_its_owner_alone_and_is_not_shown(newcomer: Terminal) -> None:
    result = newcomer.run("sign-up", "--name", "Ana", "--zone", "UTC")

    token = newcomer.token_file.read_text().strip()
    assert re.fullmatch("atw_[0-9a-f-]{36}_.{43}", token)
    assert token not in result.output
    assert newcomer.token_file.stat().st_mode & 0o777 == 0o600
    assert newcomer.token_file.parent.stat().st_mode & 0o777 == 0o700


def test_json_is_what_the_site_answers(newcomer: Terminal) -> None:
    made = json.loads(newcomer.ok("sign-up", "--name", "Ana", "--zone", "UTC", "--json"))

    assert made["token"] == newcomer.token_file.read_text().strip()


def test_whoever_is_signed_in_does_not_lose_their_token(ana: Terminal) -> None:
    token = ana.token_file.read_text()

    assert "attune logout" in ana.refused("sign-up", "--name", "Eve", "--zone", "UTC")
    assert ana.token_file.read_text() == token


def test_nobody_is_registered_whose_token_could_not_be_kept(newcomer: Terminal, weather: Weather) -> None:
    newcomer.home.joinpath(".config").write_text("a file where the folder is to be")

    assert "cannot be made" in newcomer.refused("sign-up", "--name", "Ana", "--zone", "UTC")
    assert weather.asked == []


def test_a_refusal_names_the_field(newcomer: Terminal) -> None:
    told = newcomer.refused("sign-up", "--name", "Ana", "--zone", "Paris")

    assert told == (
        "Some fields cannot be taken.\n"
        "  /zone: this is not a name in the time zone database, like Europe/Paris.\n"
    )
    assert not newcomer.token_file.exists()


def test_a_registration_code_is_asked_for_when_the_site_takes_one(
    newcomer: Terminal, weather: Weather
) -> None:
    takes_one = {"type": "/problems/registration_code", "detail": "Registering here takes a code."}
    weather.faults.append(saying("403 FORBIDDEN", takes_one))

    result = newcomer.run("sign-up", "--name", "Ana", "--zone", "UTC", answers=["please"])

    assert result.exit_code == 0
    assert "registration code: " in result.stderr
    assert weather.asked == ["POST /v1/people"] * 2


def test_a_503_is_not_repeated_since_it_may_have_registered_somebody(
    newcomer: Terminal, weather: Weather
) -> None:
    unavailable = {"type": "/problems/unavailable", "detail": "Not now."}
    weather.faults.append(saying("503 SERVICE UNAVAILABLE", unavailable, Retry_After="1"))

    assert newcomer.refused("sign-up", "--name", "Ana", "--zone", "UTC") == "Not now.\n"
    assert weather.asked == ["POST /v1/people"]
