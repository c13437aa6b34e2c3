"""Wiring of the front door. Gunicorn imports it in each worker, after the fork and runs its hooks."""

import os
import sys
import threading
import time
import zoneinfo
from importlib import metadata
from uuid import uuid4

import redis
import structlog

from checkin.app import create_app
from checkin.config import Settings
from checkin.door import metrics
from checkin.door.accept import Acceptance
from checkin.door.checks import Recent, readiness
from checkin.door.front import Front
from checkin.door.idempotency import RedisMarks, RedisPending
from checkin.door.limits import RedisLimits
from checkin.door.masks import Masks
from checkin.door.pressure import Pressure
from checkin.door.tokens import Tokens
from shared import health
from shared.kafka import SupervisedProducer, answers
from shared.logs import set_up_logs
from shared.process import calm_collector, use_log_key
from shared.published import Published
from shared.store import connect
from shared.topics import JOURNAL, KEYS

log = structlog.get_logger(__name__)


class SystemClock:
    """The wall clock, and the one for waits."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


set_up_logs("checkin")
if zoneinfo.TZPATH != ():
    sys.exit("Start with PYTHONTZPATH= (empty): the pinned time zone data must win over the system's.")
try:
    use_log_key(os.environ)
    settings = Settings.read(os.environ)
except ValueError as error:
    sys.exit(f"checkin cannot start. {error}")

client = connect(settings.shared.redis_url, cluster=settings.shared.redis_cluster, timeout_s=2.0, retries=1)
published = Published(client, settings.shared.partitions)
marks = RedisMarks(published)
producer = SupervisedProducer(
    settings.shared.kafka,
    f"checkin-{settings.shared.instance}-{os.getpid()}",
    time.monotonic,
    linger_ms=0,
    on_replaced=metrics.replaced,
)
acceptance = Acceptance(producer, settings.shared.partitions, marks.keep)
pressure = Pressure(client)
metrics.waiting.set_function(lambda: acceptance.lots.waiting)


def kafka_away() -> str | None:
    if not producer.ready((JOURNAL, KEYS)):
        return "Kafka has not told of the topics."
    # What the producer knows of the topics it still knows when Kafka has gone.
    return None if answers(settings.shared.kafka) else "Kafka does not answer."


def redis_away() -> str | None:
    try:
        client.ping()
    except redis.RedisError as error:
        return f"Redis does not answer: {type(error).__name__}."
    return None


front = Front(
    log=acceptance,
    store=published,
    marks=marks,
    pending=RedisPending(published),
    limits=RedisLimits(client),
    sealer=settings.sealer,
    tokens=Tokens(settings.token_key),
    masks=Masks(settings.token_key),
    clock=SystemClock(),
    new_id=lambda: str(uuid4()),
    tzdata=metadata.version("tzdata"),
    rules=settings.rules,
    helplines=settings.helplines,
    checks={"kafka": Recent(kafka_away, time.monotonic), "redis": Recent(redis_away, time.monotonic)},
    is_full=lambda: pressure.is_full,
)
app = create_app(front, settings.trusted_proxies, settings.origins)


def start() -> None:
    """Begin to send, to watch and to be scraped, in this worker."""
    calm_collector()
    marks.lots.start()
    acceptance.lots.start()
    pressure.start()
    threading.Thread(target=kafka_away, name="warm up", daemon=True).start()
    _serve_metrics(settings.shared.metrics_address.split(","))


def _serve_metrics(addresses: list[str]) -> None:
    """One port for each worker: the first address that no other worker holds."""
    for address in addresses:
        try:
            health.serve(address, lambda: True, lambda: readiness(front.checks))
        except OSError:
            continue
        return
    log.warning("no free metrics address", addresses=addresses)


def stop() -> None:
    """Send what has gathered, then end."""
    acceptance.lots.close()
    marks.lots.close()
    pressure.stop()
    producer.close()
