"""Asking a person. Questions go to stderr; where nobody can answer, what is missing is a usage error."""

import sys
from collections.abc import Sequence

import typer

from cli.person.here import Here
from cli.person.trouble import Trouble


def ask(here: Here, question: str, option: str, guess: str | None = None) -> str:
    """An answer in one line, by default the guess. Raises a usage error that names the option instead."""
    if not here.may_ask:
        raise typer.BadParameter(f"Nobody can be asked here. Say it with {option}.")
    hint = f" [{guess}]" if guess else ""
    while True:
        answer = _line(f"{question}{hint}: ") or guess
        if answer:
            return answer


def pick(question: str, choices: Sequence[str], guess: str | None) -> str | None:
    """One of the choices; for an empty line the guess, for `-` none. Somebody has to be there."""
    hint = f" [{guess}]" if guess else ""
    while True:
        answer = _line(f"{question}{hint}: ") or guess or "-"
        if answer in choices:
            return answer
        if answer == "-":
            return None
        sys.stderr.write(f"One of {', '.join(choices)}, or - for none.\n")


def agrees(here: Here, question: str, instead: str) -> bool:
    """Whether the person says yes. `instead` says how to do it where nobody can be asked."""
    if not here.may_ask:
        raise typer.BadParameter(f"Nobody can be asked here. {instead}")
    return _line(f"{question} [y/N]: ").lower() in ("y", "yes")


def secret(here: Here, question: str) -> str:
    """What is typed or pasted without being shown, or the first line of stdin. Raises `Trouble`."""
    found = here.read_secret(f"{question}: ") if here.may_ask else sys.stdin.readline()
    if not found.strip():
        raise Trouble("Nothing was entered.")
    return found.strip()


def from_stdin(text: str) -> str:
    """The text itself, or all of stdin for `-`."""
    return sys.stdin.read().strip() if text == "-" else text


def _line(prompt: str) -> str:
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        sys.stderr.write("\n")
        raise Trouble("Nothing was entered.")
    return line.strip()
