"""`attune outbox`: what waits to be sent, and what the site will not have."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from cli.person.here import here_of
from cli.person.outbox import Outbox, Waiting
from cli.person.practising import named
from cli.person.session import session_of
from cli.person.showing import AsJson, count, day, instant, note, show, text
from cli.person.trouble import Trouble

app = typer.Typer()

_ALL = "all"


@app.command(rich_help_panel="Check in")
def outbox(
    ctx: typer.Context,
    drop: Annotated[
        str | None, typer.Option("--drop", metavar="ID|all", help="Throw this one away, unsent.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List your entries that wait on this machine until your site can be reached.

    Example: attune outbox --drop all
    """
    session = session_of(here_of(ctx))
    box = Outbox(here_of(ctx).environ)
    waiting = box.of(session.site, session.person)
    if drop is None:
        show({"waiting": [asdict(entry) for entry in waiting]}, as_json, _listed)
        return
    dropped = _chosen(waiting, drop)
    for entry in dropped:
        box.remove(entry.id)
    show({"dropped": [entry.id for entry in dropped]}, as_json, _dropped)


def _chosen(waiting: Sequence[Waiting], drop: str) -> list[Waiting]:
    """Those that are meant by an id, the end of one, or `all`. Raises `Trouble`."""
    if drop == _ALL:
        return list(waiting)
    found = [entry for entry in waiting if entry.id.endswith(drop.removeprefix("…"))]
    if not found:
        raise Trouble(f"No entry waits under {drop}. The ids are listed by: attune outbox")
    if len(found) > 1:
        raise Trouble(f"Several ids end in {drop}. Write more of it.")
    return found


def _dropped(found: Any) -> Text:
    return text(f"Thrown away: {count(len(found['dropped']), 'entry', 'entries')}.")


def _listed(found: Any) -> RenderableType:
    if not found["waiting"]:
        return text("Nothing waits here: all that you entered has reached your site.")
    table = Table("id", "entry", "for", "note", box=None, pad_edge=False)
    for entry in found["waiting"]:
        body = entry["body"]
        said = [body["note"]] if body.get("note") else []
        said += [f"refused: {entry['refused']}"] if entry["refused"] else []
        for_day = day(body["day"]) if "day" in body else instant(body["at"])
        table.add_row(f"…{body['id'][-6:]}", named(body["kind"], {}), for_day, note("\n".join(said)))
    return table
