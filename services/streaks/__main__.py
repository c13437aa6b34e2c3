"""Wiring of streaks."""

import os

from shared import process
from shared.metrics import LoopMetrics
from shared.partitions import PartitionLoop
from shared.ports import Program
from shared.topics import JOURNAL
from shared.views import STREAKS
from streaks.rules import TALLIES, StreakRules


def start() -> PartitionLoop:
    settings = process.WorkerSettings.read(os.environ)
    program = Program(STREAKS, "attune-streaks", StreakRules(), JOURNAL, passes_time=True, tallies=TALLIES)
    client = process.redis_for(settings)
    return process.partition_loop("streaks", program, settings, client, LoopMetrics("streaks"))


if __name__ == "__main__":
    process.main("streaks", start)
