"""How it stands: the streak, the calendar, the lapse, and why a day is what it is."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from cli.person import squares
from cli.person.client import Client
from cli.person.here import Here, here_of
from cli.person.plain import plain
from cli.person.practising import named, names_for
from cli.person.showing import AsJson, as_words, console, count, day, instant, only_ascii, show, text
from cli.person.signed import ready, signed_in

app = typer.Typer()

_PANEL = "Look"
_WEEKS, _YEAR_WEEKS = 6, 53


@app.command(rich_help_panel=_PANEL)
def status(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show the streak, today, and the last weeks. It is what attune alone shows, too.

    Example: attune status
    """
    client = signed_in(ctx)
    found = {
        "streak": client.get("/v1/streak"),
        "lapse": client.get("/v1/lapse"),
        "calendar": client.get("/v1/calendar", {"from": _first_day(here_of(ctx), _WEEKS)}),
    }
    show(found, as_json, _status)


@app.command(rich_help_panel=_PANEL)
def calendar(
    ctx: typer.Context,
    year: Annotated[bool, typer.Option("--year", help="A year instead of six weeks.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what became of each day: weeks as columns.

    Example: attune calendar --year
    """
    weeks = _YEAR_WEEKS if year else _WEEKS
    found = signed_in(ctx).get("/v1/calendar", {"from": _first_day(here_of(ctx), weeks)})
    show(found, as_json, _calendar)


@app.command(rich_help_panel=_PANEL)
def lapse(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show how quality time stands against what you agreed.

    Example: attune lapse
    """
    show(signed_in(ctx).get("/v1/lapse"), as_json, _lapse)


@app.command(rich_help_panel=_PANEL)
def explain(
    ctx: typer.Context,
    which: Annotated[str, typer.Argument(metavar="DAY", help="today, yesterday or a date.")] = "today",
    as_json: AsJson = False,
) -> None:
    """Say why a day is what it is: the rule, when it begins and ends, and your own entries.

    Example: attune explain yesterday
    """
    found = ready(ctx)
    answer = found.client.get("/v1/streak/explain", {"day": _date(found.client, which)})
    names = (
        {} if as_json else names_for(found.client, (entry.get("kind") for entry in answer.get("yours", ())))
    )
    show(answer, as_json, lambda told: _explained(told, found.session.person, names))


def _date(client: Client, which: str) -> str:
    """A date by its name: today is your own date at the site."""
    if which not in ("today", "yesterday"):
        return which
    today = date.fromisoformat(client.get("/v1/streak")["today"]["date"])
    return (today if which == "today" else today - timedelta(days=1)).isoformat()


def _first_day(here: Here, weeks: int) -> str:
    """The Monday so many weeks back, this week included."""
    today = datetime.fromtimestamp(here.now_ms() / 1000, UTC).astimezone().date()
    return (squares.monday_of(today) - timedelta(weeks=weeks - 1)).isoformat()


def _status(found: Any) -> RenderableType:
    ascii_only = only_ascii()
    days = _days(found["calendar"])
    return Group(
        text(_line(found["streak"], found["lapse"])),
        Text("\n").append_text(squares.row(days, ascii_only=ascii_only)),
        Text("\n").append_text(squares.legend([state for _, state in days], ascii_only=ascii_only)),
    )


def _line(streak: Any, lapse: Any) -> str:
    unit = str(streak["unit"])
    said = [
        count(streak["count"], unit),
        f"today: {_today(streak['today'])}",
        f"longest {streak['longest']}",
        *([f"reserve {streak['reserve_left']} left"] if streak["mode"] == "daily" else []),
        f"lapse: {as_words(lapse['state'])}",
    ]
    return (" - " if only_ascii() else " · ").join(said)


def _today(today: Any) -> str:
    if today["state"] != "open":
        return as_words(today["state"])
    return "you checked in" if today["you"] else "open"


def _calendar(found: Any) -> RenderableType:
    return squares.calendar(_days(found), console().width, ascii_only=only_ascii())


def _days(found: Any) -> list[squares.Day]:
    return [(date.fromisoformat(day["date"]), plain(day["state"])) for day in found["days"]]


def _lapse(found: Any) -> RenderableType:
    since = "" if found["state"] == "on_cadence" else f", since {instant(found['since'])}"
    return Group(text(f"{as_words(found['state'])}{since}"), text(found["sentence"]))


def _explained(found: Any, me: str, names: Mapping[str, str]) -> RenderableType:
    closes = f" It ends for both on {instant(found['closes_at'])}." if found["state"] == "open" else ""
    own = ", ".join(named(entry["kind"], names) for entry in found["yours"])
    return Group(
        text(f"{day(found['date'])}: {as_words(found['state'])}"),
        text(found["sentence"] + closes),
        *(text(_boundary(boundary, me)) for boundary in found["boundaries"]),
        text(f"Your own entries: {own or 'none'}. Rule {found['rule']}."),
    )


def _boundary(boundary: Any, me: str) -> str:
    whose = "yours" if boundary["person"] == me else "your partner's"
    zone = ZoneInfo(boundary["zone"])
    begins, ends = (instant(boundary[at], zone) for at in ("starts_at", "ends_at"))
    return f"  {whose}: from {begins} to {ends} ({boundary['zone']})"
