"""Pauses: of everything, for a while, with no reason."""

from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Group, RenderableType

from cli.person.client import Client
from cli.person.dates import parse_date
from cli.person.showing import AsJson, day, show, text
from cli.person.signed import signed_in
from cli.person.trouble import Trouble

app = typer.Typer()

_PANEL = "The two of you"


@app.command(rich_help_panel=_PANEL)
def pause(
    ctx: typer.Context,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", parser=parse_date, help="By default today.")
    ] = None,
    last: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="DATE", parser=parse_date, help="The last day; else until you end it."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Pause everything: no day is missed, and each of you sees only your own entries meanwhile.

    Who opened a pause is not shown to the other, and only whoever opened it can end it.

    Example: attune pause --from 2026-12-24 --until 2027-01-02
    """
    client = signed_in(ctx)
    wish = {"from": first or _today(client), "until": last}
    show(client.command("POST", "/v1/pauses", wish), as_json, lambda found: text(f"Paused {_span(found)}."))


@app.command(rich_help_panel=_PANEL)
def pauses(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the pauses of today and of the days to come.

    Example: attune pauses
    """
    show(signed_in(ctx).get("/v1/pauses"), as_json, _listed)


@app.command(rich_help_panel=_PANEL)
def resume(
    ctx: typer.Context,
    pause_id: Annotated[
        str | None, typer.Argument(metavar="[PAUSE]", help="Its id, if there are several.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """End a pause that you opened. Today is still covered by it.

    Example: attune resume
    """
    client = signed_in(ctx)
    chosen = pause_id or _only(client)
    ended = client.command("DELETE", f"/v1/pauses/{quote(chosen, safe='')}")
    show(ended, as_json, lambda _: text("The pause has ended. Today is still covered by it."))


def _only(client: Client) -> str:
    """The id of the one pause that there is. Raises `Trouble`."""
    found = client.get("/v1/pauses")["pauses"]
    if not found:
        raise Trouble("There is no pause to end.")
    if len(found) > 1:
        raise Trouble("There are several pauses. Say which: attune pauses lists their ids.")
    return str(found[0]["id"])


def _today(client: Client) -> str:
    """Your own date at the site, by your zone and day start."""
    return str(client.get("/v1/streak")["today"]["date"])


def _listed(found: Any) -> RenderableType:
    if not found["pauses"]:
        return text("There is no pause.")
    return Group(*(text(f"{pause['id']}  {_span(pause)}") for pause in found["pauses"]))


def _span(pause: Any) -> str:
    until = f"until {day(pause['until'])}" if pause["until"] else "until it is ended"
    return f"from {day(pause['from'])} {until}"
