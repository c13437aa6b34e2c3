"""`attune nudge`: a sign to the partner; `attune forecast`: what one will be sent oneself."""

from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.table import Table

from cli.person import words
from cli.person.asking import from_stdin
from cli.person.showing import AsJson, as_words, instant, show, text
from cli.person.signed import signed_in

app = typer.Typer()

_PANEL = "Nudges"


@app.command(rich_help_panel=_PANEL)
def nudge(
    ctx: typer.Context,
    said: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="A few words; - reads them from stdin.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Send your partner a sign, with words or without.

    It is always taken, and nobody is told whether it arrived: when it reaches your partner, or whether, is
    theirs to say. They read your words if they have asked for nudges that say more.

    Example: attune nudge "See you at six"
    """
    wish = {} if said is None else {"text": from_stdin(said)}
    show(signed_in(ctx).command("POST", "/v1/nudges", wish), as_json, _taken)


@app.command(rich_help_panel=_PANEL)
def forecast(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show what you would be sent in the next seven days, what is held or dropped, and why.

    Example: attune forecast
    """
    show(signed_in(ctx).get("/v1/nudges/forecast"), as_json, _forecast)


def _taken(_found: Any) -> RenderableType:
    return text("Taken, as every sign is. Nobody is told whether it arrived: that is your partner’s to say.")


def _forecast(found: Any) -> RenderableType:
    if not found["forecast"]:
        return text("If nobody does anything, nothing is sent to you in the next seven days.")
    table = Table("when", "what", "", "why", box=None, pad_edge=False)
    for told in found["forecast"]:
        what = text(words.nudge(told["kind"]))
        table.add_row(instant(told["at"]), what, as_words(told["outcome"]), text(_why(told)))
    return Group(text("The next seven days, if nobody does anything:"), table)


def _why(told: Any) -> str:
    """The sentence of what holds it back, and since when it does."""
    moved = f"It was due on {instant(told['due_at'])}." if told["due_at"] != told["at"] else ""
    return " ".join(part for part in (told["sentence"] or told["rule"], moved) if part)
