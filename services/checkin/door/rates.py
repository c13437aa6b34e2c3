"""What is counted of requests, where it is counted, and what clients are told of what is left."""

import hashlib
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

MINUTE_S = 60
HOUR_S = 3600


class Use(NamedTuple):
    """One request, counted in the minute of its arrival. `token` is a digest: what is made up has its own."""

    token: str
    address: str
    minute: int


class Used(NamedTuple):
    """How many requests there were in this minute, this one included; None where that is not known."""

    token: int | None
    address: int | None


class Budget(NamedTuple):
    """What may be done in a window of time, and what of it is used up. In `resets_s` it is whole again.

    `shared`: by others, too, as a household shares its address.
    """

    name: str
    quota: int
    window_s: int
    used: int
    resets_s: int
    shared: bool = False

    @property
    def is_overdrawn(self) -> bool:
        return self.used > self.quota


@lru_cache(maxsize=4096)
def address_place(address: str, minute: int) -> tuple[str, str]:
    """The hash in Redis, and the field of it, in which this address is counted in this minute.

    Sixteen hashes a minute, not one for each address: each has to be given its end but once.
    """
    hashed = hashlib.sha256(address.encode()).hexdigest()
    return f"{{limit:{hashed[0]}}}:{minute}", hashed[1:17]


def headers_of(budgets: Collection[Budget]) -> list[tuple[str, str]]:
    """`RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-09).

    What is left of a shared budget is told only when it is nothing: it would show when others were here.
    """
    policies = [f'"{b.name}";q={b.quota};w={b.window_s}' for b in budgets]
    own = [b for b in budgets if not b.shared or b.is_overdrawn]
    left = [f'"{b.name}";r={max(0, b.quota - b.used)};t={b.resets_s}' for b in own]
    told = [("RateLimit-Policy", ", ".join(policies)), ("RateLimit", ", ".join(left))]
    return told if own else told[:1]
