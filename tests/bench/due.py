"""Ten thousand nudges that fall due within one second: how soon has each been handed out for the first time?

The notifier as it really runs, over Kafka and Redis, with the views of ten thousand people. All receivers are
fifty endpoints that take 5 ms; everything shares this machine.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from deploy.native import broker, jars, servers, services
from deploy.native.keys import key_file
from deploy.native.ports import Ports
from deploy.native.stack import Stack
from shared import topics
from shared.days import iso_instant
from shared.events import Event, encode
from shared.events.moments import NudgeAsked
from shared.events.values import Span
from shared.kafka import SupervisedProducer
from shared.records import Message
from shared.sealing import Sealer, load_master_key
from shared.store import Client, ShardStore, Writes, connect, load_library
from shared.topics import MOMENTS, shard_of
from shared.views import PROJECTOR, STREAKS, pack
from shared.views.person import ChannelView, PersonView
from tests.bench.receivers import Receivers, running

NUDGES, ENDPOINTS, PARTITIONS = 10_000, 50, 12
PATIENCE_S = 120.0
EXPIRES_S = 600
HOUR_MS = 3_600_000
SECRET = "whsec_" + "A" * 44


def main() -> None:
    """With one worker and with two: how many had arrived after how long, how many after their expiry."""
    for workers in (1, 2):
        print(f"workers of the notifier: {workers}", flush=True)
        _run(workers)


def _run(workers: int) -> None:
    with tempfile.TemporaryDirectory() as folder, running(ENDPOINTS) as receivers:
        allowed = ",".join(f"127.0.0.1:{port}" for port in receivers.ports)
        stack = Stack(
            Path(folder),
            Ports.spare(),
            {"ATTUNE_WEBHOOK_ALLOW": allowed, "ATTUNE_NOTIFIER_WORKERS": str(workers)},
        )
        try:
            _start(stack, receivers)
            _measure(stack, receivers)
        finally:
            stack.stop()


def _start(stack: Stack, receivers: Receivers) -> None:
    run_dir, libs = stack.run_dir, jars.folder(print)
    launched = stack.launch([servers.redis(run_dir, stack.ports.redis)])
    broker.prepare(run_dir, stack.ports.kafka, stack.ports.controller, libs)
    launched += stack.launch([broker.kafka(run_dir, stack.ports.kafka, libs)])
    stack.await_ready(launched)
    stack.set_up_topics()
    sealer = Sealer(load_master_key(key_file(run_dir, "master").read_text()))
    client = connect(f"redis://127.0.0.1:{stack.ports.redis}/0", cluster=False)
    load_library(client)
    _publish_people(client, sealer, receivers)
    ours = services.ours(stack.ports, run_dir, stack.extra_env)
    stack.await_ready(stack.launch([service for service in ours if service.name.startswith("notifier")]))


def _publish_people(client: Client, sealer: Sealer, receivers: Receivers) -> None:
    """As the projector does it; it and streaks are caught up for an hour ahead, since neither runs here."""
    views: dict[int, dict[str, bytes | None]] = {shard: {} for shard in range(PARTITIONS)}
    now_ms = time.time_ns() // 1_000_000
    for n in range(NUDGES):
        for person, view in (
            (_id(n), _person(n, sealer, receivers)),
            (_id(n + NUDGES), PersonView(_spans(), "en", "", "", 0, couple=_id(n))),
        ):
            subject = topics.person(person)
            views[shard_of(subject, PARTITIONS)][subject] = pack(view)
    for service, published in ((PROJECTOR, views), (STREAKS, {shard: {} for shard in views})):
        store = ShardStore(client, service)
        for shard, here in published.items():
            store.commit(shard, "", "a:1", Writes({}, {}, {}, here, [], []))
            store.look(shard, "a:1", now_ms + HOUR_MS)


def _person(n: int, sealer: Sealer, receivers: Receivers) -> PersonView:
    person, url = _id(n), f"http://127.0.0.1:{receivers.ports[n % ENDPOINTS]}/{n}"
    key = sealer.new_key(person)
    sealed = [sealer.seal(person, key, "added", *text) for text in (("address", url), ("secret", SECRET))]
    channel = ChannelView("webhook", sealed[0], sealed[1], "added", verified_ms=1)
    return PersonView(_spans(), "en", "", "", 0, channels={"hook": channel}, couple=_id(n), key=key)


def _spans() -> tuple[Span, ...]:
    return (Span(0, _zone_at_noon(), 180),)


def _zone_at_noon() -> str:
    """Where it is about noon, so that no quiet hours hold anything."""
    ahead = 12 - time.gmtime().tm_hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def _id(n: int) -> str:
    return str(UUID(int=n + 1, version=4))


def _moments() -> Iterator[Message]:
    now_ms = time.time_ns() // 1_000_000
    for n in range(NUDGES):
        subject = topics.couple(_id(n))
        data = NudgeAsked(_id(n + NUDGES), _id(n), now_ms + EXPIRES_S * 1000)
        event = Event(f"m{n}", "nudge.asked", "attune/streaks", iso_instant(now_ms), subject, data)
        yield Message(MOMENTS, shard_of(subject, PARTITIONS), subject.encode(), encode(event))


def _measure(stack: Stack, receivers: Receivers) -> None:
    print(f"load averages: {' '.join(f'{load:.1f}' for load in os.getloadavg())}", flush=True)
    messages = list(_moments())
    producer = SupervisedProducer(
        f"127.0.0.1:{stack.ports.kafka}", "bench", time.monotonic, max_undecided=20_000
    )
    producer.ready((MOMENTS,))
    began_s = time.time()
    for sending in [producer.send(message) for message in messages]:
        sending.wait(30)
    fell_due_s = time.time() - began_s
    producer.close()
    first: dict[str, float] = {}
    while len(first) < NUDGES and time.time() < began_s + PATIENCE_S:
        time.sleep(0.5)
        for nudge, at_s in receivers.arrivals():
            first.setdefault(nudge, at_s - began_s)
    _print(fell_due_s, sorted(first.values()))
    cpu_s = sum(
        _cpu_s(process.pid) for name, process in stack.processes.items() if name.startswith("notifier")
    )
    print(f"the notifier took {cpu_s:.1f} s of CPU, its start included", flush=True)


def _cpu_s(pid: int) -> float:
    """What a process has used so far: less dependent on what else this machine does than the clock."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _print(fell_due_s: float, first_s: list[float]) -> None:
    print(f"{NUDGES} fell due within {fell_due_s:.1f} s; first attempts that had arrived after")
    for share in (0.5, 0.9, 0.99, 1.0):
        nth = round(share * NUDGES)
        when = f"{first_s[nth - 1]:.1f} s" if nth <= len(first_s) else "never"
        print(f"  {share:4.0%}  {when}")
    late = sum(at_s > EXPIRES_S for at_s in first_s)
    print(f"{len(first_s)} arrived, {late} after their expiry; wanted: 20 s, none late", flush=True)
    print(f"load averages: {' '.join(f'{load:.1f}' for load in os.getloadavg())}", flush=True)


if __name__ == "__main__":
    main()
