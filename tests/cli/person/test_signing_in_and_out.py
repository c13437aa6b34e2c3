"""Tokens at the command line: given on stdin, kept in a file, ended by `attune logout`."""

import json
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.cli.person.site import Weather
from tests.cli.person.terminal import Terminal


@pytest.fixture
def elsewhere(tmp_path: Path, site: str) -> Terminal:
    """Another machine."""
    return Terminal(tmp_path / "elsewhere", site)


def test_a_token_is_read_from_stdin(ana: Terminal, elsewhere: Terminal) -> None:
    told = elsewhere.ok("login", stdin=ana.token_file.read_text())

    assert told.startswith("Signed in as Ana at http://127.0.0.1:")
    assert elsewhere.token_file.read_text() == ana.token_file.read_text()
    assert elsewhere.token_file.stat().st_mode & 0o777 == 0o600


def test_a_token_is_asked_for_without_showing_it(ana: Terminal, elsewhere: Terminal) -> None:
    token = ana.token_file.read_text().strip()

    result = elsewhere.run("login", answers=[token])

    assert result.exit_code == 0
    assert result.stderr == "Your token: "
    assert token not in result.output


def test_the_site_is_remembered_from_login(ana: Terminal, elsewhere: Terminal, site: str) -> None:
    del elsewhere.env["ATTUNE_SITE"]

    elsewhere.ok("login", "--site", site, stdin=ana.token_file.read_text())

    assert json.loads(elsewhere.ok("couple", "--json"))["couple"] is None


def test_a_token_that_is_not_valid_is_not_kept(ana: Terminal, elsewhere: Terminal) -> None:
    wrong = ana.token_file.read_text().strip()[:-4] + "nope"

    assert elsewhere.refused("login", stdin=wrong) == (
        "This token is not, or no longer, valid.\nSign in again with: attune login\n"
    )
    assert not elsewhere.token_file.exists()


def test_nobody_loses_their_token_to_somebody_who_signs_in_after_them(ana: Terminal, bo: Terminal) -> None:
    token = ana.token_file.read_text()

    result = ana.run("login", stdin=bo.token_file.read_text())

    assert ana.token_file.read_text() == bo.token_file.read_text()
    aside = next(ana.token_file.parent.glob("token-of-*"))
    assert result.stderr == f"Somebody else was signed in here. Their token is now in {aside}.\n"
    assert aside.read_text() == token
    assert aside.stat().st_mode & 0o777 == 0o600


def test_signing_in_again_sets_nothing_aside(ana: Terminal) -> None:
    ana.ok("login", stdin=ana.token_file.read_text())

    assert list(ana.token_file.parent.glob("token-of-*")) == []


def test_a_token_that_goes_before_the_kept_one_is_pointed_out(ana: Terminal, elsewhere: Terminal) -> None:
    token = ana.token_file.read_text().strip()

    result = elsewhere.run("login", stdin=token, ATTUNE_TOKEN=token)

    assert result.stderr == "ATTUNE_TOKEN is set, and goes before the token that is kept now.\n"


def test_what_is_no_token_is_sent_nowhere(elsewhere: Terminal, weather: Weather) -> None:
    assert "begins with atw_" in elsewhere.refused("login", stdin="my password")
    assert weather.asked == []


def test_nothing_on_stdin_is_said_so(elsewhere: Terminal) -> None:
    assert elsewhere.refused("login") == "Nothing was entered.\n"


def test_the_environment_may_hold_the_token(ana: Terminal, elsewhere: Terminal) -> None:
    token = ana.token_file.read_text().strip()

    assert elsewhere.ok("couple", ATTUNE_TOKEN=token)


def test_the_environment_may_name_a_file_with_the_token(ana: Terminal, elsewhere: Terminal) -> None:
    assert elsewhere.ok("couple", ATTUNE_TOKEN_FILE=str(ana.token_file))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_token_that_others_can_read_is_refused(ana: Terminal, weather: Weather, mode: int) -> None:
    ana.token_file.chmod(mode)
    before = list(weather.asked)

    told = ana.refused("couple")

    assert told == f"Others can read {ana.token_file}. Make it yours alone: chmod 600 {ana.token_file}\n"
    assert weather.asked == before


def test_a_token_that_was_kept_for_one_site_is_not_shown_to_another(ana: Terminal, weather: Weather) -> None:
    before = list(weather.asked)

    told = ana.refused("--site", "https://attune.example", "couple")

    assert told.startswith("You are signed in at http://127.0.0.1:")
    assert weather.asked == before


def test_logout_ends_the_token_and_forgets_it(ana: Terminal, elsewhere: Terminal) -> None:
    token = ana.token_file.read_text().strip()

    assert ana.ok("logout", "--yes") == "Signed out.\n"
    assert not ana.token_file.exists()
    assert "valid" in elsewhere.refused("couple", ATTUNE_TOKEN=token)


def test_the_only_token_is_not_ended_without_asking(ana: Terminal) -> None:
    result = ana.run("logout", answers=["n"])

    assert result.exit_code == 1
    assert "only token" in result.stderr
    assert ana.ok("couple")


def test_logout_can_leave_the_token_valid(ana: Terminal, elsewhere: Terminal) -> None:
    token = ana.token_file.read_text().strip()

    assert "still valid" in ana.ok("logout", "--keep")
    assert not ana.token_file.exists()
    assert elsewhere.ok("couple", ATTUNE_TOKEN=token)


def test_logout_says_what_to_do_when_the_site_cannot_be_reached(ana: Terminal) -> None:
    ana.env["ATTUNE_SITE"] = "http://127.0.0.1:9"
    ana.token_file.with_name("site").write_text("http://127.0.0.1:9")

    assert "attune logout --keep" in ana.refused("logout")
    assert ana.token_file.exists()


def test_a_token_that_can_only_read_can_still_be_forgotten(
    ana: Terminal, elsewhere: Terminal, site: str
) -> None:
    elsewhere.ok("login", stdin=read_only_token(ana, site))

    assert "attune logout --keep" in elsewhere.refused("logout")
    assert elsewhere.ok("logout", "--keep")
    assert not elsewhere.token_file.exists()


def test_logout_forgets_a_token_that_has_ended_already(ana: Terminal, elsewhere: Terminal) -> None:
    elsewhere.run("logout", "--yes", ATTUNE_TOKEN_FILE=str(ana.token_file))

    assert ana.ok("logout") == "Signed out.\n"
    assert not ana.token_file.exists()


def test_logout_says_where_else_the_token_is(ana: Terminal, elsewhere: Terminal) -> None:
    token = ana.token_file.read_text().strip()

    result = elsewhere.run("logout", "--keep", ATTUNE_TOKEN=token)

    assert result.stderr == "ATTUNE_TOKEN still has the token: unset it.\n"


def test_logout_leaves_a_file_alone_that_it_was_only_pointed_to(ana: Terminal, bo: Terminal) -> None:
    result = bo.run("logout", "--yes", ATTUNE_TOKEN_FILE=str(ana.token_file))

    assert result.stderr == f"{ana.token_file} still has the token: remove it.\n"
    assert ana.token_file.exists()
    assert bo.ok("couple")


def read_only_token(terminal: Terminal, site: str) -> str:
    """One that the command line has no command for."""
    token = terminal.token_file.read_text().strip()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = Request(f"{site}/v1/tokens", b'{"scope":"read"}', headers)
    with urlopen(request, timeout=10) as answer:
        return str(json.load(answer)["token"])


def recovery_code(terminal: Terminal) -> str:
    return str(json.loads(terminal.ok("recovery-codes", "--new", "--json"))["codes"][0])


def test_a_recovery_code_gives_a_new_token_and_ends_the_others(ana: Terminal, elsewhere: Terminal) -> None:
    code = recovery_code(ana)

    told = elsewhere.ok("recover", stdin=f"{code}\n")

    assert "Your other tokens have ended." in told
    assert code not in told
    assert elsewhere.token_file.stat().st_mode & 0o777 == 0o600
    assert elsewhere.ok("couple")
    assert "valid" in ana.refused("couple")


def test_recovering_can_keep_the_other_tokens(ana: Terminal, elsewhere: Terminal) -> None:
    code = recovery_code(ana)

    result = elsewhere.run("recover", "--keep-tokens", answers=[code])

    assert "still valid" in result.stdout
    assert code not in result.output
    assert ana.ok("couple")
    assert elsewhere.ok("couple")


def test_a_wrong_recovery_code_leaves_everything_as_it_is(ana: Terminal, elsewhere: Terminal) -> None:
    assert "This code is not" in elsewhere.refused("recover", stdin="nonsense\n")
    assert not elsewhere.token_file.exists()
    assert ana.ok("couple")


def test_recovery_codes_are_shown_to_be_written_down(ana: Terminal) -> None:
    told = ana.ok("recovery-codes", "--new").splitlines()

    assert told[0].startswith("Write these down; they are shown only now.")
    assert len(told) == 9
    assert all(line.startswith("  ") for line in told[1:])


def test_how_many_recovery_codes_are_left(ana: Terminal, elsewhere: Terminal) -> None:
    assert "attune recovery-codes --new" in ana.ok("recovery-codes")

    elsewhere.ok("recover", "--keep-tokens", stdin=recovery_code(ana))

    assert ana.ok("recovery-codes") == "7 recovery codes left, made Tue 24 Nov, 12:00.\n"
