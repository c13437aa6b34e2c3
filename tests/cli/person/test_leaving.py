"""Leaving the couple, and having everything erased: two steps each."""

import json

from tests.cli.person.site import Weather
from tests.cli.person.terminal import Terminal
from tests.flow.world import World


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


def test_erasing_says_what_it_does_and_asks(ana: Terminal) -> None:
    result = ana.run("delete-everything", answers=["no"])

    assert result.exit_code == 1
    assert "for good" in result.stderr
    assert result.stderr.endswith("Do it now? [y/N]: Nothing was done.\n")
    assert ana.ok("couple")


def test_erasing_prints_the_receipt_and_forgets_the_token(ana: Terminal) -> None:
    told = ana.run("delete-everything", answers=["yes"]).stdout

    lines = [line.rstrip() for line in told.splitlines()]
    assert lines[0] == "Erased on Tue 24 Nov 2026, 12:00. Keep this receipt:"
    assert lines[2].split() == ["where", "what", "gone", "by"]
    assert lines[3].startswith("views ")
    assert lines[3].endswith("Tue 24 Nov 2026, 12:00")
    assert not ana.token_file.exists()


def test_the_receipt_does_not_claim_that_what_stays_is_gone(ana: Terminal) -> None:
    told = ana.run("delete-everything", answers=["yes"], COLUMNS="200").stdout

    stays = [line.split()[0] for line in told.splitlines() if line.rstrip().endswith("it stays")]
    assert stays == ["attune.journal", "backups"]


def test_the_receipt_can_be_had_as_json(ana: Terminal) -> None:
    code = json.loads(ana.ok("delete-everything", "--json"))["confirm"]

    receipt = json.loads(ana.ok("delete-everything", "--confirm", code, "--json"))

    assert receipt.keys() == {"erased_at", "stores"}
    assert not ana.token_file.exists()


def test_erasing_throws_away_what_waits_and_sends_none_of_it(ana: Terminal, weather: Weather) -> None:
    weather.away(1)
    ana.run("feeling", "sad", "-n", "a secret")
    assert len(ana.outbox) == 1
    before = len(weather.asked)

    ana.run("delete-everything", answers=["y"])

    assert ana.outbox == []
    assert "POST /v1/check-ins" not in weather.asked[before:]


def test_a_code_that_has_expired_erases_nothing(ana: Terminal, world: World) -> None:
    code = json.loads(ana.ok("delete-everything", "--json"))["confirm"]
    world.wait(hours=24)

    assert "/confirm" in ana.refused("delete-everything", "--confirm", code)
    assert ana.ok("couple")


def test_to_the_partner_leaving_and_being_erased_look_alike(pair: tuple[Terminal, Terminal]) -> None:
    ana, bo = pair

    ana.run("delete-everything", answers=["y"])

    assert bo.ok("couple") == "You and your partner, since Tue 24 Nov 2026.\n"
    assert bo.ok("nudges") == "You have not been sent anything.\n"
