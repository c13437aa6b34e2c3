"""The channels that people have: which, in which order, and how they add and verify them over HTTP."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from tests import browser
from tests.chaos.arrivals import DOMAIN, Arrival, Kind
from tests.chaos.client import Client
from tests.chaos.receivers import HOOK, PUSH, Sort, name_of

_PATIENCE_S = 30.0
_THREADS = 8


class Address(NamedTuple):
    """One channel of a person's: what it is and how its receiver behaves."""

    kind: Kind
    sort: Sort = "open"


WAYS: tuple[tuple[Address, ...], ...] = (
    (Address("webhook"),),
    (Address("web_push"),),
    (Address("email"),),
    (Address("apprise"),),
    (Address("webhook", "closed"), Address("web_push")),
    (Address("web_push", "closed"), Address("email")),
    (Address("email", "closed"), Address("apprise")),
    (Address("apprise", "closed"), Address("webhook")),
    (Address("email", "hesitant"),),
    (),
)
"""What one person has, in the order in which it is tried; whoever has nothing has the inbox."""


def dealt(people: Sequence[str], chance: random.Random) -> dict[str, tuple[Address, ...]]:
    """Each of the ways to about as many people."""
    shuffled = list(people)
    chance.shuffle(shuffled)
    return {person: WAYS[n % len(WAYS)] for n, person in enumerate(shuffled)}


class Receivers(NamedTuple):
    """The ports of the receiver of webhooks, and of the other receivers."""

    webhook_port: int
    http_port: int

    def wish(self, address: Address, person: str) -> dict[str, Any]:
        """The body that adds this address."""
        name, here = name_of(address.sort, person), f"127.0.0.1:{self.http_port}"
        match address.kind:
            case "email":
                return {"kind": "email", "address": f"{name}@{DOMAIN}"}
            case "apprise":
                return {"kind": "apprise", "url": f"ntfy://{here}/{name}"}
            case "web_push":
                subscription = {"endpoint": f"http://{here}/{PUSH}/{name}", "keys": browser.KEYS}
                return {"kind": "web_push", "subscription": subscription}
            case "webhook":
                own = f"http://127.0.0.1:{self.webhook_port}/{person}"
                return {
                    "kind": "webhook",
                    "url": own if address.sort == "open" else f"http://{here}/{HOOK}/{name}",
                }


def code_in(arrivals: Sequence[Arrival], kind: Kind, person: str) -> str | None:
    """The code that this person can read in the latest message that verifies such an address."""
    codes = [a.code for a in arrivals if (a.kind, a.person) == (kind, person)]
    return next((code for code in reversed(codes) if code is not None), None)


def open_all(
    port: int,
    receivers: Receivers,
    ways: Mapping[str, Sequence[Address]],
    tokens: Mapping[str, str],
    code_of: Callable[[str], str],
) -> None:
    """Everybody adds their channels and gives back the codes. Raises `TimeoutError`."""

    def one(person: str) -> None:
        client, until_s = Client(port, timeout_s=8.0), time.monotonic() + _PATIENCE_S
        token = tokens[person]
        for n, address in enumerate(ways[person]):
            wish = receivers.wish(address, person)
            while (added := client.post("/v1/channels", wish, token, f"channel-{n}")).status != 201:
                _pause(until_s, f"{person} has no {address}: {added}")
            path, code = f"/v1/channels/{added.body['id']}/verify", {"code": code_of(added.body["id"])}
            while (verified := client.post(path, code, token, f"code-{n}")).status != 200:
                _pause(until_s, f"{person} has no verified {address}: {verified}")
        client.close()

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(one, ways))


def _pause(until_s: float, late: str) -> None:
    if time.monotonic() > until_s:
        raise TimeoutError(late)
    time.sleep(0.2)
