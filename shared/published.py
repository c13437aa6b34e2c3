"""What services publish in Redis, read wherever its shard is."""

from collections import defaultdict
from collections.abc import Sequence

from shared.store import Client, answered
from shared.topics import shard_of


class Published:
    """Every call raises `StoreUnavailable`."""

    def __init__(self, client: Client, partitions: int) -> None:
        self.client = client
        self._partitions = partitions

    def shard(self, subject: str) -> int:
        """The shard number of a subject."""
        return shard_of(subject, self._partitions)

    def key(self, service: str, subject: str, part: str) -> str:
        """The name of a key in the slot of this subject's shard."""
        return f"{{{service}:{self.shard(subject)}}}:{part}"

    def views(self, asks: Sequence[tuple[str, str, str]]) -> list[bytes | None]:
        """The views (service, subject, name), in one round trip."""
        pipe, wanted = self.client.pipeline(transaction=False), self._by_shard(asks)
        for (service, number), names in wanted.items():
            pipe.hmget(f"{{{service}:{number}}}:v", names)
        found = dict(zip(wanted, map(iter, answered(pipe.execute)), strict=True))
        return [next(found[service, self.shard(subject)]) for service, subject, _ in asks]

    def views_as_of(self, asks: Sequence[tuple[str, str, str]]) -> list[tuple[bytes | None, int | None]]:
        """The views with the instant up to which their shard was caught up, never a later one."""
        pipe, wanted = self.client.pipeline(transaction=False), self._by_shard(asks)
        for (service, number), names in wanted.items():
            # One command for each shard: thousands fall due at once, and each command has its price.
            pipe.hget(f"{{{service}:{number}}}:m", "caught_up_at")
            pipe.hmget(f"{{{service}:{number}}}:v", names)
        replies = iter(answered(pipe.execute))
        seen = {}
        for shard in wanted:
            caught_up, views = next(replies), next(replies)
            at_ms = None if caught_up is None else int(caught_up)
            seen[shard] = iter([(view, at_ms) for view in views])
        return [next(seen[service, self.shard(subject)]) for service, subject, _ in asks]

    def _by_shard(self, asks: Sequence[tuple[str, str, str]]) -> dict[tuple[str, int], list[str]]:
        """The names that are asked of each service's shard, in order."""
        wanted: dict[tuple[str, int], list[str]] = defaultdict(list)
        for service, subject, name in asks:
            wanted[service, self.shard(subject)].append(name)
        return wanted

    def caught_up(self, service: str, subject: str) -> int | None:
        """When the log was last known to be read to its end for this subject's shard, or None."""
        value = answered(lambda: self.client.hget(self.key(service, subject, "m"), "caught_up_at"))
        return None if value is None else int(value)

    def position(self, service: str, subject: str, topic: str) -> int:
        """The offset of the next record that the service will read for this subject's shard."""
        value = answered(lambda: self.client.hget(self.key(service, subject, "m"), f"pos:{topic}"))
        return 0 if value is None else int(value)

    def newest(self, service: str, subject: str, name: str, below: str | None, limit: int) -> list[str]:
        """Up to `limit` keys of a list, the greatest first, each less than `below`."""
        top = f"({name}\0{below}" if below is not None else f"[{name}\0\xff"
        found = answered(
            lambda: self.client.zrevrangebylex(
                self.key(service, subject, "x"), top.encode(), f"[{name}\0".encode(), 0, limit
            )
        )
        return [member.decode().partition("\0")[2] for member in found]
