"""A load over many connections, as cheap for the machine as Python can make it: one process, raw HTTP/1.1."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """Latencies in seconds of the answers by status, and how long the load went on."""

    seconds: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def per_second(self) -> float:
        return len(self.latencies_s) / self.seconds

    def percentile_ms(self, share: float) -> float:
        ordered = sorted(self.latencies_s)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as the last one is answered, until told to end."""

    def __init__(self, requests: Iterator[bytes], outcome: Outcome, until_s: float) -> None:
        self._requests = requests
        self._outcome = outcome
        self._until_s = until_s
        self._got = b""
        self._began_s = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, found, body = self._got.partition(b"\r\n\r\n")
        if not found or len(body) < _content_length(head):
            return
        now_s = time.perf_counter()
        self._outcome.latencies_s.append(now_s - self._began_s)
        self._outcome.statuses[int(head[9:12])] += 1
        self._got = b""
        if now_s < self._until_s:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def _send(self) -> None:
        self._began_s = time.perf_counter()
        self._transport.write(next(self._requests))


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return int(line[15:])
    return 0


async def _run(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Outcome:
    outcome = Outcome()
    began_s = time.perf_counter()
    loop = asyncio.get_running_loop()
    opened = [
        await loop.create_connection(
            lambda: _Connection(requests, outcome, began_s + seconds), "127.0.0.1", port
        )
        for _ in range(connections)
    ]
    await asyncio.wait([protocol.done for _, protocol in opened], timeout=seconds + 30)
    outcome.seconds = time.perf_counter() - began_s
    return outcome


def load(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Outcome:
    """Keep so many connections busy for so long."""
    return asyncio.run(_run(port, requests, connections, seconds))


def request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """One POST as bytes."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body
