"""`attune pulse`: four short questions a month, answered for oneself."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.person.asking import pick
from cli.person.client import Client
from cli.person.here import here_of
from cli.person.showing import AsJson, only_ascii, show, tell, text
from cli.person.signed import signed_in
from cli.person.trouble import Trouble, in_words

app = typer.Typer()

_PATH = "/v1/pulse"
_MOST_MONTHS = 4
_REFUSALS = {
    "nobody_to_share_with": "You are in no couple, so there is nobody to share it with: attune pulse"
}


@app.command(rich_help_panel="Look")
def pulse(
    ctx: typer.Context,
    *,
    share: Annotated[bool, typer.Option("--share", help="Let your partner see your answers.")] = False,
    shown: Annotated[bool, typer.Option("--show", help="Show the answers so far instead of asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Answer the month's four questions, for yourself: your partner sees nothing of it unless you --share.

    Asked again in the same month, what you say takes the place of what you had said, and is private again
    unless you --share.

    Example: attune pulse
    """
    if shown and share:
        raise typer.BadParameter("Choose one of --show and --share.")
    if not (shown or here_of(ctx).may_ask):
        raise typer.BadParameter("Nobody can be asked here. What you have answered: attune pulse --show")
    client = signed_in(ctx)
    found = client.get(_PATH)
    if shown:
        show(found, as_json, _drawn)
        return
    answers = _asked(found, share=share)
    if not answers:
        raise Trouble("You have left every question out, so nothing was sent.")
    show(_answer(client, {"answers": answers, "shared": share}), as_json, _answered)


def _asked(found: Any, *, share: bool) -> dict[str, int]:
    """What is answered, by question. What was answered this month before is the guess."""
    seen = "Your partner will see your answers." if share else "Your partner sees nothing of this."
    between = " - " if only_ascii() else " · "
    tell(f"{_named(found['month'], '%B %Y')}. {seen} Enter leaves a question out, or as it was.")
    tell(between.join(f"{one['value']} {one['label']}" for one in found["scale"]))
    values = [str(one["value"]) for one in found["scale"]]
    before: dict[str, int] = {}
    for own in found["yours"]:
        before |= own["answers"] if own["month"] == found["month"] else {}
    answers: dict[str, int] = {}
    for question in found["questions"]:
        name, guess = question["id"], before.get(question["id"])
        tell(f"\n{question['text']}")
        picked = pick(f"{values[0]} to {values[-1]}", values, None if guess is None else str(guess))
        answers |= {name: int(picked)} if picked else {}
    return answers


def _answer(client: Client, wish: Mapping[str, object]) -> Any:
    with in_words(_REFUSALS):
        made = client.command("POST", _PATH, wish)
    # An outcome that was late says no more than that it is done.
    return client.get(_PATH)["yours"][0] if "command" in made else made


def _answered(found: Any) -> RenderableType:
    kept = "shared with your partner" if found["shared"] else "kept for you alone"
    return text(f"{_named(found['month'], '%B %Y')}: {kept}. To see how it has moved: attune pulse --show")


def _drawn(found: Any) -> RenderableType:
    yours, partners = found["yours"], found["partners"]
    if not yours:
        head = text("You have not answered yet: attune pulse")
        return Group(head, *_of_partner(found, partners))
    shared = [_named(own["month"], "%b %Y") for own in yours if own["shared"]]
    seen = f"Your partner sees: {', '.join(shared)}." if shared else "Your partner sees nothing of this."
    return Group(_months("yours", found, yours, found["trend"]), text(seen), *_of_partner(found, partners))


def _of_partner(found: Any, partners: Sequence[Any]) -> list[RenderableType]:
    return [Text(), _months("your partner’s", found, partners, {})] if partners else []


def _months(whose: str, found: Any, months: Sequence[Any], trend: Mapping[str, Any]) -> Table:
    """The months as columns, the latest first, and how far that lies above those before."""
    latest = months[:_MOST_MONTHS]
    columns = [whose, *(_named(month["month"], "%b") for month in latest), *(["moved"] if trend else [])]
    table = Table(*columns, box=None, pad_edge=False)
    for question in found["questions"]:
        name = question["id"]
        given = [str(month["answers"].get(name, "")) for month in latest]
        moved = [] if not trend else ["" if trend[name] is None else f"{float(trend[name]):+.1f}"]
        table.add_row(text(question["text"]), *map(text, given), *moved)
    return table


def _named(month: str, form: str) -> str:
    return date.fromisoformat(f"{month}-01").strftime(form)
