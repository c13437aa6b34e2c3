"""The check-in that was made last on this machine, so that a slip of the hand can be taken back."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from cli.person.places import read_private, remove, state_dir, write_private


class Latest(NamedTuple):
    """Whose it is and where, its id and its kind; nothing of what it says."""

    site: str
    person: str
    id: str
    kind: str


def remember(environ: Mapping[str, str], latest: Latest) -> None:
    write_private(_file(environ), json.dumps(latest).encode())


def latest_of(environ: Mapping[str, str], site: str, person: str) -> Latest | None:
    """None if nothing was made here since the last time that something was taken back."""
    try:
        found = Latest(*json.loads(read_private(_file(environ)) or "null"))
    except (ValueError, TypeError):
        return None
    return found if (found.site, found.person) == (site, person) else None


def forget(environ: Mapping[str, str]) -> None:
    remove(_file(environ))


def _file(environ: Mapping[str, str]) -> Path:
    return state_dir(environ) / "latest"
