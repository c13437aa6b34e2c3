"""`attune export`: everything of yours, in a file of yours alone."""

import json
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.person.client import Client
from cli.person.places import private_file
from cli.person.showing import AsJson, print_json, say, text
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
    if output is None and not as_json:
        raise typer.BadParameter("Say where it is to go: -o FILE, or -o - for stdout.")
    if output in (None, "-"):
        _print(signed_in(ctx), form)
    else:
        _write(signed_in(ctx), form, Path(str(output)), force=force)


def _print(client: Client, form: Format) -> None:
    if form == "csv" and sys.stdout.isatty():
        raise Trouble("A zip file is nothing for a terminal. Give it a file: -o attune.zip")
    found = BytesIO()
    _download(client, form, found.write)
    if form == "csv":
        sys.stdout.buffer.write(found.getvalue())
        return
    try:
        print_json(json.loads(found.getvalue()))
    except ValueError:
        raise Trouble(f"What {client.site} sent is no JSON.") from None


def _write(client: Client, form: Format, path: Path, *, force: bool) -> None:
    if path.is_dir():
        raise Trouble(f"{path} is a folder. Name a file in it.")
    if path.exists() and not force:
        raise Trouble(f"{path} is there already. To write over it: --force")
    with private_file(path) as file:
        _download(client, form, file.write)
    say(text(f"Everything of yours is in {path}; only you can read it."))


def _download(client: Client, form: Format, write: Callable[[bytes], object]) -> None:
    with client.download("/v1/people/me/export", {"format": form}) as pieces:
        for piece in pieces:
            write(piece)
