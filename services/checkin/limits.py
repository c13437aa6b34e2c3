"""How often something may be done in an hour, counted in Redis for all workers together."""

import hashlib
import ipaddress

import redis
from flask import request

from checkin.errors import Problem
from checkin.front import Front
from shared.faults import StoreUnavailable
from shared.store import Client

_HOUR_MS = 3_600_000


class RedisLimits:
    """Counts by the hour of the clock. Raises `StoreUnavailable`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def take(self, name: str, per_hour: int, now_ms: int) -> int | None:
        hour, passed_ms = divmod(now_ms, _HOUR_MS)
        key = f"{{limit:{hashlib.sha256(name.encode()).hexdigest()[:16]}}}:{hour}"
        pipe = self._client.pipeline(transaction=False)
        pipe.incr(key)
        pipe.expire(key, _HOUR_MS // 1000)
        try:
            count, _ = pipe.execute()
        except redis.RedisError as error:
            raise StoreUnavailable(f"Redis: {error}") from error
        return None if count <= per_hour else (_HOUR_MS - passed_ms) // 1000 + 1


def take(front: Front, name: str, per_hour: int) -> None:
    """Count one more. Raises 429."""
    wait_s = front.limits.take(name, per_hour, front.clock.now_ms())
    if wait_s is not None:
        headers = {"Retry-After": str(wait_s)}
        raise Problem(429, "too_many_requests", "That is too often; wait a while.", headers=headers)


def caller() -> str:
    """The network that the request comes from: one address of IPv4, a household's /64 of IPv6."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if address.version == 4:  # noqa: PLR2004 the version's name
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
