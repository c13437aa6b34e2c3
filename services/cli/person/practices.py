"""`attune practices`: kinds of check-in that the two of you have taken up yourselves."""

from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType

from cli.person.client import Client
from cli.person.showing import AsJson, show, text
from cli.person.signed import signed_in
from cli.person.trouble import Trouble
from cli.person.words import Words

app = typer.Typer()


@app.command(rich_help_panel="The two of you")
def practices(
    ctx: typer.Context,
    add: Annotated[str | None, typer.Option("--add", metavar="NAME", help="Take one up.")] = None,
    remove: Annotated[
        str | None, typer.Option("--remove", metavar="NAME", help="Take one away; what was entered stays.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the practices that you two have of your own: check in with attune checkin NAME.

    Example: attune practices --add "evening walk"
    """
    client = signed_in(ctx)
    if add is not None:
        made = client.command("POST", "/v1/practices", {"name": add})
        show(made, as_json, lambda found: text(f"Taken up: {found['name']}."))
    elif remove is not None:
        gone = client.command("DELETE", f"/v1/practices/{_id_of(client, remove)}")
        show(gone, as_json, lambda _: text("Taken away. What was entered of it stays."))
    else:
        show(client.get("/v1/practices"), as_json, _listed)


def _id_of(client: Client, name: str) -> str:
    """The id of a practice. Raises `Trouble` with what may have been meant."""
    listed = client.get("/v1/practices")["practices"]
    names = {str(practice["id"]): str(practice["name"]) for practice in listed if practice["name"]}
    known = Words({key: (named,) for key, named in names.items()}, names)
    found = known.find(name)
    if found is None:
        raise Trouble(f"You have no practice called “{name}”. {known.meant(name)}")
    return found


def _listed(found: Any) -> RenderableType:
    if not found["practices"]:
        return text("You have no practices of your own. To take one up: attune practices --add NAME")
    return Group(*(text(practice["name"] or "a practice") for practice in found["practices"]))
