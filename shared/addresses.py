"""Addresses that people give us to send to: what may be called, and at which IP address.

A name is resolved once and every address it has is vetted; the caller connects to the one returned here. A
look-up of its own could have another answer (DNS rebinding). The messages of `BadAddress` are for the person
who gave the address.
"""

import re
import socket
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

Resolver = Callable[[str, int], Sequence[str]]
"""The IP addresses of a host name. Raises OSError or UnicodeError if there are none."""

MAX_LENGTH = 2048
PORTS = (443, 8443)
_DEFAULT_PORTS = {"https": 443, "http": 80}

PRIVATE = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT, and overlay networks
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
    )
)
"""Addresses of the site itself: only for what the operator has put on the list."""

NEVER = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # "this network"
        "169.254.0.0/16",  # link-local, and the metadata services of hosting providers
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # multicast tunnels
        "192.88.99.0/24",  # 6to4 relays
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "::/3",  # unspecified, v4-compatible, v4-translated, NAT64, discard-only
        "2001::/23",  # Teredo, ORCHID, benchmarking
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
        "4000::/2",  # not global unicast; SRv6 (5f00::/16) is in it
        "8000::/1",  # not global unicast; link-local, site-local and multicast are in it
    )
)
"""Addresses that are nobody's, or reach further than they show. `ipaddress` calls many of them global."""

_AUTHORITY = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[^\[\]:@]+))(?::(?P<port>[0-9]{1,5})?)?")
_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")


class BadAddress(Exception):
    """Nothing may be sent there; the message says why, to the person who gave the address."""


class Unresolvable(Exception):
    """The name has no address now; it may have one later."""


@dataclass(frozen=True)
class Address:
    """A webhook's address in parts. `trusted`: on the operator's list. An IPv6 host has no brackets here."""

    scheme: str
    host: str
    port: int
    target: str
    trusted: bool

    @property
    def endpoint(self) -> str:
        """`host:port`, as in the operator's list."""
        return f"{_bracketed(self.host)}:{self.port}"

    @property
    def host_header(self) -> str:
        """The host as the receiver expects it: without a port that goes without saying."""
        return _bracketed(self.host) if self.port == _DEFAULT_PORTS[self.scheme] else self.endpoint


def parse_webhook_url(text: str, allowed: Collection[str] = ()) -> Address:
    """The parts of an address to which webhooks may be sent. Raises `BadAddress`.

    `allowed` is the operator's list of `host:port`: for exactly these http, other ports and private addresses
    are right. It is compared with what the person wrote, never with what a name resolves to.
    """
    parts = _split(text)
    host, port = _host_and_port(parts)
    trusted = f"{_bracketed(host)}:{port}" in allowed
    if parts.scheme != "https" and not trusted:
        raise BadAddress("The address must start with https://.")
    if port not in PORTS and not trusted:
        raise BadAddress("Only the ports 443 and 8443 are allowed.")
    literal = _literal(host)
    if literal is not None:
        _vet(literal, trusted=trusted)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(parts.scheme, host, port, target, trusted)


def system_resolver(host: str, port: int) -> Sequence[str]:
    """The addresses the operating system finds, the one it prefers first. No timeout: call it in a thread."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def resolve(address: Address, resolver: Resolver = system_resolver) -> str:
    """The IP address to connect to. Raises `Unresolvable`, and `BadAddress` if one of the host's is bad.

    About a host that is an address itself nobody is asked.
    """
    literal = _literal(address.host)
    try:
        found = resolver(address.host, address.port) if literal is None else [literal]
    except (OSError, UnicodeError) as error:
        raise Unresolvable("The host name of the address cannot be found.") from error
    vetted = [_vet(text, trusted=address.trusted) for text in found]
    if not vetted:
        raise Unresolvable("The host name of the address cannot be found.")
    return vetted[0]


def _split(text: str) -> SplitResult:
    if len(text) > MAX_LENGTH:
        raise BadAddress(f"The address is longer than {MAX_LENGTH} characters.")
    # urlsplit drops tabs and line breaks without a word; browsers read a backslash as a slash.
    if not text.isprintable() or " " in text or "\\" in text:
        raise BadAddress("The address holds a space or a character that does not belong in one.")
    if "#" in text:
        raise BadAddress("The address must not have a part after #.")
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise BadAddress("This is not a web address.") from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise BadAddress("The address must start with https://.")
    if "@" in parts.netloc:
        raise BadAddress("The address must not hold a user name or a password.")
    if not (parts.path + parts.query).isascii():
        raise BadAddress("The path of the address holds letters that must be written as %XX.")
    return parts


def _host_and_port(parts: SplitResult) -> tuple[str, int]:
    found = _AUTHORITY.fullmatch(parts.netloc)
    if found is None:
        raise BadAddress("The host name of the address is not valid.")
    port = int(found["port"] or _DEFAULT_PORTS[parts.scheme])
    if not 0 < port < 2**16:
        raise BadAddress("The port of the address is not valid.")
    try:
        host = str(IPv6Address(found["v6"])) if found["v6"] else found["name"].encode("idna").decode().lower()
    except ValueError as error:
        raise BadAddress("The host name of the address is not valid.") from error
    if not found["v6"] and not _NAME.fullmatch(host):
        raise BadAddress("The host name of the address is not valid.")
    return host, port


def _literal(host: str) -> str | None:
    """The IP address that a host written in numbers stands for, in any notation that systems accept."""
    if ":" in host:
        return host
    try:
        return str(IPv4Address(socket.inet_aton(host)))
    except OSError:
        return None


def _vet(text: str, *, trusted: bool) -> str:
    """The address, if it may be called; a v4-mapped one as the IPv4 address that it is."""
    try:
        ip = ip_address(text)
    except ValueError as error:
        raise BadAddress("Connections to this IP address are not allowed.") from error
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if any(ip in network for network in PRIVATE):
        if not trusted:
            raise BadAddress("Connections to private IP addresses are not allowed.")
    elif any(ip in network for network in NEVER) or "%" in text:
        raise BadAddress("Connections to this IP address are not allowed.")
    return str(ip)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
