"""Many receivers of webhooks in a process of their own: good ones, and one of each bad kind."""

import asyncio
import contextlib
import multiprocessing as mp
import socket
import struct
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

TAKES_S = 0.005
_ANSWER = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
_METADATA = (
    b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/meta-data\r\nContent-Length: 0\r\n\r\n"
)
_BROKEN = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
_FOREVER_S = 3600.0

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


async def _good(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(TAKES_S)
    writer.write(_ANSWER)


async def _hangs(_writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(_FOREVER_S)


async def _drips(writer: asyncio.StreamWriter) -> None:
    for byte in _ANSWER * 100:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(1)


async def _resets(writer: asyncio.StreamWriter) -> None:
    found: socket.socket = writer.get_extra_info("socket")
    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def _redirects(writer: asyncio.StreamWriter) -> None:
    writer.write(_METADATA)


async def _fails(writer: asyncio.StreamWriter) -> None:
    writer.write(_BROKEN)


async def _never_ends(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"a" * 16384)
        await writer.drain()


HOSTILE: dict[str, Answer] = {
    "hangs": _hangs,
    "drips a byte a second": _drips,
    "resets": _resets,
    "redirects to metadata": _redirects,
    "500, again and again": _fails,
    "endless body": _never_ends,
}
"""What an endpoint can do over plain HTTP. Bad TLS and a changing name are up to the address."""


class Receivers:
    """`ports`: those of the good ones. `hostile`: the port of each bad kind."""

    def __init__(self, pipe: Connection, ports: list[int], hostile: dict[str, int]) -> None:
        self.ports = ports
        self.hostile = hostile
        self._pipe = pipe

    def arrivals(self) -> list[tuple[str, float]]:
        """What has arrived at the good ones since the last call: the id, and the seconds since 1970."""
        self._pipe.send("arrivals")
        found: list[tuple[str, float]] = self._pipe.recv()
        return found


@contextmanager
def running(count: int) -> Iterator[Receivers]:
    """So many good ones, and the bad ones."""
    ours, theirs = mp.Pipe()
    process = mp.get_context("spawn").Process(target=_serve, args=(theirs, count), daemon=True)
    process.start()
    ports, hostile = ours.recv()
    try:
        yield Receivers(ours, ports, hostile)
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Connection, count: int) -> None:
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_served(pipe, count))


async def _served(pipe: Connection, count: int) -> None:
    arrived: list[tuple[str, float]] = []
    ports = [await _listening(_good, arrived) for _ in range(count)]
    hostile = {name: await _listening(answer, []) for name, answer in HOSTILE.items()}
    pipe.send((ports, hostile))
    loop = asyncio.get_running_loop()

    def asked() -> None:
        pipe.recv()
        pipe.send(list(arrived))
        arrived.clear()

    loop.add_reader(pipe.fileno(), asked)
    await asyncio.Event().wait()


async def _listening(answer: Answer, arrived: list[tuple[str, float]]) -> int:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            await reader.readexactly(int(_header(head, "content-length")))
            arrived.append((_header(head, "webhook-id"), time.time()))
            await answer(writer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, backlog=1024)
    return int(server.sockets[0].getsockname()[1])


def _header(head: str, name: str) -> str:
    return head.partition(f"\r\n{name}: ")[2].partition("\r\n")[0]
