"""What `attune --help` and the README promise of each command."""

import shlex
from pathlib import Path

import pytest
from cli.main import app
from typer.main import get_command

from tests.cli.person.terminal import commands_of

EVERY = commands_of(get_command(app))
SHOWN = {name: command for name, command in EVERY.items() if not command.hidden}
README = (Path(__file__).parents[3] / "services/cli/README.md").read_text()


@pytest.mark.parametrize("name", SHOWN)
def test_every_command_has_an_example_in_its_help(name: str) -> None:
    assert f"Example: attune {name}" in (SHOWN[name].help or "")


@pytest.mark.parametrize("name", SHOWN)
def test_every_example_is_a_command_that_can_be_given(name: str) -> None:
    example = (SHOWN[name].help or "").partition("Example: attune ")[2].splitlines()[0]
    words = shlex.split(example.partition(" < ")[0])[len(name.split()) :]

    with SHOWN[name].make_context(name, words, resilient_parsing=False):
        pass


def test_no_option_takes_a_secret() -> None:
    options = {flag for command in EVERY.values() for option in command.params for flag in option.opts}

    assert not options & {"--token", "--code", "--password", "--recovery-code", "--registration-code"}


@pytest.mark.parametrize("name", SHOWN)
def test_the_readme_names_every_command(name: str) -> None:
    assert f"`{name}" in README


def test_every_short_form_is_in_the_readme() -> None:
    short = EVERY.keys() - SHOWN.keys()

    assert short
    assert all(f"`{name}`" in README for name in short)
