"""`attune help-lines`: where to find help. Nobody has to sign in, and nothing says who asked."""

from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from cli.person import machine
from cli.person.here import here_of
from cli.person.session import site_of
from cli.person.showing import AsJson, show, text
from cli.person.signed import client_at
from cli.person.trouble import Refused, Trouble

app = typer.Typer()

_UNKNOWN = 404
_PURPOSES = {
    "emergency": "In danger now",
    "partner": "Hurt or controlled by a partner",
    "crisis": "In a crisis",
}


@app.command("help-lines", rich_help_panel="Look")
def help_lines(
    ctx: typer.Context,
    country: Annotated[
        str | None, typer.Argument(help="Two letters, like FR; by default that of your locale.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List whom to call or write to for help. Attune is not therapy.

    Example: attune help-lines FR
    """
    here = here_of(ctx)
    language = machine.language(here.environ)
    wanted = {"country": country or machine.country(here.environ), "language": language}
    try:
        found = client_at(ctx, here, site_of(here), None).get("/v1/help", wanted)
    except Refused as refused:
        if refused.status != _UNKNOWN:
            raise
        raise Trouble("This site has no list of help lines. In danger, call your emergency number.") from None
    show(found, as_json, lambda lines: _drawn(lines, language))


def _drawn(found: Any, language: str) -> RenderableType:
    lines: list[Text] = []
    purpose = None
    for line in found["lines"]:
        if line["purpose"] != purpose:
            purpose = line["purpose"]
            lines.append(text(_PURPOSES.get(purpose, purpose), "bold"))
        reached = ", ".join(str(part) for part in (line["number"], line["address"], line["hours"]) if part)
        lines += [text(f"  {line['name']}: {reached}"), text(f"    {line['about']}")]
    notices = [text(notice["texts"][language]) for notice in found["notices"]]
    others = text(f"Other countries: {', '.join(found['countries'])}")
    return Group(*lines, *(part for notice in notices for part in (Text(), notice)), Text(), others)
