"""What a person sees: answers on stdout, everything else on stderr, nothing from outside unescaped."""

import json
import sys
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Annotated, Any

import typer
from rich.console import Console, Group, RenderableType
from rich.text import Text

from cli.person.plain import plain
from cli.person.trouble import Trouble

AsJson = Annotated[bool, typer.Option("--json", help="Print the site's own JSON.")]


def show(found: Any, as_json: bool, draw: Callable[[Any], RenderableType]) -> None:
    """Print an answer: drawn, or as JSON. Raises `Trouble` if it is not what this version can draw."""
    if as_json:
        print_json(found)
        return
    try:
        drawn = draw(found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Trouble(
            "This version of attune does not understand what the site says. --json shows it as it is."
        ) from error
    _print(console(), drawn)


def _print(screen: Console, drawn: RenderableType) -> None:
    """Words are wrapped on a terminal; in a pipe, and of a code, a line stays a line."""
    if isinstance(drawn, Group):
        for part in drawn.renderables:
            _print(screen, part)
    else:
        whole = isinstance(drawn, Text) and (drawn.no_wrap or not screen.is_terminal)
        screen.print(drawn, soft_wrap=bool(whole))


def print_json(found: Any) -> None:
    """One document. What is not ASCII is escaped, so that no terminal acts on it."""
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


def say(*lines: str | Text) -> None:
    """Print sentences of our own on stdout, or texts that are escaped already."""
    for line in lines:
        _print(console(), Text(line) if isinstance(line, str) else line)


def tell(sentence: str) -> None:
    """Print a message for the person on stderr."""
    _print(_console(stderr=True), note(sentence))


def console() -> Console:
    """The terminal, or the pipe, that stdout is now."""
    return _console(stderr=False)


def _console(*, stderr: bool) -> Console:
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def only_ascii() -> bool:
    """Whether pictures are drawn of plain letters: without colour, or where there is nothing else."""
    screen = console()
    wants = screen.no_color or screen.is_dumb_terminal
    return wants or "utf" not in (getattr(sys.stdout, "encoding", None) or "utf").lower()


def text(found: Any, style: str = "") -> Text:
    """One line from outside."""
    return Text(plain(found), style)


def code(found: Any) -> Text:
    """Something to copy: a line of its own that is never broken."""
    return Text(f"  {plain(found)}", "bold", no_wrap=True)


def note(found: Any, style: str = "") -> Text:
    """A text from outside with its line breaks."""
    return Text(plain(found, lines=True), style)


def day(iso: str) -> str:
    """`Tue 24 Nov 2026`, of a date."""
    return datetime.fromisoformat(iso).strftime("%a %-d %b %Y")


def instant(iso: str, zone: tzinfo | None = None) -> str:
    """`Tue 24 Nov, 12:00` of an instant, by the clock of a zone or of this machine."""
    return datetime.fromisoformat(iso).astimezone(zone).strftime("%a %-d %b, %H:%M")


def full_instant(iso: str) -> str:
    """`Tue 24 Nov 2026, 12:00` by this machine's clock."""
    return datetime.fromisoformat(iso).astimezone().strftime("%a %-d %b %Y, %H:%M")


def count(number: int, unit: str, units: str = "") -> str:
    """`1 day`, `2 days`."""
    return f"{number} {unit if number == 1 else units or unit + 's'}"


def as_words(stable: Any) -> str:
    """An id of the product's as words: `safe_space` reads `safe space`."""
    return plain(stable).replace("_", " ")
