"""Signing up, in and out: who is at this terminal."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.person import machine, session
from cli.person.asking import agrees, ask, secret
from cli.person.client import Client
from cli.person.here import Here, here_of
from cli.person.showing import AsJson, print_json, say, tell, text
from cli.person.signed import client_at, signed
from cli.person.trouble import NotSignedIn, Refused, Trouble, Unreachable

app = typer.Typer()

_PANEL = "Begin"
_NOT_VALID = 401

Site = Annotated[str | None, typer.Option("--site", metavar="ADDRESS", help="Where your Attune is.")]
Insecure = Annotated[bool, typer.Option("--insecure", help="Speak to it without encryption all the same.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@app.command("sign-up", rich_help_panel=_PANEL)
def sign_up(
    ctx: typer.Context,
    *,
    name: Annotated[str | None, typer.Option(help="What your partner will call you here.")] = None,
    zone: Annotated[str | None, typer.Option(help="Your time zone, like Europe/Paris.")] = None,
    language: Annotated[str | None, typer.Option(help="en or fr; by default your locale's.")] = None,
    day_start: Annotated[
        str | None, typer.Option(metavar="HH:MM", help="When your day begins, 00:00 to 06:00.")
    ] = None,
    site: Site = None,
    insecure: Insecure = False,
    as_json: AsJson = False,
) -> None:
    """Register at a site. Asks for what you do not say, and keeps your token in a file of yours alone.

    A site that takes a registration code is given that of ATTUNE_REGISTRATION_CODE, or asks for it.

    Example: attune sign-up --site https://attune.example --name Ana
    """
    here = _at(ctx, site, insecure=insecure)
    if session.has_token(here):
        raise Trouble("You are signed in already. To begin anew: attune logout")
    address = _site(here)
    wish = {
        "name": name or ask(here, "Your name", "--name"),
        "zone": zone or ask(here, "Your time zone", "--zone", machine.zone(here.environ)),
        "language": language or machine.language(here.environ),
        **({"day_start": day_start} if day_start else {}),
    }
    session.prepare(here)
    made = _register(here, client_at(ctx, here, address, None), wish)
    kept_in = session.keep(here, address, str(made["token"]))
    if as_json:
        print_json(made)
        return
    say(text(f"Welcome, {wish['name']}. Your token is in {kept_in}; whoever can read it is you."))
    say(
        "Should you lose it, a recovery code lets you back in: attune recovery-codes --new",
        "Invite your partner with: attune invite",
    )


@app.command(rich_help_panel=_PANEL)
def login(ctx: typer.Context, site: Site = None, insecure: Insecure = False, as_json: AsJson = False) -> None:
    """Sign in with a token: paste it, or give it on stdin.

    Example: attune login --site https://attune.example < token.txt
    """
    here = _at(ctx, site, insecure=insecure)
    address = _site(here)
    token = secret(here, "Your token")
    session.owner_of(token)
    me = client_at(ctx, here, address, token).get("/v1/people/me")
    kept_in = _keep(here, address, token)
    if as_json:
        print_json(me)
    else:
        say(text(f"Signed in as {me.get('name')} at {address}. The token is in {kept_in}."))


@app.command(rich_help_panel=_PANEL)
def recover(
    ctx: typer.Context,
    keep_tokens: Annotated[
        bool, typer.Option("--keep-tokens", help="Leave your other tokens valid; by default they end.")
    ] = False,
    site: Site = None,
    insecure: Insecure = False,
    as_json: AsJson = False,
) -> None:
    """Get back in with a recovery code: paste it, or give it on stdin.

    Example: attune recover --site https://attune.example
    """
    here = _at(ctx, site, insecure=insecure)
    address = _site(here)
    code = secret(here, "A recovery code of yours")
    session.prepare(here)
    client = client_at(ctx, here, address, None)
    made = client.post_once("/v1/recovery", {"code": code, "keep_tokens": keep_tokens})
    kept_in = _keep(here, address, str(made["token"]))
    if as_json:
        print_json(made)
        return
    others = "Your other tokens are still valid." if keep_tokens else "Your other tokens have ended."
    say(text(f"You are back. Your new token is in {kept_in}. {others}"))


@app.command(rich_help_panel=_PANEL)
def logout(
    ctx: typer.Context,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the token valid: only this machine forgets it.")
    ] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """End the token that is used here, and forget it.

    Example: attune logout
    """
    here = here_of(ctx)
    found = signed(ctx)
    if found.outbox.of(found.session.site, found.session.person):
        tell("Some of your entries wait here; they go out when you sign in again: attune outbox")
    if not keep:
        _end_token(here, found.client, yes)
    if still := session.forget(here, found.session.kept_in):
        tell(still)
    if as_json:
        print_json({})
    else:
        say("Signed out." if not keep else "This machine has forgotten the token; it is still valid.")


def _at(ctx: typer.Context, site: str | None, *, insecure: bool) -> Here:
    """Where this command runs, with the options that it shares with `attune` itself."""
    here = here_of(ctx)
    here.site = site or here.site
    here.insecure = insecure or here.insecure
    return here


def _site(here: Here) -> str:
    """The site's address, asked for if nobody has said it yet."""
    try:
        return session.site_of(here)
    except NotSignedIn:
        if not here.may_ask:
            raise
    return session.parse_site(ask(here, "The address of your Attune", "--site"), insecure=here.insecure)


def _register(here: Here, client: Client, wish: dict[str, str]) -> Any:
    told = here.environ.get("ATTUNE_REGISTRATION_CODE")
    try:
        return client.post_once("/v1/people", wish | ({"registration_code": told} if told else {}))
    except Refused as refused:
        if refused.word != "registration_code" or told or not here.may_ask:
            raise
    code = secret(here, "This site takes a registration code")
    return client.post_once("/v1/people", wish | {"registration_code": code})


def _keep(here: Here, site: str, token: str) -> Path:
    """Keep a token in place of one of the same person. Says in which file."""
    if aside := session.set_aside(here, session.owner_of(token)):
        tell(f"Somebody else was signed in here. Their token is now in {aside}.")
    for name in ("ATTUNE_TOKEN", "ATTUNE_TOKEN_FILE"):
        if here.environ.get(name):
            tell(f"{name} is set, and goes before the token that is kept now.")
    return session.keep(here, site, token)


def _end_token(here: Here, client: Client, yes: bool) -> None:
    """Revoke the token in use. Raises `Trouble` if that cannot be done."""
    try:
        listed = client.get("/v1/tokens")["tokens"]
        if len(listed) == 1 and not yes:
            question = "This is your only token: without it you need a recovery code. End it?"
            if not agrees(here, question, "Say it with --yes: this is your only token."):
                raise Trouble("Nothing was done.")
        for token in listed:
            if token["current"]:
                client.command("DELETE", f"/v1/tokens/{token['id']}")
    except (Unreachable, Refused) as error:
        if isinstance(error, Refused) and error.status == _NOT_VALID:
            return
        raise Trouble(
            f"{error}\nTo forget the token here and leave it valid: attune logout --keep"
        ) from error
