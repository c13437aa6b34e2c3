"""How a site is, on one screen: what its workers, Redis and Kafka say, and what could not be asked."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TypeVar

from cli.shards import SERVICES, Health, read_health, spans
from cli.workers import Figure, Worker, addresses, ask_all
from shared import env
from shared.faults import LogUnavailable, StoreUnavailable
from shared.kafka import Reader
from shared.store import ShardStore, connect
from shared.topics import DEAD_LETTERS, JOURNAL, MOMENTS

T = TypeVar("T")
_READS = {"projector": JOURNAL, "streaks": JOURNAL, "notifier": MOMENTS}
_TRIES, _PAUSE_S = 10, 0.2
_OUTCOMES = ("delivered", "failed", "refused", "skipped")


@dataclass(frozen=True)
class Shards:
    """The partitions of one service; `lag` in records, None where Kafka could not be asked.

    `behind_s`: of the one that was last caught up longest ago, None if one never was.
    """

    service: str
    count: int
    behind_s: float | None
    lag: int | None
    outbox: int
    problems: list[str]


@dataclass
class Status:
    """What could not be found out is None, and `unreachable` says why."""

    workers: list[Worker] = field(default_factory=list)
    shards: list[Shards] = field(default_factory=list)
    due: int | None = None
    oldest_due_s: float | None = None
    deliveries: dict[str, int] | None = None
    dead_letters: int | None = None
    unreachable: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        return not (
            self.unreachable
            or any(worker.why_not for worker in self.workers)
            or any(shards.problems for shards in self.shards)
        )

    def as_json(self) -> dict[str, object]:
        """Everything but the workers' raw figures."""
        found = asdict(self) | {"is_well": self.is_well}
        for worker in found["workers"]:
            del worker["figures"]
        return found


def read_status(environ: env.Environment, partitions: int, now_ms: int) -> Status:
    """Ask everybody once. Raises `env.BadSetting` if it is not known whom."""
    status = Status(workers=ask_all(addresses(environ)))
    _count(status)
    ends = _tried(status, lambda: _bounds(environ, partitions))
    if ends is not None:
        starts, ends_now = ends
        status.dead_letters = sum(
            ends_now[DEAD_LETTERS, n] - starts[DEAD_LETTERS, n] for n in range(partitions)
        )
    health = _tried(status, lambda: _health(environ, partitions, now_ms))
    for service, found in (health or {}).items():
        status.shards.append(_summed(service, found, None if ends is None else ends[1]))
    return status


def _tried(status: Status, ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except (LogUnavailable, StoreUnavailable) as error:
        status.unreachable.append(str(error))
        return None


def _bounds(
    environ: env.Environment, partitions: int
) -> tuple[dict[tuple[str, int], int], dict[tuple[str, int], int]]:
    reader = Reader(env.kafka(environ), "attune-status")
    try:
        letters = [(DEAD_LETTERS, n) for n in range(partitions)]
        read = [(topic, n) for topic in set(_READS.values()) for n in range(partitions)]
        return _patiently(lambda: reader.starts(letters)), _patiently(lambda: reader.ends(letters + read))
    finally:
        reader.close()


def _patiently(ask: Callable[[], T]) -> T:
    """A client that has just connected does not know every leader; it asks, and soon does."""
    for _ in range(_TRIES):
        with suppress(LogUnavailable):
            return ask()
        time.sleep(_PAUSE_S)
    return ask()


def _health(environ: env.Environment, partitions: int, now_ms: int) -> dict[str, list[Health]]:
    cluster = env.text(environ, "ATTUNE_REDIS_CLUSTER", "0", ("0", "1")) == "1"
    client = connect(env.secret(environ, "ATTUNE_REDIS_URL"), cluster=cluster, timeout_s=2.0, retries=1)
    try:
        return {
            service: read_health(ShardStore(client, name), service, partitions, now_ms)
            for service, name in SERVICES.items()
        }
    finally:
        client.close()


def _summed(service: str, found: Sequence[Health], ends: dict[tuple[str, int], int] | None) -> Shards:
    ages = [health.behind_s for health in found]
    known = [age for age in ages if age is not None]
    topic = _READS[service]
    return Shards(
        service,
        len(found),
        max(known) if len(known) == len(ages) else None,
        None if ends is None else sum(max(0, ends[topic, h.shard] - h.position) for h in found),
        sum(health.outbox for health in found),
        [f"{spans(shards)}: {problem}" for problem, shards in _by_problem(found).items()],
    )


def _by_problem(found: Sequence[Health]) -> dict[str, list[int]]:
    """What many partitions suffer from is said once."""
    problems: dict[str, list[int]] = {}
    for health in found:
        if health.problem:
            problems.setdefault(health.problem, []).append(health.shard)
    return problems


def _count(status: Status) -> None:
    """What only the notifiers know, over all of them."""
    figures = [figure for worker in status.workers for figure in worker.figures]
    due = _named(figures, "notifier_due_depth")
    if not due:
        return
    status.due = round(sum(figure.value for figure in due))
    status.oldest_due_s = max((f.value for f in _named(figures, "notifier_oldest_due_seconds")), default=0.0)
    attempts = _named(figures, "notifier_deliveries_total")
    status.deliveries = {
        outcome: round(sum(f.value for f in attempts if f.labels["outcome"] == outcome))
        for outcome in _OUTCOMES
    }


def _named(figures: Sequence[Figure], name: str) -> list[Figure]:
    return [figure for figure in figures if figure.name == name]
