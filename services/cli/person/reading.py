"""What there is to read: the prompt, nudges, insights."""

from typing import Any

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.person.practising import named
from cli.person.showing import AsJson, as_words, day, instant, note, only_ascii, show, text
from cli.person.signed import signed_in

app = typer.Typer()

_PANEL = "Look"
_BAR = 20


@app.command(rich_help_panel=_PANEL)
def prompt(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show today's prompt: the same for both of you.

    Example: attune prompt
    """
    show(signed_in(ctx).get("/v1/prompt"), as_json, _prompt)


@app.command(rich_help_panel="Nudges")
def nudges(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List what you were sent, the newest first, and why.

    Example: attune nudges
    """
    show(signed_in(ctx).get("/v1/nudges"), as_json, _nudges)


@app.command(rich_help_panel=_PANEL)
def insights(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show what your check-ins add up to: practices, strength, resilience.

    Example: attune insights
    """
    show(signed_in(ctx).get("/v1/insights"), as_json, _insights)


def _prompt(found: Any) -> RenderableType:
    source = f", after {found['source']}" if found["source"] else ""
    return Group(
        note(found["text"], "bold"), text(f"{day(found['date'])}: {as_words(found['deck'])}{source}")
    )


def _nudges(found: Any) -> RenderableType:
    if not found["nudges"]:
        return text("You have not been sent anything.")
    shown = []
    for nudge in found["nudges"]:
        head = text(f"{instant(nudge['at'])}  ").append_text(text(nudge["title"], "bold"))
        words = [note(nudge["text"])] if nudge.get("text") else []
        shown += [head, note(nudge["body"]), *words, text(f"why: {nudge['why']}", "dim"), Text()]
    return Group(*shown[:-1])


def _insights(found: Any) -> RenderableType:
    table = Table("practice", "days", "share", "", "strength", box=None, pad_edge=False)
    for practice in found["practices"]:
        share = float(practice["share"])
        bar = ("#" if only_ascii() else "█") * round(share * _BAR)
        strength = f"{float(practice['strength']):.2f}"
        kind = text(practice.get("name") or named(practice["kind"], {}))
        table.add_row(kind, str(practice["days"]), f"{share:.0%}", bar, strength)
    lengths = ", ".join(f"{float(length):.1f}" for length in found["resilience_days"]) or "none"
    return Group(
        text(f"Strength {float(found['strength']):.2f} of 1. Busy days: {found['busy_days']}."),
        text(f"Lapses so far, in days until you were back: {lengths}."),
        table,
    )
