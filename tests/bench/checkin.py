"""`POST /v1/check-ins` with everything on, beside a bare handler, alternating in one run.

The bare one is Flask and kafka-python's `send().get()` in 2 gthread workers of 32 threads, without auth,
validation, sealing, idempotency or limits. Load generator, Kafka and Redis share the machine with both.
"""

import http.client
import json
import os
import statistics
import sys
import tempfile
import uuid
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from threading import Event

from kafka import KafkaAdminClient

from deploy.native.ports import Ports, free_port, port_of
from deploy.native.probes import answers_http
from deploy.native.process import Process, Service
from deploy.native.stack import Stack
from deploy.native.waiting import until_ready
from tests.bench.load import Outcome, load, request

CONNECTIONS = 64
ROUNDS = 5
SECONDS = 10.0
WARM_UP_SECONDS = 5.0
PEOPLE = 200
UNLIMITED = ("ATTUNE_PEOPLE_PER_HOUR", "ATTUNE_REQUESTS_PER_MINUTE", "ATTUNE_ADDRESS_REQUESTS_PER_MINUTE")
NOTE = "We walked to the lake after work and talked about the summer, at last."


def main() -> None:
    """Print a line for each round and the ratio of the medians."""
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder), Ports.spare(), dict.fromkeys(UNLIMITED, "1000000"))
        stack.start()
        try:
            _measure(stack)
        finally:
            stack.stop()


def _measure(stack: Stack) -> None:
    tokens = [register(stack.ports.checkin, n) for n in range(PEOPLE)]
    ports = {"attune": stack.ports.checkin, "bare": port_of(_bare(stack).address)}
    # The folds are other processes' work: they would take the cores from both sides of the comparison.
    folds = [stack.processes[name] for name in ("projector", "streaks", "notifier")]
    for process in folds:
        process.sigstop()
    for port in ports.values():
        load(port, requests(tokens), CONNECTIONS, WARM_UP_SECONDS)
    _print_ratio(_alternate(ports, tokens))
    for process in folds:
        process.sigcont()
    print("all services folding beside it:")
    _print("attune", load(ports["attune"], requests(tokens), CONNECTIONS, SECONDS))


def _alternate(ports: dict[str, int], tokens: list[str]) -> dict[str, list[Outcome]]:
    measured: dict[str, list[Outcome]] = {name: [] for name in ports}
    for _ in range(ROUNDS):
        for name, port in ports.items():
            outcome = load(port, requests(tokens), CONNECTIONS, SECONDS)
            measured[name].append(outcome)
            _print(name, outcome)
    return measured


def register(port: int, number: int) -> str:
    """The token of a new person."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    body = json.dumps({"name": f"Person {number}", "zone": "Europe/Paris"})
    connection.request("POST", "/v1/people", body, {"Content-Type": "application/json"})
    return str(json.load(connection.getresponse())["token"])


def _bare(stack: Stack) -> Process:
    kafka = stack.processes["kafka"].address
    admin = KafkaAdminClient(bootstrap_servers=kafka)
    admin.create_topics({"bench.bare": {"num_partitions": 12, "replication_factor": 1}})
    admin.close()
    port = free_port()
    command = (sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-w", "2", "-k", "gthread")
    more = ("--threads", "32", "--keep-alive", "30", "--no-control-socket", "tests.bench.bare:app")
    env = dict(os.environ) | {"ATTUNE_KAFKA": kafka}
    service = Service("bare", (*command, *more), f"127.0.0.1:{port}", answers_http("/ready"), env)
    processes = stack.launch([service])
    until_ready(processes, 30, print, Event())
    return processes[0]


def requests(tokens: list[str], note: str = NOTE) -> Iterator[bytes]:
    """Check-ins of these people in turn, each under a key of its own."""
    body = json.dumps(
        {"kind": "feeling", "feelings": ["calm"], "note": note, "visibility": "shared"}
    ).encode()
    for token in cycle(tokens):
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f'"{uuid.uuid4()}"'}
        yield request("/v1/check-ins", body, headers)


def _print(name: str, outcome: Outcome) -> None:
    latencies = f"p50 {outcome.percentile_ms(0.5):6.1f} ms   p99 {outcome.percentile_ms(0.99):6.1f} ms"
    print(f"{name:8} {outcome.per_second:7.0f} req/s   {latencies}   {dict(outcome.statuses)}", flush=True)


def _print_ratio(measured: dict[str, list[Outcome]]) -> None:
    rate = {n: statistics.median(o.per_second for o in rounds) for n, rounds in measured.items()}
    p99 = {n: statistics.median(o.percentile_ms(0.99) for o in rounds) for n, rounds in measured.items()}
    faster, slower = rate["attune"] / rate["bare"], p99["attune"] / p99["bare"]
    print(f"medians of {ROUNDS}: {faster:.2f} x the bare handler's throughput (wanted: at least 1.25),")
    print(f"{slower:.2f} x its p99 (wanted: at most 0.5)", flush=True)


if __name__ == "__main__":
    main()
