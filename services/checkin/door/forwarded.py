"""Who asks, behind reverse proxies: what trusted ones say counts, what anybody else says does not."""

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_WITH_PORT = re.compile(r"\[(?P<six>[^\]]*)\](?::\d{1,5})?|(?P<four>[\d.]+):\d{1,5}", re.ASCII)


def networks(words: Iterable[str]) -> tuple[Network, ...]:
    """The networks so written, an address being a network of one. Raises `ValueError`, a sentence."""
    try:
        return tuple(ip_network(word) for word in sorted(words))
    except ValueError as error:
        raise ValueError(f"{error}; write networks like 10.0.0.0/8, or addresses") from None


def address_of(text: str) -> Address | None:
    """The address in this text, with or without a port; None where it is none."""
    ported = _WITH_PORT.fullmatch(text)
    try:
        found = ip_address((ported["six"] or ported["four"] or "") if ported else text)
    except ValueError:
        return None
    if isinstance(found, IPv4Address):
        return found
    # A zone is what the machine calls its own link: from elsewhere it means nothing.
    return None if found.scope_id else found.ipv4_mapped or found


def client(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """Who asks: from the right of X-Forwarded-For, the first that is no trusted proxy.

    Each proxy adds whom it heard, so what stands left of an address that is not trusted, or of what is no
    address, could have been written by anybody.
    """
    nearest = address_of(peer)
    for said in reversed(forwarded_for.split(",")):
        heard = address_of(said.strip()) if nearest is not None and is_trusted(nearest, trusted) else None
        if heard is None:
            break
        nearest = heard
    return peer if nearest is None else str(nearest)


def scheme(forwarded_proto: str) -> str | None:
    """What the nearest proxy says it was asked over: `http`, `https`, or None where it says neither."""
    said = forwarded_proto.rpartition(",")[2].strip().lower()
    return said if said in ("http", "https") else None


def is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


class Forwarded:
    """A WSGI application that is told who asks and over what, if a trusted proxy says so."""

    def __init__(self, inner: WSGIApplication, trusted: Sequence[Network]) -> None:
        self._inner = inner
        self._trusted = trusted

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        peer = address_of(environ.get("REMOTE_ADDR", ""))
        if peer is not None and is_trusted(peer, self._trusted):
            said = environ.get("HTTP_X_FORWARDED_FOR", "")
            environ["REMOTE_ADDR"] = client(str(peer), said, self._trusted)
            over = scheme(environ.get("HTTP_X_FORWARDED_PROTO", ""))
            environ["wsgi.url_scheme"] = over or environ["wsgi.url_scheme"]
        return self._inner(environ, start_response)
