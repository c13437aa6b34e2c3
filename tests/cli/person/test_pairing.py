"""Two people become a couple at their terminals."""

import json

import pytest

from tests.cli.person.terminal import Terminal


def test_two_people_pair_check_in_and_keep_their_first_day(ana: Terminal, bo: Terminal) -> None:
    invited = ana.ok("invite")
    code = invited.splitlines()[2].strip()

    assert bo.ok("accept", "-", stdin=f"{code}\n") == (
        "Accepted. Now whoever invited you confirms with: attune confirm\n"
    )
    assert ana.ok("confirm") == "You are a couple. Day one is Tue 24 Nov 2026.\n"
    assert bo.ok("couple") == "You and Ana, since Tue 24 Nov 2026.\n"
    ana.ok("feeling", "calm", "tired", "-n", "long day")
    assert ana.ok().startswith("0 days · today: you checked in · ")
    bo.ok("close", "-m", "40", "-n", "tea")
    assert ana.ok().startswith("1 day · today: kept · ")


def test_an_invite_says_what_comes_next(ana: Terminal) -> None:
    told = ana.ok("invite").splitlines()

    assert told[0] == "Give this code to your partner. It works once, until Thu 26 Nov, 12:00."
    assert told[3:] == ["", "They accept it with: attune accept -", "Then you confirm with: attune confirm"]


def test_an_invite_can_be_drawn_as_a_picture(ana: Terminal) -> None:
    drawn = ana.ok("invite", "--qr").splitlines()[7:]

    assert len(drawn) == 21
    assert {len(line) for line in drawn} == {41}
    assert set("".join(drawn)) <= set(" █▀▄")


def test_a_code_can_be_an_argument(ana: Terminal, bo: Terminal) -> None:
    code = json.loads(ana.ok("invite", "--json"))["code"]

    assert json.loads(bo.ok("accept", code, "--json")) == {"state": "accepted"}


@pytest.mark.parametrize("code", ["nonsense", "a b", "é\x1b[31m"])
def test_a_code_that_is_none_is_refused(bo: Terminal, code: str) -> None:
    assert bo.refused("accept", code) == "There is no such invite.\n"


def test_a_partner_without_a_name_is_your_partner(pair: tuple[Terminal, Terminal]) -> None:
    ana, bo = pair
    bo.ok("pause")

    assert ana.ok("couple") == "You and your partner, since Tue 24 Nov 2026.\n"
