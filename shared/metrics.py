"""What the partition loop tells Prometheus. Each service's names begin with its own; no ids in any label."""

from collections.abc import Callable, Iterable, Mapping
from importlib import metadata

from prometheus_client import REGISTRY, Counter, Histogram, Info
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from shared.kafka import REPLACED_FOR
from shared.partitions import PartitionLoop

_COMMIT_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
_LATENESS_BUCKETS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300)
_AGE_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300)


class LoopMetrics:
    """Implements `shared.ports.Watch`."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._events = Counter(f"{service}_events_total", "Records read, by what became of them", ["outcome"])
        self._commits = Counter(f"{service}_commits_total", "Shard commits, by Redis' reply", ["reply"])
        self._restarts = Counter(
            f"{service}_state_regressions_total", "Times a shard was started over, by reason", ["reason"]
        )
        self._replacements = Counter(
            f"{service}_producer_replacements_total", "Producers that had to be replaced", ["reason"]
        )
        self._lateness = Histogram(
            f"{service}_timer_lateness_seconds",
            "From the instant at which something fell due to its commit",
            buckets=_LATENESS_BUCKETS,
        )
        self._ages = Histogram(
            f"{service}_event_to_state_seconds",
            "From the append of the oldest record of a commit to the round that commits it",
            buckets=_AGE_BUCKETS,
        )
        # A series that begins with its first failure hides that failure: there was nothing to rise from.
        for outcome in ("applied", "poison"):
            self._events.labels(outcome)
        for reply in ("OK", "DUP", "MOVED"):
            self._commits.labels(reply)
        for reason in REPLACED_FOR:
            self._replacements.labels(reason)
        self.commit_seconds = Histogram(
            f"{service}_commit_seconds", "Duration of a shard commit", buckets=_COMMIT_BUCKETS
        )
        Info("tzdata", "The time zone data in use").info({"version": metadata.version("tzdata")})

    def folded(self, events: int, unreadable: int) -> None:
        self._events.labels("applied").inc(events)
        self._events.labels("poison").inc(unreadable)

    def committed(self, reply: str) -> None:
        self._commits.labels(reply).inc()

    def started_over(self, shard: int, reason: str) -> None:  # noqa: ARG002 the shard is in the log line
        self._restarts.labels(reason).inc()

    def fired(self, late_s: float) -> None:
        self._lateness.observe(max(0.0, late_s))

    def took(self, age_s: float) -> None:
        self._ages.observe(max(0.0, age_s))

    def replaced(self, reason: str) -> None:
        self._replacements.labels(reason).inc()


class ShardGauges(Collector):
    """Per shard: position, log end, lag, outbox depth and age, paused or not, what the rules count."""

    def __init__(
        self, service: str, loop: PartitionLoop, now_ms: Callable[[], int], tallies: Mapping[str, str]
    ) -> None:
        self._service = service
        self._loop = loop
        self._now_ms = now_ms
        self._tallies = tallies
        REGISTRY.register(self)

    def collect(self) -> Iterable[Metric]:
        next_offset = self._gauge("shard_next_offset", "Offset of the next record to fold")
        log_end = self._gauge("shard_log_end_offset", "Offset after the last record in the log")
        lag = self._gauge("shard_watermark_lag_seconds", "Age of the state: seconds since it was caught up")
        depth = self._gauge("outbox_depth", "Entries in the outbox at the last look")
        oldest = self._gauge(
            "outbox_oldest_seconds", "How long its oldest entry has waited; 0 if it is empty"
        )
        paused = self._gauge("shard_paused", "1 while the partition is paused and needs an operator")
        tallies = {name: self._gauge(name, meaning) for name, meaning in self._tallies.items()}
        primary, now_ms = self._loop.primary, self._now_ms()
        ends = self._loop.log_ends
        for shard, owner in list(self._loop.owners.items()):
            label = [str(shard)]
            next_offset.add_metric(label, owner.positions.get(primary, 0))
            log_end.add_metric(label, ends.get((primary, shard), 0))
            depth.add_metric(label, owner.outbox_depth)
            since_ms = owner.outbox_since_ms
            oldest.add_metric(label, 0 if since_ms is None else max(0, now_ms - since_ms) / 1000)
            paused.add_metric(label, owner.paused is not None)
            if owner.caught_up_ms is not None:
                lag.add_metric(label, max(0, now_ms - owner.caught_up_ms) / 1000)
            for name, gauge in tallies.items():
                gauge.add_metric(label, owner.tally.get(name, 0))
        yield from (next_offset, log_end, lag, depth, oldest, paused, *tallies.values())

    def _gauge(self, name: str, meaning: str) -> GaugeMetricFamily:
        return GaugeMetricFamily(f"{self._service}_{name}", meaning, labels=["shard"])
