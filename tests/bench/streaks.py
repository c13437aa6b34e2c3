"""The streaks engine on one core: events folded and committed a second, beside a consumer that only reads.

The workload is five months of a site of a thousand couples, so most days freeze as they would in use.
The worker is `python -m streaks`, pinned to one core; Kafka, Redis and this process have the others. What is
appended is dated, so that days close and freeze as they would have. Figures whose streaks or moments are
wrong are void. CPU time says more than the clock where the machine has other work.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition
from kafka.admin import MemberToRemove
from kafka.errors import RetriableError

from deploy.native.alone import running_kafka, running_redis
from deploy.native.places import ROOT, RunDir
from deploy.native.ports import free_port
from deploy.native.probes import answers_http
from deploy.native.process import Process, Service
from shared.kafka import Reader, make_topics
from shared.store import Client, connect, shard_keys
from shared.topics import JOURNAL, MOMENTS, shard_of
from shared.views import STREAKS
from shared.views.streak import StreakView
from tests.bench.journal import Journal

PARTITIONS = 12
GROUP = "attune-streaks"
WORKLOAD = Journal(couples=1000, days=160)
ROUNDS = 3
NOTHING_IS_PUBLISHED = 2**60
LIMIT_S = 600

T = TypeVar("T")

Ends = Mapping[tuple[str, int], int]


class Outcome(NamedTuple):
    """What one run took: wall-clock seconds, and CPU seconds of the pinned process."""

    seconds: float
    cpu_s: float


def main() -> None:
    """Print a line for each run: the consumer alone, a rebuild, and with every moment published."""
    worker_core, *others = sorted(os.sched_getaffinity(0))
    # What is started from here on inherits the rest of the cores.
    os.sched_setaffinity(0, others or {worker_core})
    with (
        tempfile.TemporaryDirectory() as folder,
        running_kafka(Path(folder)) as kafka,
        running_redis(Path(folder)) as redis,
    ):
        bench = Bench(Path(folder), kafka.address, redis.address, worker_core)
        bench.load()
        print(f"{WORKLOAD}: {WORKLOAD.events} events, {WORKLOAD.moments} moments")
        for _ in range(ROUNDS):
            _print("consumer", bench.consumer())
            _print("rebuild", bench.run(NOTHING_IS_PUBLISHED, moments=0))
            _print("published", bench.run(0, moments=WORKLOAD.moments))


def _print(name: str, outcome: Outcome) -> None:
    rate, cpu_us = WORKLOAD.events / outcome.seconds, 1e6 * outcome.cpu_s / WORKLOAD.events
    load = os.getloadavg()[0]
    print(
        f"{name:10} {rate:8.0f} events/s   {cpu_us:5.1f} us of CPU an event   (load {load:.1f})", flush=True
    )


@dataclass(frozen=True)
class Bench:
    """Servers, and the core for whom is measured."""

    folder: Path
    kafka: str
    redis: str
    core: int

    def load(self) -> None:
        """Append the workload, dated as it says."""
        admin = KafkaAdminClient(bootstrap_servers=self.kafka)
        configs = {"message.timestamp.type": "CreateTime", "message.timestamp.after.max.ms": str(2**63 - 1)}
        settings = {"num_partitions": PARTITIONS, "replication_factor": 1, "configs": configs}
        admin.create_topics({JOURNAL: settings})
        admin.wait_for_topics([JOURNAL], timeout_ms=15000)
        admin.close()
        make_topics(self.kafka, PARTITIONS)
        producer = KafkaProducer(
            bootstrap_servers=self.kafka, acks="all", linger_ms=20, batch_size=262144, max_request_size=2**20
        )
        for line in WORKLOAD.lines():
            shard = shard_of(line.subject, PARTITIONS)
            producer.send(JOURNAL, line.value, line.subject.encode(), None, shard, line.at_ms)
        producer.flush()
        producer.close()

    def consumer(self) -> Outcome:
        """kafka-python alone, which polls the same records and does nothing with them."""
        what = ("-m", "tests.bench.consumer", self.kafka, JOURNAL, str(PARTITIONS), str(WORKLOAD.events))
        done = subprocess.run(
            self._pinned(*what), cwd=ROOT, check=True, capture_output=True, text=True, timeout=300
        )
        read, seconds, cpu_s = done.stdout.split()
        assert int(read) == WORKLOAD.events
        return Outcome(float(seconds), float(cpu_s))

    def run(self, mark: int, moments: int) -> Outcome:
        """Fold it all from an empty Redis; what the mark has not passed is published and acknowledged."""
        client = connect(f"redis://{self.redis}/0", cluster=False)
        client.flushall()
        self._set_mark(mark)
        reader = Reader(self.kafka, "bench")
        ends = reader.ends((JOURNAL, shard) for shard in range(PARTITIONS))
        before = reader.ends((MOMENTS, shard) for shard in range(PARTITIONS))
        outcome = self._worked(client, ends)
        _check_streaks(client)
        _check_moments(reader, before, moments)
        reader.close()
        client.close()
        return outcome

    def _worked(self, client: Client, ends: Ends) -> Outcome:
        run_dir, metrics = RunDir(self.folder), f"127.0.0.1:{free_port()}"
        run_dir.log("streaks").unlink(missing_ok=True)
        env = dict(os.environ) | {
            "ATTUNE_KAFKA": self.kafka,
            "ATTUNE_REDIS_URL": f"redis://{self.redis}/0",
            "ATTUNE_PARTITIONS": str(PARTITIONS),
            "ATTUNE_INSTANCE": "0",
            "ATTUNE_METRICS_ADDRESS": metrics,
            "PYTHONTZPATH": "",
        }
        command = self._pinned("-m", "streaks")
        process = Process(Service("streaks", command, metrics, answers_http("/livez"), env), run_dir)
        process.start()
        try:
            began_s = _awaited(process, lambda: _assigned_s(run_dir.log("streaks")), every_s=0.005)
            cpu_s = _cpu_of(process.pid)
            _awaited(process, lambda: _is_done(client, ends) or None, every_s=0.05)
            return Outcome(time.time() - began_s, _cpu_of(process.pid) - cpu_s)
        finally:
            process.stop()

    def _pinned(self, *words: str) -> tuple[str, ...]:
        return ("taskset", "-c", str(self.core), sys.executable, *words)

    def _set_mark(self, mark: int) -> None:
        admin = KafkaAdminClient(bootstrap_servers=self.kafka)
        while True:
            try:
                admin.remove_group_members(GROUP, [MemberToRemove(group_instance_id=f"{GROUP}-0")])
                break
            except RetriableError:
                time.sleep(0.2)
        admin.reset_group_offsets(
            GROUP, {TopicPartition(JOURNAL, shard): mark for shard in range(PARTITIONS)}
        )
        admin.close()


def _awaited(process: Process, found: Callable[[], T | None], *, every_s: float) -> T:
    """What is found at last. The worker's last words are shown if it ends before, or takes too long."""
    deadline_s = time.monotonic() + LIMIT_S
    while (it := found()) is None:
        assert process.is_alive(), process.last_lines()
        assert time.monotonic() < deadline_s, process.last_lines()
        time.sleep(every_s)
    return it


def _assigned_s(log: Path) -> float | None:
    """When the worker was given all its partitions, by its own log."""
    for line in log.read_text().splitlines() if log.exists() else ():
        if line.startswith("{"):
            said = json.loads(line)
            if said["event"] == "assigned" and len(said["shards"]) == PARTITIONS:
                return datetime.fromisoformat(said["timestamp"]).timestamp()
    return None


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _is_done(client: Client, ends: Ends) -> bool:
    """Whether every position is at its end and every outbox empty."""
    for shard in range(PARTITIONS):
        meta, outbox = shard_keys(STREAKS, shard)[0], shard_keys(STREAKS, shard)[4]
        if int(client.hget(meta, f"pos:{JOURNAL}") or 0) < ends[JOURNAL, shard] or client.xlen(outbox):
            return False
    return True


def _check_streaks(client: Client) -> None:
    """Everybody has kept every day."""
    counts = [
        (view.count, view.longest)
        for shard in range(PARTITIONS)
        for name, packed in client.hscan_iter(shard_keys(STREAKS, shard)[2], match="streak/*", count=1000)
        for view in [msgspec.msgpack.decode(packed, type=StreakView)]
    ]
    assert counts == [(WORKLOAD.days, WORKLOAD.days)] * WORKLOAD.couples


def _check_moments(reader: Reader, before: Ends, moments: int) -> None:
    """So many have been published since, each once."""
    after = reader.ends(before)
    ids: list[str] = []
    reader.assign(before)
    for partition, offset in before.items():
        reader.seek(partition, offset)
    while len(ids) < sum(after.values()) - sum(before.values()):
        for records in reader.poll(1000, 5000).values():
            ids += [msgspec.json.decode(record.value or b"")["id"] for record in records]
    assert len(set(ids)) == len(ids) == moments
