"""Wiring of the notifier."""

import os
import time

from notifier import metrics
from notifier.channels.webhook import Webhook
from notifier.config import Settings
from notifier.delivery import Deliveries
from notifier.record import NotifierRules
from notifier.worker import Worker
from shared import process
from shared.kafka import refuse_unfit_topics
from shared.master_key import refuse_wrong_master_key
from shared.metrics import LoopMetrics
from shared.partitions import PartitionLoop
from shared.ports import Program
from shared.store import Published
from shared.topics import MOMENTS, NUDGES
from shared.views import NOTIFIER

_CLOSE_S = 10.0


def start() -> PartitionLoop:
    settings = Settings.read(os.environ)
    client = process.redis_for(settings.shared)
    refuse_unfit_topics(settings.shared.kafka, settings.shared.partitions)
    refuse_wrong_master_key(
        settings.shared.kafka, settings.shared.partitions, settings.sealer, time.monotonic
    )
    deliveries = Deliveries({"webhook": Webhook(settings.webhook_hosts)}, process.SystemClock().now_ms)
    worker = Worker(Published(client, settings.shared.partitions), settings.sealer, deliveries)
    rules = NotifierRules(lambda kind: metrics.moments_late.labels(kind).inc())
    program = Program(NOTIFIER, "attune-notifier", rules, MOMENTS, beside=(NUDGES,), wake=worker)
    return process.partition_loop("notifier", program, settings.shared, client, LoopMetrics("notifier"))


if __name__ == "__main__":
    process.main("notifier", start)
