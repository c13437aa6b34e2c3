"""`attune export`: everything of yours, in a file of yours alone."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.person.client import Client
from cli.person.places import private_file
from cli.person.showing import AsJson, say, text
from cli.person.signed import signed_in
from cli.person.trouble import Trouble

app = typer.Typer()

Format = Literal["json", "csv"]


@app.command(rich_help_panel="Take home and leave")
def export(
    ctx: typer.Context,
    form: Annotated[Format, typer.Option("--format", help="csv is a zip of CSV files.")] = "json",
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FILE", help="Where to; - is stdout.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take home everything that is yours, into a file that only you can read.

    Example: attune export --format csv -o attune.zip
    """
    if as_json and (form != "json" or output not in (None, "-")):
        raise typer.BadParameter("--json prints the export itself: it goes with no --format csv and no file.")
    to = "-" if as_json else output
    if to is None:
        raise typer.BadParameter("Say where it is to go: -o FILE, or -o - for stdout.")
    client = signed_in(ctx)
    if to == "-":
        _download(client, form, sys.stdout.buffer.write)
        sys.stdout.buffer.flush()
        return
    path = Path(to)
    if path.exists() and not force:
        raise Trouble(f"{path} is there already. To write over it: --force")
    with private_file(path) as file:
        _download(client, form, file.write)
    say(text(f"Everything of yours is in {path}; only you can read it."))


def _download(client: Client, form: Format, write: Callable[[bytes], object]) -> None:
    with client.download("/v1/people/me/export", {"format": form}) as pieces:
        for piece in pieces:
            write(piece)
