"""`attune recovery-codes`: what to write down while one is still signed in."""

from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType

from cli.person.showing import AsJson, code, count, instant, show, text
from cli.person.signed import signed_in

app = typer.Typer()


@app.command("recovery-codes", rich_help_panel="Begin")
def recovery_codes(
    ctx: typer.Context,
    new: Annotated[bool, typer.Option("--new", help="Make new ones; those from before end.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say how many recovery codes you have left, or make new ones. Each lets you in once without a token.

    Example: attune recovery-codes --new
    """
    client = signed_in(ctx)
    if new:
        show(client.command("POST", "/v1/recovery-codes", {}), as_json, _made)
    else:
        show(client.get("/v1/recovery-codes"), as_json, _left)


def _made(found: Any) -> RenderableType:
    head = text("Write these down; they are shown only now. Each lets you in once: attune recover")
    return Group(head, *(code(one) for one in found["codes"]))


def _left(found: Any) -> RenderableType:
    if not found["left"]:
        return text("You have no recovery code. To make some: attune recovery-codes --new")
    made = f", made {instant(found['made_at'])}" if found["made_at"] else ""
    return text(f"{count(found['left'], 'recovery code')} left{made}.")
