"""The addresses of Apprise that people may give: a few services, each over HTTPS alone.

Apprise knows many more, some of which write files, run programs or open sockets of their own.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from shared.addresses import MAX_LENGTH, BadAddress, parse_webhook_url

FIXED = {
    "discord": "discord.com:443",
    "pover": "api.pushover.net:443",
    "slack": "slack.com:443",
    "tgram": "api.telegram.org:443",
}
"""Services at one place of their own."""

HOSTED = ("gotify", "matrix", "ntfy")
"""Services that people run for themselves. With an s at the end they speak TLS."""

SCHEMES = tuple(sorted([*FIXED, *(f"{name}s" for name in HOSTED), *HOSTED]))

_NTFY_CLOUD = "ntfy.sh:443"
_PARTS = re.compile(r"(?P<scheme>[a-z]+)://(?P<authority>[^/?#]+)(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True)
class AppriseUrl:
    """`endpoint`: whom it belongs to, as `host:port`."""

    scheme: str
    endpoint: str


def parse_apprise_url(text: str, allowed: Collection[str] = ()) -> AppriseUrl:
    """What an address of Apprise says. Raises `BadAddress`.

    `allowed` is the operator's list of `host:port` (see `shared.addresses`): these alone may speak http.
    """
    if len(text) > MAX_LENGTH:
        raise BadAddress(f"The address is longer than {MAX_LENGTH} characters.")
    if not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        raise BadAddress("The address holds a space or a character that must be written as %XX.")
    found = _PARTS.fullmatch(text)
    if found is None:
        raise BadAddress("This is not an address of Apprise, such as ntfys://ntfy.example/topic.")
    scheme = found["scheme"]
    if scheme not in SCHEMES:
        raise BadAddress(f"{scheme}:// is not among the services that may be used: {', '.join(SCHEMES)}.")
    if scheme in FIXED:
        return AppriseUrl(scheme, FIXED[scheme])
    host = found["authority"].rpartition("@")[2]
    if scheme in ("ntfy", "ntfys") and not re.match(r"/[^?#]", found["rest"]):
        return AppriseUrl(scheme, _NTFY_CLOUD)
    return AppriseUrl(scheme, _own_server(scheme, host, allowed))


def shown(text: str) -> str:
    """What of such an address may be shown: the service, and the server where it is not a secret itself."""
    scheme, _, rest = text.partition("://")
    host, slash, _ = rest.partition("/")
    return f"{scheme}://…" if scheme in FIXED or not slash else f"{scheme}://{host.rpartition('@')[2]}/…"


def _own_server(scheme: str, host: str, allowed: Collection[str]) -> str:
    if scheme in HOSTED:
        try:
            return parse_webhook_url(f"http://{host}/", allowed).endpoint
        except BadAddress as error:
            # Of what is wrong with it this is the first thing to mend.
            raise BadAddress(f"{error} Over TLS the address begins with {scheme}s://.") from error
    return parse_webhook_url(f"https://{host}/", allowed).endpoint
