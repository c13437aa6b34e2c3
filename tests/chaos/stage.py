"""The stack of a run: its servers first, then a past, then the services that fold it."""

import os
import random
import sys
import time
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from uuid import UUID

from checkin.door.tokens import Tokens
from cli import backdating
from cli.history import Desk

from deploy.native import broker, jars, servers, services
from deploy.native.keys import key_file
from deploy.native.ports import Ports, free_port
from deploy.native.probes import answers_http
from deploy.native.process import Process, Service
from deploy.native.stack import Stack
from shared.sealing import Sealer, load_master_key
from shared.store import Client, connect
from tests.chaos import addresses, arrivals
from tests.chaos.addresses import Receivers
from tests.chaos.arrivals import Arrival
from tests.chaos.cast import Cast, Casting, Window
from tests.chaos.ledger import Ledger
from tests.chaos.load import CheckingIn, now_ms
from tests.chaos.receivers import READY
from tests.notifier.test_webhook_tls import certificate_for

PARTITIONS = 12
STARTS_IN_MS = 12_000
"""From drawing the cast to the first fault."""
MOST_CUT_BYTES = 65_536
_PATIENCE_S = 30.0


class Stage:
    """Attune's processes as they really run, on spare ports, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.ports = Ports.spare()
        self.receivers = Receivers(self.ports.receiver, free_port())
        self._smtp_port = free_port()
        self._webhooks, self._others = folder / "webhooks.jsonl", folder / "others.jsonl"
        self._certificate = certificate_for("localhost", folder)
        env = {
            "ATTUNE_PARTITIONS": str(PARTITIONS),
            "ATTUNE_PEOPLE_PER_HOUR": "1000000",
            "ATTUNE_INVITES_PER_HOUR": "1000000",
            "ATTUNE_REQUESTS_PER_MINUTE": "1000000",
            "ATTUNE_ADDRESS_REQUESTS_PER_MINUTE": "1000000",
            "ATTUNE_NUDGES_PER_HOUR": "1000000",
            "ATTUNE_WEBHOOK_ALLOW": ",".join(f"127.0.0.1:{port}" for port in self.receivers),
            **self._mail_server(),
        }
        self.stack = Stack(folder / "run", self.ports, env)

    @property
    def kafka(self) -> str:
        return f"127.0.0.1:{self.ports.kafka}"

    def redis(self, timeout_s: float = 5.0, retries: int = 3) -> Client:
        address = f"redis://127.0.0.1:{self.ports.redis}/0"
        return connect(address, cluster=False, timeout_s=timeout_s, retries=retries)

    def process(self, name: str) -> Process:
        return self.stack.processes[name]

    def start_servers(self) -> None:
        """Kafka with its topics, Redis and the receivers."""
        run_dir, libs = self.stack.run_dir, jars.folder(print)
        quick = [
            servers.redis(run_dir, self.ports.redis),
            servers.receiver(self.ports, str(self._webhooks)),
            self._other_receivers(),
        ]
        launched = self.stack.launch(quick)
        broker.prepare(run_dir, self.ports.kafka, self.ports.controller, libs)
        launched += self.stack.launch([broker.kafka(run_dir, self.ports.kafka, libs)])
        self.stack.await_ready(launched)
        self.stack.set_up_topics()

    def _other_receivers(self) -> Service:
        port = self.receivers.http_port
        words = {
            "http-port": port,
            "smtp-port": self._smtp_port,
            "certificate": self._certificate,
            "ledger": self._others,
        }
        told = (word for name, value in words.items() for word in (f"--{name}", str(value)))
        command = (sys.executable, "-m", "tests.chaos.receivers", *told)
        return Service("receivers", command, f"127.0.0.1:{port}", answers_http(READY), os.environ)

    def _mail_server(self) -> dict[str, str]:
        return {
            "ATTUNE_SMTP_HOST": "localhost",
            "ATTUNE_SMTP_PORT": str(self._smtp_port),
            "ATTUNE_SMTP_FROM": arrivals.SENDER,
            "ATTUNE_SMTP_USERNAME": "attune",
            "ATTUNE_SMTP_PASSWORD": "right",
            "ATTUNE_SMTP_CAFILE": str(self._certificate),
        }

    def cast(self, chance: random.Random, length_s: float, size: int) -> Cast:
        """Draw the cast for a run of this length, and write its past."""
        from_ms = now_ms() + STARTS_IN_MS
        window = Window(from_ms, from_ms + round(length_s * 1000))
        cast = Casting(chance, window, self._desk(chance), PARTITIONS, size).cast()
        backdating.write(self.kafka, cast.past, PARTITIONS)
        return cast

    def start_services(self, names: Sequence[str], *, wait: bool) -> None:
        """Start these, and on request wait until they are ready."""
        ours = services.ours(self.ports, self.stack.run_dir, self.stack.extra_env)
        launched = self.stack.launch([service for service in ours if service.name in names])
        if wait:
            self.stack.await_ready(launched)

    def open_channels(self, cast: Cast, chance: random.Random) -> None:
        """Channels of every kind, spread over everybody."""
        ways = addresses.dealt([part.person for part in cast.parts], chance)
        addresses.open_all(self.ports.checkin, self.receivers, ways, cast.tokens, self._code_of)

    def arrived(self) -> list[Arrival]:
        """What has reached the receivers by now."""
        return arrivals.read(self._webhooks, self._others)

    def check_in_early(self, cast: Cast, ledger: Ledger) -> None:
        """Those who have something to say before streaks and the notifier are there."""
        checking_in = CheckingIn(self.ports.checkin, ledger)
        until_s = time.monotonic() + _PATIENCE_S
        for part in cast.parts:
            if part.early:
                token = cast.tokens[part.person]
                checking_in.until_acknowledged(
                    part.person, token, {"kind": "feeling"}, lambda: time.monotonic() < until_s
                )
        checking_in.close()

    def cut_redis(self, chance: random.Random) -> None:
        """Take off the end of the append-only file, as a host that loses its power does. Redis is down."""
        files = (self.stack.run_dir.path / "redis").glob("appendonlydir/*.incr.aof")
        newest = max(files, key=lambda file: file.stat().st_mtime)
        size = newest.stat().st_size
        os.truncate(newest, size - chance.randrange(min(size, MOST_CUT_BYTES)))

    def stop(self) -> None:
        """At once: there is nothing left to finish."""
        for process in self.stack.processes.values():
            process.kill9()
        self.stack.stop()

    def _code_of(self, channel: str) -> str:
        """The code that verifies a channel: it arrives only once there is a notifier."""
        key = load_master_key(key_file(self.stack.run_dir, "token").read_text())
        return Tokens(key).digits(channel)

    def _desk(self, chance: random.Random) -> Desk:
        master, token = (
            load_master_key(key_file(self.stack.run_dir, name).read_text()) for name in ("master", "token")
        )
        return Desk(
            sealer=Sealer(master),
            tokens=Tokens(token),
            new_id=lambda: str(UUID(int=chance.getrandbits(128), version=4)),
            tzdata=metadata.version("tzdata"),
        )
