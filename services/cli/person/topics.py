"""`attune topics`: what one would rather not be asked about."""

from typing import Annotated, Any

import typer
from checkin.words.vocabulary import TOPICS
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.person import words
from cli.person.showing import AsJson, as_words, day, show, text
from cli.person.signed import signed_in
from cli.person.typed import switched

app = typer.Typer()

_PATH = "/v1/topics"


def _begun(incomplete: str) -> list[str]:
    return [topic for topic in words.topics().ids if topic.startswith(incomplete)]


@app.command(rich_help_panel="Look")
def topics(
    ctx: typer.Context,
    on: Annotated[
        list[str] | None, typer.Option("--on", metavar="TOPIC", help="Ask again.", autocompletion=_begun)
    ] = None,
    off: Annotated[
        list[str] | None, typer.Option("--off", metavar="TOPIC", help="Do not ask.", autocompletion=_begun)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what prompts are about, or switch a topic off or on, from the next day. Nobody else is shown it.

    A topic that one of you has switched off is left out for both, without a word of who wished it.

    Example: attune topics --off money
    """
    wished = switched(on, off, words.topics(), "topic")
    client = signed_in(ctx)
    found = client.get(_PATH)
    if wished:
        # What is off stays off, also a topic that this version does not know.
        before = dict.fromkeys(found["off"], False)
        found = client.change(
            _PATH, {"off": [topic for topic, is_on in (before | wished).items() if not is_on]}
        )
    show(found, as_json, _drawn)


def _drawn(found: Any) -> RenderableType:
    labels = {topic.id: topic.en for topic in TOPICS}
    off = set(found["off"])
    table = Table.grid(padding=(0, 2))
    for topic in dict.fromkeys((*labels, *sorted(off))):
        table.add_row(
            "off" if topic in off else "on", text(topic), text(labels.get(topic) or as_words(topic))
        )
    first = found["in_force_from"]
    return Group(table, *([Text(), text(f"This holds from {day(first)} on.")] if first else []))
