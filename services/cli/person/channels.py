"""`attune channels`: the ways in which nudges reach a person besides the inbox."""

from typing import Annotated, Any, Literal

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.person.asking import ask, from_stdin, secret
from cli.person.client import Client
from cli.person.here import Here, here_of
from cli.person.showing import AsJson, as_words, code, instant, show, text
from cli.person.signed import signed_in
from cli.person.trouble import Refused, Trouble, in_words
from cli.person.ways import PATH, leads_to, way_called, way_meant, ways_of

app = typer.Typer()
channels_app = typer.Typer()
app.add_typer(channels_app, name="channels", rich_help_panel="Nudges")

Kind = Literal["webhook", "email", "apprise"]
Which = Annotated[
    str | None,
    typer.Argument(metavar="CHANNEL", help="Its number or id, if there are several."),
]

_AGAIN = "To have another sent: attune channels verify --again"
_REFUSALS = {
    "code_expired": f"This code is too old, or was used. {_AGAIN}",
    "code_spent": f"Five wrong codes were given, so this one is not taken any more. {_AGAIN}",
    "wrong_code": f"This is not the code that was sent last. {_AGAIN}",
    "not_verified": f"Nothing is sent there before its code was given back. {_AGAIN}",
    "too_many_channels": "You have as many channels as there can be. Take one away: attune channels remove",
}
_STATES = {"unverified": "waits for its code", "active": "in use"}
_UNSAFE = (
    "Such an address often holds a password, and an argument stays in the history of your shell. "
    "Leave it out: you are asked for it, or it is read from stdin."
)


@channels_app.callback(invoke_without_command=True)
def channels(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the ways in which nudges reach you, or add one, verify it, try it, put them in order.

    Example: attune channels
    """
    if ctx.invoked_subcommand is None:
        listed(ctx, as_json)
    elif as_json:
        raise typer.BadParameter("--json comes last: attune channels list --json")


@channels_app.command("list")
def listed(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List your channels in the order in which they are tried, and how they do.

    Example: attune channels list
    """
    show(signed_in(ctx).get(PATH), as_json, _listed)


@channels_app.command()
def add(
    ctx: typer.Context,
    kind: Annotated[Kind, typer.Argument(help="What is at the address.")],
    address: Annotated[
        str | None, typer.Argument(help="Where to; - reads it from stdin. Never that of apprise.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add a channel. A code is sent over it, and until it is given back nothing else.

    An address of Apprise, like ntfys://ntfy.example/topic, is asked for without being shown.

    Example: attune channels add email ana@example.org
    """
    given = _address(here_of(ctx), kind, address)
    wish = {"kind": kind, "address" if kind == "email" else "url": given}
    show(_made(signed_in(ctx), wish), as_json, _added)


@channels_app.command()
def verify(
    ctx: typer.Context,
    given: Annotated[str | None, typer.Argument(metavar="CODE", help="The code that came over it.")] = None,
    which: Annotated[
        str | None, typer.Option("--channel", metavar="CHANNEL", help="Which, if several wait for a code.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Have another code sent.")] = False,
    as_json: AsJson = False,
) -> None:
    """Give back the code that was sent over a channel: from then on it is used.

    Example: attune channels verify 123456
    """
    if given and again:
        raise typer.BadParameter("Give the code back, or have another sent with --again.")
    client = signed_in(ctx)
    way = way_meant(client, which, "channel that waits for a code", lambda way: way["state"] != "active")
    wish = {} if again else {"code": given or ask(here_of(ctx), "The code that came over it", "CODE")}
    with in_words(_REFUSALS):
        made = client.command("POST", f"{PATH}/{way['id']}/verify", wish)
    said = f"A code is on its way to {leads_to(way)}." if again else f"In use from now on: {leads_to(way)}."
    show(made, as_json, lambda _: text(said))


@channels_app.command("test")
def try_out(ctx: typer.Context, which: Which = None, as_json: AsJson = False) -> None:
    """Have a test sent over a channel, now. attune channels says what became of it.

    Example: attune channels test 1
    """
    client = signed_in(ctx)
    way = way_meant(client, which, "channel in use", lambda way: way["state"] == "active")
    with in_words(_REFUSALS):
        made = client.command("POST", f"{PATH}/{way['id']}/test", {})
    show(
        made,
        as_json,
        lambda _: text(f"A test is on its way to {leads_to(way)}. See how it went: attune channels"),
    )


@channels_app.command()
def order(
    ctx: typer.Context,
    which: Annotated[
        list[str], typer.Argument(metavar="CHANNEL...", help="Those to be tried first, by number or id.")
    ],
    as_json: AsJson = False,
) -> None:
    """Say which channels are tried first; the others follow as they were. The next is tried when one fails.

    Example: attune channels order 2 1
    """
    client = signed_in(ctx)
    ways = ways_of(client)
    # Each once, however often it was named.
    ids = dict.fromkeys(str(way["id"]) for way in (*(way_called(ways, name) for name in which), *ways))
    show(client.change(f"{PATH}/order", {"channels": list(ids)}, PATH), as_json, _listed)


@channels_app.command()
def remove(
    ctx: typer.Context,
    which: Annotated[str, typer.Argument(metavar="CHANNEL", help="Its number, or its id.")],
    as_json: AsJson = False,
) -> None:
    """Have nothing more sent over a channel.

    Example: attune channels remove 2
    """
    client = signed_in(ctx)
    way = way_called(ways_of(client), which)
    gone = client.command("DELETE", f"{PATH}/{way['id']}")
    show(gone, as_json, lambda _: text(f"Taken away: nothing more is sent to {leads_to(way)}."))


@channels_app.command("rotate-secret")
def rotate_secret(ctx: typer.Context, which: Which = None, as_json: AsJson = False) -> None:
    """Give a webhook another secret. For 24 hours the one before signs beside it.

    Example: attune channels rotate-secret
    """
    client = signed_in(ctx)
    way = way_meant(client, which, "webhook", lambda way: way["kind"] == "webhook")
    made = client.command("POST", f"{PATH}/{way['id']}/rotate-secret", {})
    show(made, as_json, lambda found: Group(text("For 24 hours the one before signs too."), *_secret(found)))


def _address(here: Here, kind: Kind, told: str | None) -> str:
    """Where a channel is to lead: as it was said, from stdin, or asked for."""
    if kind != "apprise":
        return from_stdin(told) if told else ask(here, "Its address", "an argument")
    if told not in (None, "-"):
        raise typer.BadParameter(_UNSAFE)
    return secret(here, "Its address, which is not shown")


def _made(client: Client, wish: dict[str, str]) -> Any:
    try:
        with in_words(_REFUSALS):
            return client.command("POST", PATH, wish)
    except Refused as refused:
        if "/kind" not in dict(refused.flaws):
            raise
        raise Trouble(f"This site sends nothing by {wish['kind']}.") from refused


def _added(found: Any) -> RenderableType:
    parts = [text("Added. A code is sent there; it is used once the code is given back, within an hour:")]
    answers = [text("A webhook may answer with the code instead.")] if found.get("secret") else []
    return Group(*parts, text("  attune channels verify CODE"), *answers, *_secret(found))


def _secret(found: Any) -> list[Text]:
    if not found.get("secret"):
        return []
    head = text("This secret signs what is sent there. It is shown only now:")
    return [head, Text(), code(found["secret"])]


def _listed(found: Any) -> RenderableType:
    if not found["channels"]:
        return text("Nudges are in your inbox alone: attune nudges. To have them sent: attune channels add")
    table = Table("", "kind", "to", "state", "", box=None, pad_edge=False)
    for number, way in enumerate(found["channels"], 1):
        row = (as_words(way["kind"]), leads_to(way), _STATES.get(way["state"], way["state"]), _last(way))
        table.add_row(str(number), *map(text, row))
    return table


def _last(way: Any) -> str:
    """How the latest attempt went. Instants of the API sort as they follow one another."""
    if (way["failed_at"] or "") > (way["delivered_at"] or ""):
        return f"failed {instant(way['failed_at'])}: {way['reason']}"
    return f"delivered {instant(way['delivered_at'])}" if way["delivered_at"] else ""
