"""The ways in which nudges reach a person: which one is meant, and where it leads."""

from collections.abc import Callable, Sequence
from typing import Any

from cli.person.client import Client
from cli.person.plain import plain
from cli.person.trouble import Trouble

PATH = "/v1/channels"
_LIST = "attune channels lists them with their numbers"


def ways_of(client: Client) -> list[Any]:
    """In the order in which they are tried."""
    return list(client.get(PATH)["channels"])


def way_meant(client: Client, which: str | None, what: str, fits: Callable[[Any], bool]) -> Any:
    """The channel called so, else the only one that fits, which `what` says in words. Raises `Trouble`."""
    ways = ways_of(client)
    if which is not None:
        return way_called(ways, which)
    fitting = [way for way in ways if fits(way)]
    if not fitting:
        raise Trouble(f"You have no {what}: attune channels")
    if len(fitting) > 1:
        raise Trouble(f"You have more than one {what}. Say which: {_LIST}.")
    return fitting[0]


def way_called(ways: Sequence[Any], which: str) -> Any:
    """The channel of this number, as they are listed, or of this id. Raises `Trouble`."""
    for number, way in enumerate(ways, 1):
        if which in (str(number), way["id"]):
            return way
    raise Trouble(f"You have no channel “{plain(which)}”: {_LIST}.")


def leads_to(way: Any) -> str:
    """Its address, as far as the site shows it."""
    return str(way["address"] or way["url"])
