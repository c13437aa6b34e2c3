"""What a couple and an entry take up, on disk and in Redis: python tests/deploy/sizing.py [COUPLES]

Sites of so many couples with 20 and with 60 days behind them, in which both members check in once a day and
every third entry has a note. What the two differ by is the entries', what is left is the couples'.
"""

import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple
from uuid import UUID

from checkin.door.tokens import Tokens
from cli import backdating
from cli.history import Checkin, Desk, Pairing, Past, Person

from deploy.native import broker, jars, servers, services
from deploy.native.ports import Ports
from deploy.native.stack import Stack
from shared.days import DAY_MS
from shared.events.values import Kind
from shared.sealing import Sealer
from shared.store import Client, connect
from shared.topics import DEFAULT_PARTITIONS, JOURNAL, KEYS
from tests.chaos.settling import until_settled

_DAYS = (20, 60)
_KINDS: tuple[Kind, ...] = ("feeling", "quality_time", "appreciation", "vulnerability")
_NOTE = "It was good to walk home together after all that rain, slowly, talking."
_MIB = 1024 * 1024


class Sizes(NamedTuple):
    """Bytes: the journal and the keys on disk, Redis' memory and its file; seconds to fold it all."""

    journal: int
    keys: int
    redis: int
    aof: int
    rebuilt_s: float


def main(couples: int) -> None:
    short, long = (measured(couples, days) for days in _DAYS)
    entries = 2 * couples * (_DAYS[1] - _DAYS[0])
    print(f"{couples} couples, {_DAYS[0]} and {_DAYS[1]} days of two entries each")
    for name in ("journal", "keys", "redis", "aof"):
        per_entry = (getattr(long, name) - getattr(short, name)) / entries
        per_couple = getattr(short, name) / couples - per_entry * 2 * _DAYS[0]
        print(f"{name:8} {per_entry:7.0f} bytes an entry, {per_couple:7.0f} bytes a couple", long)
    print(
        f"folded again after Redis was emptied: {long.rebuilt_s:.0f} s for {2 * couples * _DAYS[1]} entries"
    )


def measured(couples: int, days: int) -> Sizes:
    """A site with such a past, folded, then folded again."""
    with tempfile.TemporaryDirectory() as folder:
        run_dir = Path(folder)
        stack = Stack(run_dir, Ports.spare(), {"ATTUNE_REDIS_MAXMEMORY": "4gb"})
        kafka, store = f"127.0.0.1:{stack.ports.kafka}", f"redis://127.0.0.1:{stack.ports.redis}/0"
        try:
            start_servers(stack)
            client = connect(store, cluster=False)
            empty = used(client)
            backdating.write(kafka, past(Random(7), couples, days), DEFAULT_PARTITIONS)
            stack.launch(services.ours(stack.ports, stack.run_dir, {}))
            settled(kafka, client)
            memory, file = used(client) - empty, file_bytes(client, run_dir)
            client.flushall()
            began_s = time.monotonic()
            settled(kafka, client)
            rebuilt_s = time.monotonic() - began_s
        finally:
            stack.stop()
        return Sizes(log_bytes(run_dir, JOURNAL), log_bytes(run_dir, KEYS), memory, file, rebuilt_s)


def start_servers(stack: Stack) -> None:
    """Kafka with its topics, and Redis; no service."""
    libs = jars.folder(print)
    broker.prepare(stack.run_dir, stack.ports.kafka, stack.ports.controller, libs)
    kafka = broker.kafka(stack.run_dir, stack.ports.kafka, libs)
    redis = servers.redis(stack.run_dir, stack.ports.redis, "4gb")
    stack.await_ready(stack.launch([kafka, redis]))
    stack.set_up_topics()


def used(client: Client) -> int:
    return int(client.info("memory")["used_memory"])


def file_bytes(client: Client, run_dir: Path) -> int:
    """The append-only file once it has been written anew."""
    client.bgrewriteaof()
    while any(client.info("persistence")[f"aof_rewrite_{word}"] for word in ("in_progress", "scheduled")):
        time.sleep(0.2)
    return sum(file.stat().st_size for file in (run_dir / "redis" / "appendonlydir").iterdir())


def settled(kafka: str, client: Client) -> None:
    left = until_settled(kafka, client, DEFAULT_PARTITIONS, timeout_s=600)
    if left:
        raise TimeoutError(f"{len(left)} things were still to be done, such as: {left[0]}")


def past(chance: Random, couples: int, days: int) -> list[backdating.Dated]:
    """The same couples every time, up to yesterday."""
    numbers = count(1)
    desk = Desk(Sealer(bytes(32)), Tokens(bytes(32)), lambda: _uuid(chance), "2026.6")
    told, until_ms = Past(desk, DEFAULT_PARTITIONS), time.time_ns() // 1_000_000 // DAY_MS * DAY_MS
    began_ms = until_ms - days * DAY_MS
    for _ in range(couples):
        pair = [Person(_uuid(chance), f"Person {next(numbers)}", "Europe/Paris", began_ms) for _ in "ab"]
        for person in pair:
            told.register(person)
        told.pair(Pairing(pair[0].id, pair[1].id, began_ms + 60_000))
        for day in range(days):
            for person in pair:
                at_ms = began_ms + day * DAY_MS + chance.randrange(8 * 3_600_000, 19 * 3_600_000)
                note = _NOTE if (day + next(numbers)) % 3 == 0 else None
                told.check_in(Checkin(person.id, at_ms, chance.choice(_KINDS), note=note))
    return told.written(until_ms)


def _uuid(chance: Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))


def log_bytes(run_dir: Path, topic: str) -> int:
    """What the segments of a topic hold, once Kafka has ended and cut its spare room off."""
    return sum(f.stat().st_size for f in (run_dir / "kafka" / "data").glob(f"{topic}-*/*") if f.is_file())


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 300)
