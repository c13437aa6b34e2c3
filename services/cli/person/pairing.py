"""Becoming a couple: invite, accept, confirm."""

from io import StringIO
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from cli.person.asking import from_stdin
from cli.person.showing import AsJson, code, console, day, instant, only_ascii, show, text
from cli.person.signed import signed_in
from cli.person.trouble import Trouble

app = typer.Typer()

_PANEL = "The two of you"


@app.command(rich_help_panel=_PANEL)
def invite(
    ctx: typer.Context,
    qr: Annotated[
        bool | None, typer.Option("--qr/--no-qr", help="Draw the code; by default on a terminal.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a code for your partner. It works once, and nothing is shared before you confirm.

    Example: attune invite
    """
    made = signed_in(ctx).command("POST", "/v1/invites", {})
    drawn = qr if qr is not None else console().is_terminal and not only_ascii()
    show(made, as_json, lambda found: _invited(found, with_qr=drawn))


@app.command(rich_help_panel=_PANEL)
def accept(
    ctx: typer.Context,
    invited: Annotated[
        str, typer.Argument(metavar="CODE", help="The code of your partner's invite; - reads it from stdin.")
    ],
    as_json: AsJson = False,
) -> None:
    """Accept your partner's invite. They confirm, and then you are a couple.

    Example: attune accept - < code.txt
    """
    told = from_stdin(invited).strip()
    if not told:
        raise Trouble("There is no code on stdin.")
    made = signed_in(ctx).command("POST", f"/v1/invites/{quote(told, safe='')}/accept", {})
    show(made, as_json, lambda _: text("Accepted. Now whoever invited you confirms with: attune confirm"))


@app.command(rich_help_panel=_PANEL)
def confirm(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Become a couple with whoever accepted your invite.

    Example: attune confirm
    """
    made = signed_in(ctx).command("POST", "/v1/couple/confirm", {})
    show(made, as_json, lambda found: text(f"You are a couple. Day one is {day(found['day_one'])}."))


@app.command(rich_help_panel=_PANEL)
def couple(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show who you are a couple with, and since when.

    Example: attune couple
    """
    show(signed_in(ctx).get("/v1/couple"), as_json, _couple)


def _couple(found: Any) -> Text:
    if found["couple"] is None:
        return text("You are not paired. Invite your partner with: attune invite")
    # Without a name: a pause and a partner who has left look the same, and are to.
    name = (found["partner"] or {}).get("name") or "your partner"
    return text(f"You and {name}, since {day(found['day_one'])}.")


def _invited(found: Any, *, with_qr: bool) -> RenderableType:
    lines = [
        text(f"Give this code to your partner. It works once, until {instant(found['expires_at'])}."),
        Text(),
        code(found["code"]),
        Text(),
        text("They accept it with: attune accept -"),
        text("Then you confirm with: attune confirm"),
    ]
    return Group(*lines, *([Text(), _qr(str(found["code"]))] if with_qr else []))


def _qr(invited: str) -> Text:
    import segno  # noqa: PLC0415 only an invite needs it

    drawn = StringIO()
    segno.make_qr(invited, error="l").terminal(drawn, compact=True, border=2)
    return Text(drawn.getvalue().rstrip("\n"), "white on black", no_wrap=True)
