"""`attune undo`: taking back a check-in that was a slip of the hand."""

import typer

from cli.person.here import here_of
from cli.person.latest import forget, latest_of
from cli.person.practising import named
from cli.person.showing import AsJson, show, text
from cli.person.signed import ready
from cli.person.trouble import Trouble

app = typer.Typer()


@app.command(rich_help_panel="Check in")
def undo(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Take back what you entered last on this machine, as if it had never been. It has to be a moment ago.

    Example: attune undo
    """
    # What waits is sent first: whether it has arrived already cannot be known otherwise.
    found, environ = ready(ctx), here_of(ctx).environ
    entry = latest_of(environ, found.session.site, found.session.person)
    if entry is None:
        raise Trouble("There is nothing to take back here.")
    gone = found.client.command("DELETE", f"/v1/check-ins/{entry.id}", query={"undo": "true"})
    forget(environ)
    show(gone, as_json, lambda _: text(f"Taken back: {named(entry.kind, {})}."))
