"""What the notifier counts, each declared once. No label holds an id, an address or a name."""

from prometheus_client import Counter, Gauge, Histogram

from shared.events.nudges import NudgeDropped, NudgeFailed, NudgeHeld, NudgeSent
from shared.nudging import DROPPED_BY, HELD_BY

moments_late = Counter(
    "notifier_moments_late_total", "Moments that came after their expiry and planned nothing", ["kind"]
)
nudges_sent = Counter("notifier_nudges_sent_total", "Nudges put into an inbox")
nudges_held = Counter(
    "notifier_nudges_held_total", "Decisions to hold a nudge, by the rule that held it", ["rule"]
)
nudges_dropped = Counter(
    "notifier_nudges_dropped_total", "Nudges dropped, by the rule that dropped them", ["rule"]
)

for _rule in HELD_BY:
    nudges_held.labels(_rule)
for _rule in DROPPED_BY:
    nudges_dropped.labels(_rule)

deliveries = Counter(
    "notifier_deliveries_total",
    "Attempts: delivered, failed (may be tried again), refused (for good), skipped (its turn came too late)",
    ["channel", "outcome"],
)
for _kind in ("webhook", "web_push", "email", "apprise"):
    for _outcome in ("delivered", "failed", "refused", "skipped"):
        # A series that begins with its first failure hides that failure: there was nothing to rise from.
        deliveries.labels(_kind, _outcome)
deliveries_given_up = Counter("notifier_deliveries_given_up_total", "Deliveries that ended without success")
attempt_seconds = Histogram(
    "notifier_attempt_seconds",
    "How long one attempt at delivery took",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15),
)
breaker_open = Gauge("notifier_breaker_open", "Endpoints that are left alone after failures in a row")
channel_fault = Gauge(
    "notifier_channel_fault", "1 while the site's own means for a channel cannot be used", ["channel"]
)
due_depth = Gauge(
    "notifier_due_depth", "Decisions and attempts that are due and wait for a view or a free slot"
)
oldest_due_seconds = Gauge("notifier_oldest_due_seconds", "How long the oldest of them has been due")


class Backlog:
    """What is due and waits, over all shards."""

    def __init__(self) -> None:
        self._since: dict[tuple[int, str], list[int]] = {}

    def note(self, shard: int, subject: str, since_ms: list[int]) -> None:
        """Since when each decision and attempt of a subject has been waiting; empty: none does."""
        if since_ms:
            self._since[shard, subject] = since_ms
        else:
            self._since.pop((shard, subject), None)

    def forget(self, shard: int) -> None:
        """The shard is another's."""
        self._since = {key: since for key, since in self._since.items() if key[0] != shard}

    def show(self, now_ms: int) -> None:
        """Bring the two gauges up to date."""
        waiting = [since_ms for subject in self._since.values() for since_ms in subject]
        due_depth.set(len(waiting))
        oldest_due_seconds.set((now_ms - min(waiting, default=now_ms)) / 1000)


def count(outcome: object) -> None:
    """Count what came of a nudge, once it is stored."""
    match outcome:
        case NudgeSent():
            nudges_sent.inc()
        case NudgeHeld(rule=rule):
            nudges_held.labels(rule).inc()
        case NudgeDropped(rule=rule):
            nudges_dropped.labels(rule).inc()
        case NudgeFailed():
            deliveries_given_up.inc()
