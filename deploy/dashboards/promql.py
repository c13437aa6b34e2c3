"""The words of which the panels' expressions are made."""

CHECKINS = 'method="POST",route=~"/v1/check-ins(/batch)?"'
"""What selects check-ins among the requests."""


WORKERS = ("projector", "streaks", "notifier")
"""Those that own shards."""


def of_workers(name: str, labels: str = "") -> str:
    """Selects a metric that each of the workers has under a name of its own."""
    more = f",{labels}" if labels else ""
    return f'{{__name__=~"({"|".join(WORKERS)})_{name}"{more}}}'


def of_all(name: str) -> str:
    """The same, with checkin."""
    return f'{{__name__=~"({"|".join(("checkin", *WORKERS))})_{name}"}}'


def rate(selector: str, over: str = "$window", by: str = "") -> str:
    """How often, per second."""
    return f"sum{_by(by)}(rate({selector}[{over}]))"


def number(selector: str, over: str = "$range", by: str = "") -> str:
    """How often, in all."""
    return f"sum{_by(by)}(increase({selector}[{over}]))"


def quantile(share: float, buckets: str, over: str = "$window", by: str = "") -> str:
    """What this share of the observations stays within."""
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({share}, {rate(buckets, over, labels)})"


def peak(gauge: str) -> str:
    """The greatest value of a gauge between two points of a chart: a peak is not to fall between them."""
    return f"max_over_time({gauge}[$window])"


def or_zero(expr: str, service: str) -> str:
    """Zero where nothing was counted yet, but only while there is a service that would count."""
    return f'({expr} or 0 * max(up{{service="{service}"}} == 1))'


def _by(labels: str) -> str:
    return f" by ({labels}) " if labels else ""
