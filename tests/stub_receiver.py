"""A webhook receiver on this machine whose answer depends on the path, for better and for worse."""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from typing import Any, NamedTuple


class Arrived(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes


class StubReceiver(ThreadingHTTPServer):
    """`/<status>` answers with it; `/hang`, `/trickle`, `/slow-body`, `/endless` and `/reset` do as they say.

    None of them ends by itself before the test does: whoever does not cut it off waits in vain.

    `always`: as if every request had come to this path. `answer`: the body of what is answered.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.arrived: list[Arrived] = []
        self.answer_headers: dict[str, str] = {}
        self.always = ""
        self.answer = b"thanks"
        self.let_go = threading.Event()

    @property
    def port(self) -> int:
        return self.server_port

    def url(self, path: str, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what these tests are about."""


class _Answers(BaseHTTPRequestHandler):
    server: StubReceiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.arrived.append(Arrived(self.path, headers, body))
        word = (self.server.always or self.path).strip("/").partition("?")[0]
        if word.isdigit():
            self._answer(int(word), self.server.answer)
        else:
            getattr(self, f"_{word.replace('-', '_')}")()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name in http.server
        """Quiet."""

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        for name, value in self.server.answer_headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def _hang(self) -> None:
        self.server.let_go.wait(100)

    def _trickle(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\nx-long: ")
        self._drip(b"a")

    def _slow_body(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
        self._drip(b"a")

    def _big(self) -> None:
        self._answer(200, b"a" * 1_000_000)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _endless(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
        while not self.server.let_go.is_set():
            self.wfile.write(b"a" * 65536)

    def _drip(self, data: bytes) -> None:
        """Byte by byte, over and over, until the test is done."""
        for byte in cycle(data):
            if self.server.let_go.wait(0.05):
                return
            self.wfile.write(bytes([byte]))
            self.wfile.flush()


@contextlib.contextmanager
def running(tls: ssl.SSLContext | None = None) -> Iterator[StubReceiver]:
    receiver = StubReceiver(tls)
    thread = threading.Thread(target=receiver.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.let_go.set()
        receiver.shutdown()
        thread.join()
        receiver.server_close()
