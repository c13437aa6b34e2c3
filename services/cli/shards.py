"""How the shards are, read from the store."""

from typing import NamedTuple

from shared.store import Look, ShardStore
from shared.topics import JOURNAL, MOMENTS
from shared.views import NOTIFIER, PROJECTOR, STREAKS

SERVICES = {"projector": PROJECTOR, "streaks": STREAKS, "notifier": NOTIFIER}
_PRIMARY = {"projector": JOURNAL, "streaks": JOURNAL, "notifier": MOMENTS}
_BEHIND_S = 15


class Health(NamedTuple):
    """`behind_s`: seconds since the shard had read its log to the end, None if it never has."""

    service: str
    shard: int
    position: int
    outbox: int
    behind_s: float | None
    problem: str | None


def read_health(store: ShardStore, service: str, partitions: int, now_ms: int) -> list[Health]:
    """One line for each shard of a service."""
    looks = store.look_all([(shard, "", None, 0) for shard in range(partitions)])
    return [_health(service, shard, look, now_ms) for shard, look in enumerate(looks)]


def _health(service: str, shard: int, look: Look, now_ms: int) -> Health:
    caught_up = look.meta.get("caught_up_at")
    behind_s = None if caught_up is None else max(0.0, (now_ms - int(caught_up)) / 1000)
    problem = look.meta.get("paused") or None
    if problem is None and behind_s is not None and behind_s > _BEHIND_S:
        problem = f"no owner has read it to the end for {behind_s:.0f} s: is {service} running?"
    if problem is None and behind_s is None:
        problem = f"no owner has read it yet: is {service} running?"
    position = look.positions.get(_PRIMARY[service], 0)
    return Health(service, shard, position, look.outbox_depth, behind_s, problem)


def spans(shards: list[int]) -> str:
    """Numbers with their gaps: 0-3, 7"""
    spans: list[list[int]] = []
    for shard in sorted(shards):
        if spans and spans[-1][1] == shard - 1:
            spans[-1][1] = shard
        else:
            spans.append([shard, shard])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)
