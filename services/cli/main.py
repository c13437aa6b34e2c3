"""`attune`: a person's commands over HTTP, and `attune ops` for operators."""

import getpass
import logging
import os
import sys
import time
from io import TextIOWrapper
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli.person import (
    account,
    channels,
    checking_in,
    entries,
    exporting,
    helping,
    leaving,
    nudging,
    pact,
    pairing,
    pausing,
    practices,
    pulse,
    reading,
    recovering,
    topics,
    undoing,
    waiting,
    wishes,
)
from cli.person import streak as looking
from cli.person.here import Here
from cli.person.session import has_token
from cli.person.showing import say, tell
from cli.person.trouble import Refused, Trouble


class _Attune(TyperGroup):
    """What goes wrong is one sentence on stderr, and exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Trouble as trouble:
            tell(str(trouble))
            if isinstance(trouble, Refused) and trouble.word == "unauthorized":
                tell("Sign in again with: attune login")
            raise typer.Exit(1) from None


class _Ops(TyperGroup):
    """The operators' commands, loaded when one is asked for: they need Kafka's and Redis' clients."""

    def list_commands(self, ctx: Any) -> list[str]:
        return self._loaded().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return self._loaded().get_command(ctx, cmd_name)

    @staticmethod
    def _loaded() -> TyperGroup:
        try:
            from cli import ops  # noqa: PLC0415 a person's command does without what it imports
        except ModuleNotFoundError as missing:
            what = f"attune ops needs {missing.name}, which is not installed"
            raise Trouble(f"{what}: pip install -r deploy/requirements/checkin.txt") from missing

        # A command says in one sentence what is wrong with Kafka; its client would say it in thirty lines.
        logging.getLogger("kafka").addHandler(logging.NullHandler())
        return typer.main.get_group(ops.app)


app = typer.Typer(
    cls=_Attune,
    pretty_exceptions_enable=False,
    help="Attune's command line. attune alone shows how it stands, or how to begin.",
    epilog="Exit codes: 0 done, or kept to be sent; 1 refused or not reached; 2 wrong usage.",
)
_SUBJECTS = (
    checking_in,
    undoing,
    waiting,
    looking,
    entries,
    reading,
    topics,
    pulse,
    helping,
    nudging,
    wishes,
    channels,
    pairing,
    pact,
    pausing,
    practices,
    account,
    recovering,
    exporting,
    leaving,
)
for _subject in _SUBJECTS:
    app.add_typer(_subject.app)
app.add_typer(
    typer.Typer(cls=_Ops, no_args_is_help=True),
    name="ops",
    help="For operators: set up, look after and mend a site.",
)


@app.callback(invoke_without_command=True)
def attune(
    ctx: typer.Context,
    site: Annotated[
        str | None,
        typer.Option("--site", metavar="ADDRESS", help="Which Attune, if not the one kept."),
    ] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Speak to it without encryption all the same.")
    ] = False,
) -> None:
    """Attune's command line. attune alone shows how it stands, or how to begin."""
    here = ctx.obj = ctx.obj or _here()
    here.site, here.insecure = site, insecure
    if ctx.invoked_subcommand is not None:
        return
    if has_token(here):
        looking.status(ctx)
        return
    say(
        "You are not signed in.",
        "",
        "New here:       attune sign-up --site https://attune.example",
        "With a token:   attune login --site https://attune.example",
        "What there is:  attune --help",
    )


def _here() -> Here:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A name that this terminal has no letters for is no reason to fail.
            stream.reconfigure(errors="replace")
    return Here(
        environ=os.environ,
        now_ms=lambda: time.time_ns() // 1_000_000,
        new_id=_new_id,
        sleep=time.sleep,
        read_secret=lambda prompt: getpass.getpass(prompt, stream=sys.stderr),
        may_ask=sys.stdin is not None and sys.stdin.isatty(),
    )


def _new_id() -> str:
    from uuid6 import uuid7  # noqa: PLC0415 it takes as long to load as all of `attune --help`

    return str(uuid7())


if __name__ == "__main__":
    app()
