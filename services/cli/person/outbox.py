"""Check-ins that the site has not confirmed: one private file each, under the id by which the site knows it.

An entry is written here before it is first sent and removed when it has been confirmed, so whatever happens
in between it is neither lost nor, since its id and its body stay the same, entered twice.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from cli.person.places import read_private, remove, state_dir, write_private
from cli.person.trouble import Refused, Trouble, Unreachable

_UNKNOWN = 404


@dataclass(frozen=True)
class Waiting:
    """One check-in. `refused` is what the site said if it will not have it."""

    site: str
    person: str
    body: dict[str, Any]
    refused: str | None = None

    @property
    def id(self) -> str:
        return str(self.body["id"])


class Outbox:
    """The files. Ids are UUIDv7s, so the oldest comes first. Every method raises `Trouble`."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._folder = state_dir(environ) / "outbox"

    def put(self, entry: Waiting) -> None:
        """Write it, or write it anew."""
        write_private(self._file(entry.id), json.dumps(asdict(entry)).encode())

    def remove(self, entry_id: str) -> None:
        remove(self._file(entry_id))

    def of(self, site: str, person: str) -> list[Waiting]:
        """What this person has waiting for this site."""
        return [entry for entry in self.all() if (entry.site, entry.person) == (site, person)]

    def all(self) -> list[Waiting]:
        return [self._read(path) for path in sorted(self._folder.glob("*.json"))]

    def _file(self, entry_id: str) -> Path:
        return self._folder / f"{entry_id}.json"

    @staticmethod
    def _read(path: Path) -> Waiting:
        try:
            return Waiting(**json.loads(read_private(path) or "null"))
        except (ValueError, TypeError):
            raise Trouble(f"{path} is no entry of the outbox. Look at it, then move it away.") from None


class Site(Protocol):
    """What the outbox needs of a `Client`."""

    def check_in(self, body: Mapping[str, object]) -> Any: ...

    def get(self, path: str) -> Any: ...


@dataclass
class Delivery:
    """What became of entries. `answers` by their id; `stopped` is why the rest has to wait."""

    answers: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, Refused] = field(default_factory=dict)
    stopped: Trouble | None = None


def deliver(outbox: Outbox, site: Site, entries: Sequence[Waiting], fresh: str | None = None) -> Delivery:
    """Send them in their order, up to the first that has to wait. Those already refused are left alone.

    `fresh` is the id of the one that has never been sent.
    """
    found = Delivery()
    for entry in entries:
        if entry.refused is not None:
            continue
        try:
            found.answers[entry.id] = _send(site, entry, entry.id == fresh)
        except Refused as refused:
            if refused.is_for_now:
                found.stopped = refused
                break
            found.refused[entry.id] = refused
            outbox.put(replace(entry, refused=str(refused)))
        except Unreachable as away:
            found.stopped = away
            break
        else:
            outbox.remove(entry.id)
    return found


def _send(site: Site, entry: Waiting, is_fresh: bool) -> Any:
    try:
        return site.check_in(entry.body)
    except Refused as refused:
        if is_fresh or refused.is_for_now:
            raise
        # It may have arrived when it was sent before, and only its confirmation was lost: by now the site
        # has forgotten the request, and finds its day too long ago.
        return _arrived(site, entry.id, refused)


def _arrived(site: Site, entry_id: str, refused: Refused) -> Any:
    """The entry if the site has it. Raises the refusal if not."""
    try:
        return site.get(f"/v1/check-ins/{entry_id}")
    except Refused as absent:
        if absent.status == _UNKNOWN:
            raise refused from None
        raise


Tell = Callable[[str], None]


def report(delivery: Delivery, tell: Tell) -> None:
    """Say what became of entries that had been waiting."""
    if sent := len(delivery.answers):
        one = sent == 1
        tell(f"{sent} {'entry' if one else 'entries'} that waited here {'has' if one else 'have'} been sent.")
    for refused in delivery.refused.values():
        tell(f"An entry that waited here was refused. It is kept: attune outbox.\n{refused}")
