"""`attune nudge-settings`: what one wishes of nudges."""

import re
from typing import Annotated, Any, Literal

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.person import words
from cli.person.client import Client
from cli.person.showing import AsJson, instant, show, text
from cli.person.signed import signed_in
from cli.person.typed import switched

app = typer.Typer()

_PATH = "/v1/nudge-settings"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
_HOURS = re.compile(f"{_CLOCK}-{_CLOCK}", re.ASCII)

Amount = Literal["all", "fewer", "none"]


def parse_hours(typed: str) -> str:
    """Two different times of day with a hyphen between. Raises a usage error."""
    if not _HOURS.fullmatch(typed):
        raise typer.BadParameter("Quiet hours are written as 21:30-08:00.")
    if typed[:5] == typed[6:]:
        raise typer.BadParameter("Quiet hours end at another time than they begin. For none: --no-quiet")
    return typed


def _begun(incomplete: str) -> list[str]:
    return [kind for kind in words.NUDGES if kind.startswith(incomplete)]


@app.command("nudge-settings", rich_help_panel="Nudges")
def nudge_settings(
    ctx: typer.Context,
    *,
    system: Annotated[Amount | None, typer.Option("--system", help="Of what Attune sends by itself.")] = None,
    partner: Annotated[Amount | None, typer.Option("--partner", help="Of what your partner sends.")] = None,
    quiet: Annotated[
        str | None,
        typer.Option(
            "--quiet", metavar="21:30-08:00", parser=parse_hours, help="From when until when nothing is sent."
        ),
    ] = None,
    no_quiet: Annotated[bool, typer.Option("--no-quiet", help="Have no quiet hours.")] = False,
    tell_more: Annotated[
        bool | None,
        typer.Option("--tell-more/--tell-less", help="Whether they say more than that there is something."),
    ] = None,
    on: Annotated[
        list[str] | None, typer.Option("--on", metavar="KIND", help="Have these.", autocompletion=_begun)
    ] = None,
    off: Annotated[
        list[str] | None, typer.Option("--off", metavar="KIND", help="Not these.", autocompletion=_begun)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what you wish of nudges, or wish for more, for fewer, for other hours. Nobody else is shown it.

    Example: attune nudge-settings --system fewer --quiet 22:00-07:30 --off streak.milestone
    """
    if quiet and no_quiet:
        raise typer.BadParameter("Choose one of --quiet and --no-quiet.")
    client = signed_in(ctx)
    wish: dict[str, object] = {"system": system, "partner": partner, "content": tell_more}
    wish["kinds"] = _kinds(client, on, off) if on or off else None
    wish = {name: value for name, value in wish.items() if value is not None}
    if quiet or no_quiet:
        wish["quiet"] = {"from": quiet[:5], "until": quiet[6:]} if quiet else None
    show(client.change(_PATH, wish) if wish else client.get(_PATH), as_json, _drawn)


def _kinds(client: Client, on: list[str] | None, off: list[str] | None) -> dict[str, bool]:
    return switched(on, off, words.nudges(client.get(_PATH)["kinds"]), "kind of nudge")


def _drawn(found: Any) -> RenderableType:
    quiet = found["quiet"]
    hours = f"{quiet['from']} to {quiet['until']}" if quiet else "none"
    says = "more, where there is more" if found["content"] else "only that there is something"
    head = Table.grid(padding=(0, 2))
    for name, value in (
        ("from Attune", found["system"]),
        ("from your partner", found["partner"]),
        ("quiet hours", hours),
        ("they say", says),
        # A link in a nudge changes it too, whoever taps it.
        ("last changed", instant(found["changed_at"]) if found.get("changed_at") else "never"),
    ):
        head.add_row(name, text(value))
    kinds = Table.grid(padding=(0, 2))
    wanted = found["kinds"]
    for kind in (*(kind for kind in words.NUDGES if kind in wanted), *(wanted.keys() - words.NUDGES.keys())):
        kinds.add_row("on" if wanted[kind] else "off", text(kind), text(words.nudge(kind)))
    return Group(head, Text(), kinds)
