"""What the front door tells Prometheus, each declared once. No label holds an id, a path or a name."""

from importlib import metadata

from prometheus_client import Counter, Gauge, Histogram, Info

from shared.kafka import REPLACED_FOR

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)

http_requests = Counter(
    "checkin_http_requests_total",
    "Requests answered, by route template and status",
    ["method", "route", "code"],
)
http_seconds = Histogram(
    "checkin_http_seconds", "Duration of requests", ["method", "route"], buckets=_BUCKETS
)
produce_seconds = Histogram(
    "checkin_produce_seconds", "From handing an event over to the broker's acknowledgement", buckets=_BUCKETS
)
inflight = Gauge("checkin_inflight", "Requests that are being answered")
waiting = Gauge("checkin_waiting", "Events that have gathered for the next lot")
producer_replacements = Counter(
    "checkin_producer_replacements_total", "Producers that had to be replaced", ["reason"]
)
redis_memory_share = Gauge(
    "checkin_redis_memory_share", "Used share of Redis' maxmemory, the fullest primary"
)

# A series that begins with its first failure hides that failure: there was nothing to rise from.
for _code in ("202", "500", "503"):
    http_requests.labels("POST", "/v1/check-ins", _code)
for _reason in REPLACED_FOR:
    producer_replacements.labels(_reason)

Info("tzdata", "The time zone data in use").info({"version": metadata.version("tzdata")})


def replaced(reason: str) -> None:
    """Count a producer that had to be replaced."""
    producer_replacements.labels(reason).inc()
