"""`attune entries`: your own check-ins, and your partner's as far as they are shared."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.table import Table

from cli.person.client import Client
from cli.person.dates import parse_date
from cli.person.entering import kind_named
from cli.person.practising import named, names_for
from cli.person.showing import AsJson, as_words, day, note, print_json, show, text
from cli.person.signed import ready

app = typer.Typer()

_PAGE = 200
_PARTNER = "your partner"


@app.command(rich_help_panel="Look")
def entries(
    ctx: typer.Context,
    kind: Annotated[str | None, typer.Option(help="Only of this kind.")] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", parser=parse_date, help="Not before this date.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", parser=parse_date, help="Not after this date.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the latest.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List your entries, and your partner's as far as they are shared with you.

    Example: attune entries --kind appreciation --from 2026-11-01
    """
    found = ready(ctx)
    named = None if kind is None else kind_named(found.client, kind)
    listed = _pages(found.client, {"kind": named, "from": first, "to": last}, limit)
    me = found.session.person
    if as_json:
        print_json(listed)
        return
    partner = _name_of_partner(found.client, listed, me)
    names = names_for(found.client, (entry["kind"] for entry in listed["check_ins"]))
    show(listed, False, lambda pages: _drawn(pages, me, partner, names))


def _pages(client: Client, wanted: dict[str, str | None], limit: int) -> Any:
    """The latest entries as one page, with the cursor to go on from."""
    found: dict[str, Any] = {"check_ins": [], "next": None}
    while len(found["check_ins"]) < limit:
        left = min(_PAGE, limit - len(found["check_ins"]))
        page = client.get("/v1/check-ins", {**wanted, "limit": left, "cursor": found["next"]})
        found = {**page, "check_ins": found["check_ins"] + page["check_ins"]}
        if page.get("next") is None:
            break
    return found


def _name_of_partner(client: Client, listed: Any, me: str) -> str:
    """Asked for only if there is something of theirs."""
    if all(entry["author"] == me for entry in listed["check_ins"]):
        return _PARTNER
    partner = client.get("/v1/couple")["partner"]
    return str((partner or {}).get("name") or _PARTNER)


def _drawn(found: Any, me: str, partner: str, names: Mapping[str, str]) -> RenderableType:
    if not found["check_ins"]:
        return text("There is no entry to show.")
    table = Table("for", "by", "entry", "", box=None, pad_edge=False)
    for entry in found["check_ins"]:
        by = "you" if entry["author"] == me else partner
        kind = text(named(entry["kind"], names) if entry["kind"] else _hidden(entry))
        table.add_row(day(entry["local_date"]), text(by), kind, note(_said(entry, me)))
    return table


def _hidden(entry: Any) -> str:
    """What is told of an entry that is not shown: of the partner's, whether it is shared."""
    return "something shared" if entry["visibility"] == "shared" else "something sealed"


def _said(entry: Any, me: str) -> str:
    feelings = ", ".join(as_words(feeling) for feeling in entry.get("feelings") or ())
    said = [
        feelings,
        f"{entry['minutes']} min" if entry.get("minutes") else "",
        entry.get("what") or "",
        entry.get("note") or "",
        f"busy {entry['busy']}" if entry.get("busy") else "",
        "felt heard" if entry.get("felt_heard") else "",
        "shown once you have checked in for that day" if entry.get("awaits_reply") else "",
        "some of it cannot be read any more" if entry.get("unreadable") else "",
        "its content is removed" if entry.get("deleted") else "",
        as_words(entry["visibility"]) if entry["author"] == me else "",
    ]
    return " · ".join(part for part in said if part)
