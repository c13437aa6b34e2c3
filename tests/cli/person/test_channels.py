"""Channels at the command line: added, verified, tried, ordered, taken away."""

import json
from dataclasses import replace
from typing import Any

import pytest
from checkin.app import create_app
from checkin.door.front import Rules
from notifier.channels import DeliveryError

from tests.cli.person.site import Weather
from tests.cli.person.terminal import Terminal
from tests.flow.test_channels import URL, go_on
from tests.flow.world import World

OTHER = "https://other.example/ana"
MAIL = "ana@example.org"
APPRISE = "ntfys://token@ntfy.example/topic"


@pytest.fixture
def world() -> World:
    """A site with every kind of channel; nobody answers a code by themselves."""
    world = World(Rules(sends_mail=True, webhook_hosts=frozenset()))
    world.deliveries._channels = dict.fromkeys(("webhook", "email", "apprise"), world.channel)
    world.channel.silent = True
    return world


def code_sent(world: World) -> str:
    go_on(world)
    return str(world.channel.sent[-1][1].code)


def listed(terminal: Terminal) -> Any:
    return json.loads(terminal.ok("channels", "--json"))["channels"]


def rows(terminal: Terminal) -> list[str]:
    return [" ".join(line.split()) for line in terminal.ok("channels").splitlines()]


def in_use(terminal: Terminal, world: World, *wish: str) -> None:
    """A channel that was added and verified."""
    terminal.ok("channels", "add", *wish)
    terminal.ok("channels", "verify", code_sent(world))


def test_without_a_channel_it_says_where_nudges_are(ana: Terminal) -> None:
    told = "Nudges are in your inbox alone: attune nudges. To have them sent: attune channels add\n"

    assert ana.ok("channels") == ana.ok("channels", "list") == told


def test_mail_is_verified_with_the_code_that_came(ana: Terminal, world: World) -> None:
    assert ana.ok("channels", "add", "email", MAIL).splitlines() == [
        "Added. A code is sent there; it is used once the code is given back, within an hour:",
        "  attune channels verify CODE",
    ]
    assert rows(ana)[1] == f"1 email {MAIL} waits for its code"
    code = code_sent(world)
    assert ana.ok("channels", "verify", f"{code[:3]} {code[3:]}") == f"In use from now on: {MAIL}.\n"
    assert rows(ana)[1].startswith(f"1 email {MAIL} in use")


def test_the_secret_of_a_webhook_is_shown_once(ana: Terminal) -> None:
    told = ana.ok("channels", "add", "webhook", URL).splitlines()

    (secret,) = (line.strip() for line in told if "whsec_" in line)
    assert "A webhook may answer with the code instead." in told
    assert "It is shown only now:" in told[-3]
    assert secret not in ana.ok("channels")
    assert secret not in ana.ok("channels", "--json")


def test_the_address_of_apprise_is_asked_for_and_not_shown(ana: Terminal, world: World) -> None:
    result = ana.run("channels", "add", "apprise", answers=[APPRISE])

    assert result.exit_code == 0
    assert result.stderr == "Its address, which is not shown: "
    assert "token" not in result.output
    code_sent(world)
    assert world.channel.sent[-1][0] == APPRISE
    assert rows(ana)[1].startswith("1 apprise ntfys://ntfy.example/… waits for its code")


def test_the_address_of_apprise_is_read_from_stdin(ana: Terminal, world: World) -> None:
    ana.ok("channels", "add", "apprise", stdin=f"{APPRISE}\n")
    code_sent(world)

    assert world.channel.sent[-1][0] == APPRISE


def test_the_address_of_apprise_is_never_an_argument(ana: Terminal, weather: Weather) -> None:
    told = " ".join(ana.refused("channels", "add", "apprise", APPRISE, code=2).replace("│", "").split())

    assert "stays in the history of your shell" in told
    assert "POST /v1/channels" not in weather.asked


def test_another_address_is_asked_for_or_read_from_stdin(ana: Terminal) -> None:
    assert ana.run("channels", "add", "email", answers=[MAIL]).stderr == "Its address: "
    ana.ok("channels", "add", "webhook", "-", stdin=f"{URL}\n")

    assert [way["address"] or way["url"] for way in listed(ana)] == [MAIL, URL]
    assert "Nobody can be asked here" in ana.refused("channels", "add", "email", code=2)


@pytest.mark.parametrize(
    ("wish", "why"), [(["webhook", "http://hooks.example/"], "/url: "), (["email", "ana"], "/address: ")]
)
def test_an_address_that_cannot_be_is_refused_with_the_reason(
    ana: Terminal, wish: list[str], why: str
) -> None:
    assert why in ana.refused("channels", "add", *wish)
    assert listed(ana) == []


def test_what_the_site_does_not_have_is_said_so(ana: Terminal, world: World, weather: Weather) -> None:
    weather.app = create_app(replace(world.front, rules=Rules(sends_mail=False)))

    assert ana.refused("channels", "add", "email", MAIL) == "This site sends nothing by email.\n"


def test_a_wrong_code_says_how_to_get_another(ana: Terminal, world: World) -> None:
    ana.ok("channels", "add", "email", MAIL)
    first = code_sent(world)
    wrong = "111111" if first != "111111" else "222222"

    assert "attune channels verify --again" in ana.refused("channels", "verify", wrong)
    assert ana.ok("channels", "verify", "--again") == f"A code is on its way to {MAIL}.\n"
    assert ana.ok("channels", "verify", code_sent(world)) == f"In use from now on: {MAIL}.\n"


def test_a_code_that_is_spent_or_old_says_how_to_get_another(ana: Terminal, world: World) -> None:
    ana.ok("channels", "add", "email", MAIL)
    code = code_sent(world)
    wrong = "111111" if code != "111111" else "222222"
    for _ in range(5):
        ana.refused("channels", "verify", wrong)

    assert ana.refused("channels", "verify", code).startswith("Five wrong codes were given")
    ana.ok("channels", "verify", "--again")
    code = code_sent(world)
    world.wait(hours=2)
    assert ana.refused("channels", "verify", code).startswith("This code is too old")


def test_a_code_is_asked_for(ana: Terminal, world: World) -> None:
    ana.ok("channels", "add", "email", MAIL)

    result = ana.run("channels", "verify", answers=[code_sent(world)])

    assert result.stderr == "The code that came over it: "
    assert result.stdout == f"In use from now on: {MAIL}.\n"


def test_a_code_and_another_one_exclude_one_another(ana: Terminal) -> None:
    assert "--again" in ana.refused("channels", "verify", "123456", "--again", code=2)


def test_of_several_that_wait_for_a_code_one_has_to_be_named(ana: Terminal, world: World) -> None:
    ana.ok("channels", "add", "email", MAIL)
    code = code_sent(world)
    ana.ok("channels", "add", "webhook", URL)

    assert "more than one" in ana.refused("channels", "verify", code)
    assert ana.ok("channels", "verify", code, "--channel", "1") == f"In use from now on: {MAIL}.\n"


def test_without_one_that_waits_there_is_nothing_to_verify(ana: Terminal) -> None:
    assert ana.refused("channels", "verify", "123456") == (
        "You have no channel that waits for a code: attune channels\n"
    )


def test_a_test_is_sent_and_the_list_says_how_it_went(ana: Terminal, world: World) -> None:
    in_use(ana, world, "email", MAIL)

    assert ana.ok("channels", "test") == (
        f"A test is on its way to {MAIL}. See how it went: attune channels\n"
    )
    go_on(world)
    assert "in use delivered Tue 24 Nov, 12:00" in rows(ana)[1]
    world.channel.answers = [DeliveryError("No such mailbox.", permanent=True, gone=True)]
    world.wait(hours=1)
    ana.ok("channels", "test", "1")
    go_on(world)
    assert rows(ana)[1].split(MAIL)[1].startswith(" gone failed Tue 24 Nov, 13:00: No such mailbox.")


def test_before_it_is_verified_nothing_is_tried(ana: Terminal) -> None:
    ana.ok("channels", "add", "email", MAIL)

    assert ana.refused("channels", "test") == "You have no channel in use: attune channels\n"
    assert "attune channels verify --again" in ana.refused("channels", "test", "1")


def test_those_that_are_named_are_tried_first_and_the_others_follow(ana: Terminal) -> None:
    for wish in (("email", MAIL), ("webhook", URL), ("webhook", OTHER)):
        ana.ok("channels", "add", *wish)
    ids = [way["id"] for way in listed(ana)]

    told = ana.ok("channels", "order", "3", ids[0]).splitlines()

    assert [line.split()[2] for line in told[1:]] == [OTHER, MAIL, URL]
    ana.ok("channels", "order", "2", "2")
    assert [way["id"] for way in listed(ana)] == [ids[0], ids[2], ids[1]]


def test_one_is_taken_away_by_its_number_or_its_id(ana: Terminal) -> None:
    for address in (URL, OTHER):
        ana.ok("channels", "add", "webhook", address)
    first = listed(ana)[0]["id"]

    assert ana.ok("channels", "remove", "2") == f"Taken away: nothing more is sent to {OTHER}.\n"
    ana.ok("channels", "remove", first)
    assert listed(ana) == []


@pytest.mark.parametrize("which", ["0", "2", "-1", "", "zzz", "١", "\x1b[31m"])
def test_a_channel_that_is_not_there_is_said_so(ana: Terminal, which: str) -> None:
    ana.ok("channels", "add", "webhook", URL)

    told = ana.refused("channels", "remove", "--", which)

    assert told.startswith("You have no channel ")
    assert "\x1b" not in told
    assert len(listed(ana)) == 1


def test_a_webhook_is_given_another_secret(ana: Terminal) -> None:
    first = json.loads(ana.ok("channels", "add", "webhook", URL, "--json"))["secret"]
    ana.ok("channels", "add", "email", MAIL)

    told = ana.ok("channels", "rotate-secret").splitlines()

    assert told[0] == "For 24 hours the one before signs too."
    assert told[1].endswith("It is shown only now:")
    assert told[3].strip().startswith("whsec_")
    assert told[3].strip() != first


def test_what_is_no_webhook_has_no_secret_to_renew(ana: Terminal) -> None:
    ana.ok("channels", "add", "email", MAIL)

    assert ana.refused("channels", "rotate-secret") == "You have no webhook: attune channels\n"
    assert ana.refused("channels", "rotate-secret", "1")


def test_too_many_channels_are_refused_with_what_to_do(ana: Terminal) -> None:
    for n in range(5):
        ana.run("channels", "add", "webhook", f"{URL}{n}")

    assert "attune channels remove" in ana.refused("channels", "add", "webhook", URL)


def test_json_before_a_command_is_a_wrong_usage(ana: Terminal) -> None:
    assert "attune channels list --json" in ana.refused("channels", "--json", "list", code=2)
