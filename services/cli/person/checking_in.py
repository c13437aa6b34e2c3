"""Checking in with one word."""

from typing import Annotated, Any

import typer

from cli.person import words
from cli.person.asking import from_stdin
from cli.person.dates import parse_date
from cli.person.entering import enter, feeling_named, kind_named
from cli.person.entry import Seen, When, body_of
from cli.person.here import here_of
from cli.person.practising import named
from cli.person.showing import AsJson
from cli.person.signed import Signed, send_waiting, signed
from cli.person.trouble import Trouble

app = typer.Typer()

_PANEL = "Check in"


def _feelings_begun(incomplete: str) -> list[str]:
    return [word for word in words.feelings().ids if word.startswith(incomplete)]


def _kinds_begun(incomplete: str) -> list[str]:
    return [word for word in words.kinds().ids if word.startswith(incomplete)]


Note = Annotated[str | None, typer.Option("-n", "--note", help="A note; - reads it from stdin.")]
Minutes = Annotated[int | None, typer.Option("-m", "--minutes", min=1, max=1440, help="How long it was.")]
Busy = Annotated[int | None, typer.Option("--busy", min=1, max=3, help="How busy the day is, 1 to 3.")]
Yesterday = Annotated[bool, typer.Option("--yesterday", help="It was yesterday.")]
On = Annotated[
    str | None, typer.Option("--on", metavar="DATE", parser=parse_date, help="It was on this date.")
]
Shared = Annotated[bool, typer.Option("--shared", help="Your partner may read it.")]
Sealed = Annotated[bool, typer.Option("--sealed", help="Your partner sees that it exists.")]
Secret = Annotated[bool, typer.Option("--secret", help="Nobody can tell that it exists; it keeps no day.")]
Message = Annotated[str, typer.Argument(help="What you want to say; - reads it from stdin.")]
Feelings = Annotated[
    list[str], typer.Argument(metavar="WORD...", help="How you feel.", autocompletion=_feelings_begun)
]
Kind = Annotated[
    str, typer.Argument(help="A kind of check-in, or its short form.", autocompletion=_kinds_begun)
]
Answered = Annotated[
    str | None, typer.Option("--to", metavar="ENTRY", help="The entry you answer; by default the latest.")
]


@app.command(rich_help_panel=_PANEL)
def feeling(
    ctx: typer.Context,
    feelings: Feelings,
    *,
    note: Note = None,
    busy: Busy = None,
    yesterday: Yesterday = False,
    on: On = None,
    shared: Shared = False,
    sealed: Sealed = False,
    secret: Secret = False,
    as_json: AsJson = False,
) -> None:
    """Say how you feel, in a word or a few.

    Example: attune feeling calm tired -n "long day"
    """
    found = signed(ctx)
    said = {"feelings": [feeling_named(found.client, word) for word in feelings], "note": note, "busy": busy}
    _check_in(ctx, found, "feeling", said, When(yesterday, on), Seen(shared, sealed, secret), as_json)


@app.command(rich_help_panel=_PANEL)
def close(
    ctx: typer.Context,
    *,
    minutes: Minutes = None,
    note: Note = None,
    busy: Busy = None,
    yesterday: Yesterday = False,
    on: On = None,
    shared: Shared = False,
    sealed: Sealed = False,
    secret: Secret = False,
    as_json: AsJson = False,
) -> None:
    """Tell of quality time together. One of you is enough: it counts for both.

    Example: attune close -m 40 -n tea
    """
    said = {"minutes": minutes, "note": note, "busy": busy}
    when, seen = When(yesterday, on), Seen(shared, sealed, secret)
    _check_in(ctx, signed(ctx), "quality_time", said, when, seen, as_json)


@app.command(rich_help_panel=_PANEL)
def appreciate(
    ctx: typer.Context,
    message: Message,
    *,
    busy: Busy = None,
    yesterday: Yesterday = False,
    on: On = None,
    shared: Shared = False,
    sealed: Sealed = False,
    secret: Secret = False,
    as_json: AsJson = False,
) -> None:
    """Thank your partner. It is shared, and reaches them as a nudge, unless you say otherwise.

    Example: attune appreciate "Thank you for last night."
    """
    said = {"note": message, "busy": busy}
    when, seen = When(yesterday, on), Seen(shared, sealed, secret)
    _check_in(ctx, signed(ctx), "appreciation", said, when, seen, as_json)


@app.command(rich_help_panel=_PANEL)
def best(
    ctx: typer.Context,
    message: Message,
    *,
    busy: Busy = None,
    yesterday: Yesterday = False,
    on: On = None,
    shared: Shared = False,
    sealed: Sealed = False,
    secret: Secret = False,
    as_json: AsJson = False,
) -> None:
    """Keep the best thing of the day.

    Example: attune best "The walk by the river" --shared
    """
    said = {"note": message, "busy": busy}
    when, seen = When(yesterday, on), Seen(shared, sealed, secret)
    _check_in(ctx, signed(ctx), "best_thing", said, when, seen, as_json)


@app.command(rich_help_panel=_PANEL)
def reflect(
    ctx: typer.Context,
    message: Message,
    *,
    to: Answered = None,
    yesterday: Yesterday = False,
    on: On = None,
    shared: Shared = False,
    sealed: Sealed = False,
    secret: Secret = False,
    as_json: AsJson = False,
) -> None:
    """Answer what your partner shared last, or the entry that you name: say what you heard.

    Example: attune reflect "You missed me at dinner."
    """
    found = signed(ctx)
    said = {"note": message, "in_reply_to": to or _latest_of_partner(found)}
    _check_in(ctx, found, "reflection", said, When(yesterday, on), Seen(shared, sealed, secret), as_json)


@app.command(rich_help_panel=_PANEL)
def checkin(
    ctx: typer.Context,
    kind: Kind,
    *,
    note: Note = None,
    minutes: Minutes = None,
    busy: Busy = None,
    yesterday: Yesterday = False,
    on: On = None,
    shared: Shared = False,
    sealed: Sealed = False,
    secret: Secret = False,
    as_json: AsJson = False,
) -> None:
    """Check in with any kind: safe_space, vulnerability, self_love, repair, or a practice of yours.

    Example: attune checkin repair -n "We talked it over"
    """
    found = signed(ctx)
    said = {"note": note, "minutes": minutes, "busy": busy}
    named = kind_named(found.client, kind)
    _check_in(ctx, found, named, said, When(yesterday, on), Seen(shared, sealed, secret), as_json)


for _short, _command in (("f", feeling), ("c", close), ("a", appreciate), ("b", best), ("r", reflect)):
    app.command(_short, hidden=True)(_command)


def _check_in(
    ctx: typer.Context,
    found: Signed,
    kind: str,
    said: dict[str, Any],
    when: When,
    seen: Seen,
    as_json: bool,
) -> None:
    here = here_of(ctx)
    said = {**said, "note": said["note"] and from_stdin(said["note"])}
    try:
        body = body_of(here.new_id(), here.now_ms(), kind, said, when, seen)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    enter(here.environ, found, body, as_json)


def _latest_of_partner(found: Signed) -> str:
    """The id of what the partner shared last. Raises `Trouble` if it is not plain which entry that is."""
    send_waiting(found)
    listed = found.client.get("/v1/check-ins", {"limit": 200})["check_ins"]
    others = (entry for entry in listed if entry["author"] != found.session.person)
    # Without a kind, an entry is shared and waits to be shown.
    shared = [entry for entry in others if entry["visibility"] == "shared" and entry["kind"]]
    if not shared:
        raise Trouble("Your partner has not shared anything that you could answer yet.")
    # A partner's entry has a date and never a time: of several on one day none is the latest.
    latest = [entry for entry in shared if entry["local_date"] == shared[0]["local_date"]]
    if len(latest) > 1:
        choices = "".join(f"\n  --to {e['id']}  {named(e['kind'], {})}  {e['note'] or ''}" for e in latest)
        raise Trouble(f"Your partner shared several things that day. Say which one you answer:{choices}")
    return str(latest[0]["id"])
