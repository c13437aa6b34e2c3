"""Wiring of the projector: it folds the journal and the keys into the front door's views."""

import os

from checkin.projection import Projection
from shared import process
from shared.metrics import LoopMetrics
from shared.partitions import PartitionLoop
from shared.ports import Program
from shared.topics import JOURNAL, KEYS
from shared.views import PROJECTOR


def start() -> PartitionLoop:
    settings = process.WorkerSettings.read(os.environ)
    program = Program(PROJECTOR, "attune-projector", Projection(), JOURNAL, beside=(KEYS,))
    client = process.redis_for(settings)
    return process.partition_loop("projector", program, settings, client, LoopMetrics("projector"))


if __name__ == "__main__":
    process.main("projector", start)
