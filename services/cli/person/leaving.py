"""Leaving the couple, and leaving the site: each in two steps, with what it does said before."""

from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.person import latest, session
from cli.person.asking import agrees
from cli.person.here import Here, here_of
from cli.person.showing import AsJson, full_instant, instant, print_json, show, tell, text
from cli.person.signed import Signed, signed, signed_in
from cli.person.trouble import Trouble

app = typer.Typer()

_PANEL = "Take home and leave"
_COUPLE, _ME = "/v1/couple/members/me", "/v1/people/me"
_LEAVING = """\
Leaving takes you out of this couple, at once and for good.
Nothing is sent to your partner. What they see from then on is what an open-ended pause looks like.
You keep your own entries. If you two pair again, it is a new couple with a new day one."""
_ERASING = """\
This erases you at the site, for good: your name, your entries, your channels and your tokens.
Nobody can read them any more, you included. What you may want to keep: attune export
Nothing is sent to your partner. What they see from then on is what an open-ended pause looks like.
Entries that still wait on this machine are thrown away, and this machine forgets your token."""

Confirm = Annotated[
    str | None,
    typer.Option("--confirm", metavar="CODE", help="The second step, with what the first one said."),
]


@app.command(rich_help_panel=_PANEL)
def leave(ctx: typer.Context, confirm: Confirm = None, as_json: AsJson = False) -> None:
    """Leave your couple, in two steps. Nothing is sent to your partner.

    Example: attune leave
    """
    client = signed_in(ctx)
    code = confirm
    if code is None:
        code = _first_step(here_of(ctx), client.command("DELETE", _COUPLE), _LEAVING, "leave", as_json)
    if code is None:
        return
    show(
        client.command("DELETE", _COUPLE, query={"confirm": code}), as_json, lambda _: text("You have left.")
    )


@app.command("delete-everything", rich_help_panel=_PANEL)
def delete_everything(ctx: typer.Context, confirm: Confirm = None, as_json: AsJson = False) -> None:
    """Have the site erase all that is yours, in two steps, and print its receipt.

    Example: attune delete-everything
    """
    # What waits here is not sent first: it is about to be erased.
    found, here = signed(ctx), here_of(ctx)
    code = confirm
    if code is None:
        asked = found.client.command("DELETE", _ME)
        code = _first_step(here, asked, _ERASING, "delete-everything", as_json)
    if code is None:
        return
    receipt = found.client.command("DELETE", _ME, query={"confirm": code})
    _forget(here, found)
    show(receipt, as_json, _receipt)


def _first_step(here: Here, asked: Any, what_it_does: str, command: str, as_json: bool) -> str | None:
    """The code for the second step, None if that comes as a command of its own. Raises `Trouble` for a no."""
    code = str(asked["confirm"])
    if as_json:
        print_json(asked)
        return None
    tell(what_it_does)
    until = f"until {instant(asked['expires_at'])}"
    if not here.may_ask:
        tell(f"Nothing has been done yet. To go on, {until}: attune {command} --confirm {code}")
        return None
    if not agrees(here, "Do it now?", ""):
        raise Trouble("Nothing was done.")
    return code


def _forget(here: Here, found: Signed) -> None:
    for entry in found.outbox.of(found.session.site, found.session.person):
        found.outbox.remove(entry.id)
    latest.forget(here.environ)
    if still := session.forget(here, found.session.kept_in):
        tell(still)


def _receipt(found: Any) -> RenderableType:
    table = Table("where", "what", "gone by", box=None, pad_edge=False)
    for store in found["stores"]:
        gone_by = "it stays" if store["until"] is None else full_instant(store["until"])
        table.add_row(text(store["store"]), text(store["what"]), gone_by)
    return Group(text(f"Erased on {full_instant(found['erased_at'])}. Keep this receipt:"), Text(), table)
