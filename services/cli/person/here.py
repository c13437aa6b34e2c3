"""What a command finds around it. `main.py` gives it its clock, its ids and its terminal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import typer


@dataclass
class Here:
    """`new_id` draws UUIDv7s; `read_secret` shows a prompt and reads without echo.

    `may_ask`: whether somebody is there who could answer. `site` and `insecure` are the options of that name.
    """

    environ: Mapping[str, str]
    now_ms: Callable[[], int]
    new_id: Callable[[], str]
    sleep: Callable[[float], None]
    read_secret: Callable[[str], str]
    may_ask: bool
    site: str | None = None
    insecure: bool = False


def here_of(ctx: typer.Context) -> Here:
    """Where this command runs."""
    found = ctx.find_object(Here)
    if found is None:
        raise RuntimeError("The command was not started by `cli.main`.")
    return found
