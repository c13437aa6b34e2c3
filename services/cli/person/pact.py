"""`attune pact`: what the two of you have agreed on."""

from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType

from cli.person import words
from cli.person.showing import AsJson, show, text
from cli.person.signed import signed_in
from cli.person.typed import one_of

app = typer.Typer()

_PATH = "/v1/couple/pact"
_LEAST_DAYS, _MOST_DAYS = 1, 60
_MODES = {
    "daily": "every day counts, with up to two reserve days in a week",
    "two_misses": "only two missed days in a row break the streak",
}


def parse_mode(typed: str) -> str:
    """A mode. Raises a usage error."""
    return one_of(typed, words.modes(), "way to count a streak")


def _begun(incomplete: str) -> list[str]:
    return [mode for mode in words.modes().ids if mode.startswith(incomplete)]


@app.command(rich_help_panel="The two of you")
def pact(
    ctx: typer.Context,
    *,
    mode: Annotated[
        str | None,
        typer.Option(
            "--mode", metavar="MODE", parser=parse_mode, autocompletion=_begun, help="How the streak counts."
        ),
    ] = None,
    days: Annotated[
        float | None,
        typer.Option("--days", min=_LEAST_DAYS, max=_MOST_DAYS, help="How often you want quality time."),
    ] = None,
    reply_to_reveal: Annotated[
        bool | None,
        typer.Option(
            "--reply-to-reveal/--no-reply-to-reveal",
            help="Whether what one shares is shown once the other has checked in for that day.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what you two have agreed on, or agree anew: either of you may, at once, and both are told.

    There are the modes daily, weekly:1 to weekly:7 (so many days a week) and two_misses. Another mode reads
    all your days anew.

    Example: attune pact --mode weekly:3 --days 3.5
    """
    client = signed_in(ctx)
    wish = {"mode": mode, "agreed_days": days, "reply_to_reveal": reply_to_reveal}
    wish = {name: value for name, value in wish.items() if value is not None}
    show(client.change(_PATH, wish) if wish else client.get(_PATH), as_json, _drawn)


def _drawn(found: Any) -> RenderableType:
    at_once = "once the other has checked in for that day" if found["reply_to_reveal"] else "at once"
    return Group(
        text(f"Streak: {found['mode']}, {_counting(str(found['mode']))}."),
        text(f"Quality time: at least every {float(found['agreed_days']):g} days."),
        text(f"What one of you shares is shown {at_once}."),
    )


def _counting(mode: str) -> str:
    _, is_weekly, number = mode.partition("weekly:")
    return f"a week with {number} kept days is kept" if is_weekly else _MODES.get(mode, "as your site has it")
