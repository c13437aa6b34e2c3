"""Wiring of the projector: it folds the journal and the keys into the front door's views."""

import os
import time

from checkin.rules.projection import Projection
from checkin.sweeping import Sweeper
from shared import days, process
from shared.kafka import SupervisedProducer
from shared.metrics import LoopMetrics
from shared.partitions import PartitionLoop
from shared.ports import Program
from shared.topics import JOURNAL, KEYS
from shared.views import PROJECTOR


def start() -> PartitionLoop:
    settings = process.WorkerSettings.read(os.environ)
    program = Program(PROJECTOR, "attune-projector", Projection(), JOURNAL, beside=(KEYS,))
    client = process.redis_for(settings)
    loop = process.partition_loop("projector", program, settings, client, LoopMetrics("projector"))
    producer = SupervisedProducer(settings.kafka, f"attune-sweeper-{settings.instance}", time.monotonic)
    clock = process.SystemClock()
    Sweeper(producer, client, settings.partitions, lambda: days.iso_instant(clock.now_ms())).start()
    return loop


if __name__ == "__main__":
    process.main("projector", start)
