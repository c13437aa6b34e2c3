"""A command of somebody who is signed in: what waits in their outbox goes first."""

from typing import NamedTuple

import typer

from cli.person.client import Client
from cli.person.here import Here, here_of
from cli.person.outbox import Outbox, deliver, report
from cli.person.session import Session, session_of
from cli.person.showing import tell
from cli.person.trouble import Unreachable


class Signed(NamedTuple):
    """Who is signed in, and how to speak to their site."""

    session: Session
    client: Client
    outbox: Outbox


def signed(ctx: typer.Context) -> Signed:
    """Nothing has been sent yet. Raises `NotSignedIn`, or `Trouble` with the reason."""
    here = here_of(ctx)
    session = session_of(here)
    return Signed(session, client_at(ctx, here, session.site, session.token), Outbox(here.environ))


def ready(ctx: typer.Context) -> Signed:
    """Who is signed in, after their site has been sent what was waiting for it. Raises `Trouble`."""
    found = signed(ctx)
    send_waiting(found)
    return found


def signed_in(ctx: typer.Context) -> Client:
    """The site, after it has been sent what was waiting for it. Raises `Trouble`."""
    return ready(ctx).client


def send_waiting(found: Signed) -> None:
    """Send what waits and say what became of it. Raises `Unreachable`: a command would meet the same."""
    waiting = found.outbox.of(found.session.site, found.session.person)
    delivery = deliver(found.outbox, found.client, waiting)
    report(delivery, tell)
    if isinstance(delivery.stopped, Unreachable):
        raise delivery.stopped


def client_at(ctx: typer.Context, here: Here, site: str, token: str | None) -> Client:
    """A client that is closed when the command ends."""
    client = Client(site, token, here.sleep, here.new_id)
    ctx.call_on_close(client.close)
    return client
