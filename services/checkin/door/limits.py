"""How often something may be done, counted in Redis for all workers together, by the minute or the hour.

What an answer's request used up stands in its environ, under `BUDGETS`, for the headers that tell of it.
"""

import hashlib
import ipaddress
from contextlib import suppress
from functools import lru_cache
from typing import Any

import redis
from flask import Request, request

from checkin.door.errors import Problem
from checkin.door.front import Front
from checkin.door.rates import HOUR_S, MINUTE_S, Budget, Use, Used, address_place
from shared.faults import StoreUnavailable
from shared.store import Client

BUDGETS = "attune.budgets"
GUESSES = frozenset({"unauthorized", "unknown_invite", "unknown_feed", "unknown_code", "registration_code"})
"""The words of refusals that follow from a secret that was wrong."""


class RedisLimits:
    """Counts by the clock. Raises `StoreUnavailable`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def in_hour(self, name: str, hour: int) -> int:
        key = f"{{limit:{hashlib.sha256(name.encode()).hexdigest()[:16]}}}:{hour}"
        return self._counted(key, None, 1, HOUR_S)

    def in_minute(self, address: str, minute: int, weight: int) -> int:
        return self._counted(*address_place(address, minute), weight, 2 * MINUTE_S)

    def _counted(self, key: str, field: str | None, more: int, lasts_s: int) -> int:
        pipe = self._client.pipeline(transaction=False)
        if field is None:
            pipe.incrby(key, more)
        else:
            pipe.hincrby(key, field, more)
        pipe.expire(key, lasts_s)
        try:
            count, _ = pipe.execute()
        except redis.RedisError as error:
            raise StoreUnavailable(f"Redis: {error}") from error
        return int(count)


def take(front: Front, name: str, per_hour: int, *, shared: bool = False, told: bool = True) -> None:
    """Count one more of `name`, of which the first word says what it is. Raises 429.

    `shared`: with others, as a household shares an address. What is counted for somebody else than whoever
    asks is not told in headers at all.
    """
    hour, passed_ms = divmod(front.clock.now_ms(), 1000 * HOUR_S)
    count = front.limits.in_hour(name, hour)
    what, left_s = name.partition(" ")[0], HOUR_S - passed_ms // 1000
    _draw(request.environ if told else {}, Budget(what, per_hour, HOUR_S, count, left_s, shared))


def use_of(front: Front, asked: Request, digest: str) -> Use:
    """This request as it is counted, by its token's digest and by where it comes from."""
    return Use(digest[:16], caller(asked), front.clock.now_ms() // (1000 * MINUTE_S))


def draw(front: Front, asked: Request, used: Used | None) -> None:
    """Raises 429 where this request was one too many. What could not be counted is not held against it."""
    if used is None:
        return
    rules, resets_s = front.rules, _minute_left_s(front)
    token, address = used
    if address is not None:
        quota = rules.address_requests_per_minute
        _draw(asked.environ, Budget("address", quota, MINUTE_S, address, resets_s, shared=True))
    if token is not None:
        _draw(asked.environ, Budget("token", rules.requests_per_minute, MINUTE_S, token, resets_s))


def draw_without_token(front: Front) -> None:
    """Count a request to what anybody may ask for. Raises 429; where nothing can be counted nothing is."""
    with suppress(StoreUnavailable):
        _count_address(front, request, 1)


def after_guess(front: Front, asked: Request, error: Exception) -> Exception:
    """What to answer: this refusal, or 429 where too many secrets from this address were wrong.

    A wrong one uses up as much of the address's minute as many requests do.
    """
    if not isinstance(error, Problem) or error.word not in GUESSES:
        return error
    rules = front.rules
    try:
        _count_address(front, asked, max(1, rules.address_requests_per_minute // rules.guesses_per_minute))
    except StoreUnavailable:
        return error
    except Problem as too_many:
        return too_many
    return error


def caller(asked: Request) -> str:
    """The network that the request comes from: one address of IPv4, a household's /64 of IPv6."""
    return _network(asked.remote_addr or "")


@lru_cache(maxsize=4096)
def _network(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if address.version == 4:  # noqa: PLR2004 the version's name
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))


def _count_address(front: Front, asked: Request, weight: int) -> None:
    minute = front.clock.now_ms() // (1000 * MINUTE_S)
    used = front.limits.in_minute(caller(asked), minute, weight)
    quota = front.rules.address_requests_per_minute
    _draw(asked.environ, Budget("address", quota, MINUTE_S, used, _minute_left_s(front), shared=True))


def _minute_left_s(front: Front) -> int:
    return MINUTE_S - front.clock.now_ms() // 1000 % MINUTE_S


def _draw(environ: dict[str, Any], budget: Budget) -> None:
    """Remember the budget for the answer's headers. Raises 429 if it is overdrawn."""
    budgets: dict[str, Budget] = environ.setdefault(BUDGETS, {})
    budgets[budget.name] = budget
    if budget.is_overdrawn:
        headers = {"Retry-After": str(budget.resets_s)}
        raise Problem(429, "too_many_requests", "That is too often; wait a while.", headers=headers)
