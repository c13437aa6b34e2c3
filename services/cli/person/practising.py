"""The couple's own practices: kinds of check-in with names of their own, told by id in every answer."""

from collections.abc import Iterable, Mapping

from cli.person.client import Client
from cli.person.showing import as_words
from cli.person.trouble import Refused

_PRACTICE = "practice:"
_UNKNOWN = 404


def practice_names(client: Client) -> dict[str, str]:
    """The name of each practice by its kind, as far as the reader may know it."""
    try:
        listed = client.get("/v1/practices")["practices"]
    except Refused as refused:
        if refused.status != _UNKNOWN:
            raise
        return {}
    return {str(practice["kind"]): str(practice["name"]) for practice in listed if practice["name"]}


def names_for(client: Client, kinds: Iterable[str | None]) -> dict[str, str]:
    """The names of those kinds that are practices; asked for only if there are some."""
    return practice_names(client) if any((kind or "").startswith(_PRACTICE) for kind in kinds) else {}


def named(kind: str, names: Mapping[str, str]) -> str:
    """A kind in words. A practice whose name the reader may not know is a practice."""
    return names.get(kind) or ("a practice" if kind.startswith(_PRACTICE) else as_words(kind))
