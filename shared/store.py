"""The shards in Redis: the five calls of the partition loop.

All keys of a shard carry one hash tag (`{s:7}`), so one function call reads or writes them together, on a
plain server and on a cluster alike.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.cluster import RedisCluster
from redis.retry import Retry

from shared.faults import StoreUnavailable
from shared.folding import Forget

T = TypeVar("T")
Client = Any  # redis.Redis | RedisCluster: redis-py types their commands as "awaitable or not"

_SOURCE = Path(__file__).with_name("commit.lua").read_text(encoding="utf-8")
_SUFFIX = hashlib.sha256(_SOURCE.encode()).hexdigest()[:12]
_NAMES = ("look", "load", "commit", "note")
_LIBRARY = f"#!lua name=attune_{_SUFFIX}\n{_SOURCE}\n" + "".join(
    f"redis.register_function('attune_{name}_{_SUFFIX}', {name})\n" for name in _NAMES
)
_META, _STATES, _VIEWS, _DUE, _OUTBOX, _LISTS = "1", "2", "3", "4", "5", "6"
# Lua's unpack refuses a few thousand values in one call.
_CHUNK = 2000


def connect(url: str, *, cluster: bool, timeout_s: float = 5.0, retries: int = 3) -> Client:
    """A client that bounds every wait. A call may run twice: the compare-and-set makes that safe."""
    retry = Retry(ExponentialWithJitterBackoff(base=0.05, cap=1.0), retries)
    kind = RedisCluster if cluster else redis.Redis
    return kind.from_url(url, socket_timeout=timeout_s, socket_connect_timeout=2.0, retry=retry)


def shard_keys(service: str, shard: int) -> list[str]:
    """Meta, states, views, due times, outbox, lists."""
    return [f"{{{service}:{shard}}}:{part}" for part in "mcvtox"]


def answered(call: Callable[[], T]) -> T:
    """What Redis answers. Raises `StoreUnavailable`."""
    try:
        return call()
    except redis.RedisError as error:
        raise StoreUnavailable(_sentence(error)) from error


def _sentence(error: redis.RedisError) -> str:
    """What went wrong and, where that is known, what to do about it."""
    if isinstance(error, redis.AuthenticationError):
        return "Redis refuses the user or the password: mend them in ATTUNE_REDIS_URL."
    if isinstance(error, redis.exceptions.NoPermissionError):
        return f"Redis does not allow this user what Attune needs: extend its access list ({error})."
    if str(error).startswith("MISCONF"):
        return f"Redis cannot write to its disk: make room there ({error})."
    if isinstance(error, redis.exceptions.OutOfMemoryError):
        return f"Redis is full: raise its maxmemory ({error})."
    if isinstance(error, redis.ConnectionError):
        return f"Redis does not answer: start it, or mend ATTUNE_REDIS_URL ({error})."
    return f"Redis: {error}"


class Look(NamedTuple):
    """One atomic view of a shard. `version` is "" for an empty one."""

    version: str
    time_ms: int
    positions: dict[str, int]
    meta: dict[str, str]
    first_due_ms: int | None
    outbox_depth: int
    outbox: list[tuple[str, bytes]]


class Loaded(NamedTuple):
    """States with their due times, by subject; `due` in the order in which they fall due."""

    version: str
    states: dict[str, tuple[bytes | None, int | None]]
    due: list[tuple[str, int]]


class Writes(NamedTuple):
    """What one commit stores. None removes."""

    meta: dict[str, str]
    states: dict[str, bytes | None]
    due: dict[str, int | None]
    views: dict[str, bytes | None]
    lists: list[str]
    outbox: list[tuple[str, bytes]]
    forgets: Sequence[Forget] = ()


def _section(command: str, key: str, items: Sequence[Any], chunk: int = _CHUNK) -> list[Any]:
    return [command, key, chunk, len(items), *items] if items else []


def _arguments(writes: Writes) -> list[Any]:
    def pairs(values: Iterable[tuple[Any, Any]]) -> list[Any]:
        return [part for pair in values for part in pair]

    def gone(values: dict[str, Any]) -> list[str]:
        return [name for name, value in values.items() if value is None]

    def kept(values: dict[str, Any]) -> list[Any]:
        return pairs((name, value) for name, value in values.items() if value is not None)

    return [
        *_section("HSET", _META, pairs(writes.meta.items())),
        *_section("HSET", _STATES, kept(writes.states)),
        *_section("HDEL", _STATES, gone(writes.states)),
        *_section("HSET", _VIEWS, kept(writes.views)),
        *_section("HDEL", _VIEWS, gone(writes.views)),
        *_section("ZADD", _DUE, pairs((due, name) for name, due in writes.due.items() if due is not None)),
        *_section("ZREM", _DUE, gone(writes.due)),
        *_section("ZADD", _LISTS, pairs((0, member) for member in writes.lists)),
        *_section("XADD", _OUTBOX, [part for i, v in writes.outbox for part in (i, "e", v)], chunk=3),
        *_section("FORGET", _LISTS, [part for forget in writes.forgets for part in forget], chunk=3),
    ]


def _look(reply: Any) -> Look:
    flat, first, depth, head = reply
    meta = {flat[i].decode(): flat[i + 1].decode() for i in range(0, len(flat), 2)}
    return Look(
        version=meta.get("version", ""),
        time_ms=int(meta.get("time", 0)),
        positions={name[4:]: int(value) for name, value in meta.items() if name.startswith("pos:")},
        meta=meta,
        first_due_ms=int(float(first[1])) if first else None,
        outbox_depth=depth,
        outbox=[(entry.decode(), fields[1]) for entry, fields in head],
    )


class ShardStore:
    """The shards of one service. Raises `StoreUnavailable` when Redis does not answer in time."""

    def __init__(
        self,
        client: Client,
        service: str,
        timed: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._client = client
        self._service = service
        self._timed = timed

    def _call(self, name: str, shard: int, *args: Any) -> Any:
        keys = shard_keys(self._service, shard)

        def once() -> Any:
            return self._client.fcall(f"attune_{name}_{_SUFFIX}", len(keys), *keys, *args)

        def with_library() -> Any:
            try:
                return once()
            except redis.ResponseError as error:
                if "Function not found" not in str(error):
                    raise
                load_library(self._client)
                return once()

        return answered(with_library)

    def look(self, shard: int, mine: str = "", caught_up_ms: int | None = None, head: int = 0) -> Look:
        """Also stores `caught_up_ms` if the version is still `mine`."""
        return _look(self._call("look", shard, mine, "" if caught_up_ms is None else caught_up_ms, head))

    def look_all(self, asks: Sequence[tuple[int, str, int | None, int]]) -> list[Look]:
        """`look` for several shards (shard, mine, caught_up_ms, head) in one round trip."""
        pipe = self._client.pipeline(transaction=False)
        for shard, mine, caught_up_ms, head in asks:
            keys = shard_keys(self._service, shard)
            beat = "" if caught_up_ms is None else caught_up_ms
            pipe.fcall(f"attune_look_{_SUFFIX}", len(keys), *keys, mine, beat, head)
        try:
            replies = pipe.execute()
        except redis.ResponseError:
            return [self.look(*ask) for ask in asks]
        except redis.RedisError as error:
            raise StoreUnavailable(_sentence(error)) from error
        return [_look(reply) for reply in replies]

    def load(self, shard: int, subjects: Sequence[str], until_ms: int | None, limit: int) -> Loaded:
        """The states of these subjects and of up to `limit` that are due by `until_ms`."""
        until = "" if until_ms is None else until_ms
        version, named, due, due_states = self._call("load", shard, until, limit, *subjects)
        states = {
            subject: (named[2 * i], None if named[2 * i + 1] is None else int(float(named[2 * i + 1])))
            for i, subject in enumerate(subjects)
        }
        order = [(due[i].decode(), int(float(due[i + 1]))) for i in range(0, len(due), 2)]
        for (subject, due_ms), state in zip(order, due_states, strict=True):
            states[subject] = (state, due_ms)
        return Loaded("" if version is None else version.decode(), states, order)

    def commit(self, shard: int, old: str, new: str, writes: Writes) -> str:
        """`OK`, `DUP` (it was stored already) or `MOVED` (the shard is not at `old`)."""
        arguments = _arguments(writes)
        with self._timed():
            reply: bytes = self._call("commit", shard, old, new, *arguments)
        return reply.decode()

    def note(self, shard: int, mine: str, field: str, value: str) -> None:
        """Leave a remark in the shard's meta if the version is still `mine`."""
        self._call("note", shard, mine, field, value)

    def trim(self, shard: int, entries: Sequence[str]) -> None:
        """Remove exactly these entries of the outbox."""
        if entries:
            answered(lambda: self._client.xdel(shard_keys(self._service, shard)[4], *entries))

    def wipe(self, shard: int) -> None:
        """Forget the shard: its owner finds the version gone and folds it again from the log."""
        answered(lambda: self._client.delete(*shard_keys(self._service, shard)))

    def ask(self, shard: int, field: str, value: str) -> None:
        """An operator's word to the owner (`skip:<topic>`), read at its next look."""
        answered(lambda: self._client.hset(shard_keys(self._service, shard)[0], field, value))


def load_library(client: Client) -> None:
    """Load the functions on every primary. The name holds the content's hash, so deploys coexist."""
    try:
        answered(lambda: client.function_load(_LIBRARY))
    except StoreUnavailable as error:
        if "already exists" not in str(error):
            raise


def rewrite_file(client: Client) -> None:
    """Have every primary write its append-only file anew: what was removed is in no file any more."""
    nodes = {"target_nodes": RedisCluster.PRIMARIES} if isinstance(client, RedisCluster) else {}
    answered(lambda: client.bgrewriteaof(**nodes))


def unfit(client: Client) -> str | None:
    """What is wrong with this Redis' settings, as a sentence, or None. Wrong ones could lose state."""
    wanted = {"maxmemory-policy": "noeviction", "appendonly": "yes", "appendfsync": "everysec"}
    found = answered(lambda: client.config_get(*wanted))
    for name, value in wanted.items():
        if found.get(name) != value:
            return f"Redis has {name} {found.get(name)}; Attune needs {name} {value}. Set it and start again."
    return None
