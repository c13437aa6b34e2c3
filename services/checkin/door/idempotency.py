"""Making a repeat safe: the key of a request, and the marks that remember the first answer."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import msgspec
import redis
import structlog
from flask import Request

from checkin.door.errors import Problem
from checkin.door.front import Claimed, Mark, Marks
from checkin.door.lots import Lots
from checkin.door.meter import Meter
from checkin.door.rates import Use
from shared import topics
from shared.faults import StoreUnavailable
from shared.published import Published
from shared.views import PROJECTOR

LEASE_S = 10
KEPT_S = 3 * 24 * 3600

log = structlog.get_logger(__name__)

_Ask = tuple[str, Mark | None, Use | None]
"""A person, the lease to place, and the use to count."""

_KEY = re.compile(r'"[\x20\x21\x23-\x7e]{1,255}"|[\x21\x23-\x7e][\x20-\x7e]{0,254}', re.ASCII)
_RELEASE = """
for nth, key in ipairs(KEYS) do
  if redis.call('get', key) == ARGV[nth] then redis.call('del', key) end
end
"""


class First(msgspec.Struct, frozen=True, array_like=True):
    """What a mark says of the first request with a key: its body, its id, and its answer once it has one.

    Of a check-in the answer is the local date, of a command its outcome as JSON. `lease` tells one attempt
    from another, so that only its own is ever given back.
    """

    body: bytes
    id: str
    lease: str
    answer: str | None = None

    def mark(self, person: str, key: str) -> Mark:
        """As it is remembered for this person."""
        return Mark(person, key, _write(self))


_write = msgspec.msgpack.Encoder().encode
_read = msgspec.msgpack.Decoder(First).decode


def answered(found: bytes, body: bytes) -> First:
    """The first request, with its answer. Raises 422 if it had another body, 409 while it is under way."""
    first = _read(found)
    if first.body != body:
        raise Problem(422, "idempotency_mismatch", "This key came with another body before.")
    if first.answer is None:
        raise Problem(409, "in_flight", "The first request is under way.", headers={"Retry-After": "1"})
    return first


@contextmanager
def released(marks: Marks, lease: Mark | None) -> Iterator[None]:
    """Give the lease back if nothing was accepted, so that the client can try again at once."""
    try:
        yield
    except BaseException:
        if lease is not None:
            marks.release(lease)
        raise


def key_sent(request: Request) -> str | None:
    """The Idempotency-Key, quoted (RFC 8941) or bare; None without one. Raises 400."""
    header = request.headers.get("Idempotency-Key")
    if header is None:
        return None
    if not _KEY.fullmatch(header):
        raise Problem(400, "malformed", "An Idempotency-Key has 1 to 255 printable ASCII characters.")
    return header[1:-1] if header[0] == '"' else header


def digest(body: Any) -> bytes:
    """Equal for equal JSON, in whatever order its names came."""
    return hashlib.sha256(msgspec.json.encode(body, order="sorted")).digest()[:16]


class RedisMarks:
    """Marks in the slot of their person's shard, claimed by the lot: one round trip for all that gathered.

    It also brings the persons' views and counts their use. Build it after the fork, and start its `lots`.
    """

    def __init__(self, published: Published) -> None:
        self._published = published
        self._client = published.client
        self._meter = Meter(published)
        self.lots: Lots[_Ask, Claimed] = Lots("claims", self.claim_all, StoreUnavailable)

    def claim(self, person: str, lease: Mark | None, use: Use | None = None) -> Claimed:
        return self.lots.submit((person, lease, use))

    def claim_all(self, asks: Sequence[_Ask]) -> list[Claimed]:
        """Every claim's reply. Raises `StoreUnavailable`."""
        pipe = self._client.pipeline(transaction=False)
        for person, lease, _ in asks:
            subject = topics.person(person)
            tag = self._published.key(PROJECTOR, subject, "")
            pipe.execute_command("HGET", f"{tag}m", "caught_up_at")
            pipe.execute_command("HGET", f"{tag}v", subject)
            if lease is not None:
                self._place(pipe, lease)
        counts = self._meter.add(pipe, [(person, use) for person, _, use in asks if use is not None])
        try:
            replies = iter(pipe.execute(raise_on_error=False))
        except redis.RedisError as error:
            raise StoreUnavailable(f"Redis: {error}") from error
        claimed = [_claimed(replies, marked=lease is not None) for _, lease, _ in asks]
        used = iter(self._meter.read(counts, list(replies)))
        return [
            claim if use is None else claim._replace(used=next(used))
            for claim, (_, _, use) in zip(claimed, asks, strict=True)
        ]

    def claim_each(self, leases: Sequence[Mark]) -> list[bytes | None]:
        """The marks that were there. Raises `StoreUnavailable`: some leases may be placed, and end soon."""
        pipe = self._client.pipeline(transaction=False)
        for lease in leases:
            self._place(pipe, lease)
        try:
            found: list[bytes | None] = pipe.execute()
        except redis.RedisError as error:
            raise StoreUnavailable(f"Redis: {error}") from error
        return found

    def _place(self, pipe: Any, lease: Mark) -> None:
        # Not `pipe.set`: its choice of options costs as much as the rest of the claim. `get` is for the
        # client: without it the reply would be read as whether the value was set.
        pipe.execute_command("SET", self._name(lease), lease.value, "NX", "GET", "EX", LEASE_S, get=True)

    def release(self, lease: Mark) -> None:
        """A lease that cannot be taken back ends by itself soon enough."""
        self.release_all([lease])

    def release_all(self, leases: Sequence[Mark]) -> None:
        names = [self._name(lease) for lease in leases]
        try:
            if names:
                self._client.eval(_RELEASE, len(names), *names, *(lease.value for lease in leases))
        except redis.RedisError as error:
            log.warning("leases not released", count=len(names), reason=str(error))

    def keep(self, marks: Sequence[Mark]) -> None:
        """Without its mark a repeat is appended once more, and the folds ignore it."""
        pipe = self._client.pipeline(transaction=False)
        for mark in marks:
            pipe.execute_command("SET", self._name(mark), mark.value, "EX", KEPT_S)
        try:
            pipe.execute()
        except redis.RedisError as error:
            log.warning("marks not kept", count=len(marks), reason=str(error))

    def _name(self, mark: Mark) -> str:
        hashed = hashlib.sha256(mark.key.encode()).hexdigest()[:32]
        return self._published.key(PROJECTOR, topics.person(mark.person), f"i:{mark.person}:{hashed}")


def _claimed(replies: Iterator[Any], *, marked: bool) -> Claimed:
    caught_up, view = _read_from(replies), _read_from(replies)
    found = _read_from(replies) if marked else None
    return Claimed(view, None if caught_up is None else int(caught_up), found)


def _read_from(replies: Iterator[Any]) -> Any:
    reply = next(replies)
    if isinstance(reply, redis.RedisError):
        raise StoreUnavailable(f"Redis: {reply}") from reply
    return reply


class RedisPending:
    """Commands that are on their way, remembered for as long as their outcome may be asked for."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._client = published.client

    def remember(self, person: str, command: str) -> None:
        with suppress(redis.RedisError):
            self._client.set(self._name(person, command), b"", ex=3600)

    def knows(self, person: str, command: str) -> bool:
        try:
            return bool(self._client.exists(self._name(person, command)))
        except redis.RedisError as error:
            raise StoreUnavailable(f"Redis: {error}") from error

    def _name(self, person: str, command: str) -> str:
        return self._published.key(PROJECTOR, topics.person(person), f"p:{person}:{command}")
