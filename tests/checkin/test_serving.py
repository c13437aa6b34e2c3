"""The server under the front door, by the byte: what is no request, or could be taken for two, is refused."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from checkin.door.safeguards import safe

from deploy.native.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
POST = b"POST / HTTP/1.1\r\nHost: h\r\n"


@pytest.fixture(scope="module")
def log_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that the server writes while it serves."""
    return tmp_path_factory.mktemp("server") / "log"


@pytest.fixture(scope="module")
def port(log_file: Path) -> Iterator[int]:
    port = free_port()
    command = (sys.executable, "-m", "gunicorn", "-k", "checkin.serving.Worker", "--no-control-socket")
    env = os.environ | {"PYTHONPATH": f"{ROOT / 'services'}:{ROOT}"}
    with log_file.open("wb") as log:
        server = subprocess.Popen(
            (*command, "-b", f"127.0.0.1:{port}", "--log-level", "debug", "tests.checkin.echo:app"),
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=log,
        )
    until_s = time.monotonic() + 20
    while time.monotonic() < until_s and socket.socket().connect_ex(("127.0.0.1", port)):
        time.sleep(0.05)
    yield port
    server.terminate()
    server.wait(10)


def said(port: int, sent: bytes) -> bytes:
    """All that the server says to these bytes, up to the end of the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        heard = b""
        while more := connection.recv(65536):
            heard += more
    return heard


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"POST / HTTP/3.0\r\n\r\n", 400),
        (POST + b"Content-Length: x\r\n\r\n", 400),
        (POST + b"Content-Length: -1\r\n\r\n", 400),
        (POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (POST + b"Transfer-Encoding: xchunked\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Authorization: a\r\nAuthorization: b\r\n\r\n", 400),
        (POST + b"Host: other\r\n\r\n", 400),
        (POST + b"".join(b"X-%d: x\r\n" % n for n in range(150)) + b"\r\n", 400),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
    ],
)
def test_what_is_no_request_is_refused_as_a_problem_and_the_connection_ends(
    port: int, sent: bytes, status: int
) -> None:
    head, _, body = said(port, sent).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == status


@pytest.mark.parametrize("sent", [b"nonsense\r\n\r\n", b"GET /broken HTTP/1.1\r\nHost: h\r\n\r\n"])
def test_what_the_server_itself_answers_has_the_headers_of_every_answer(port: int, sent: bytes) -> None:
    head, _, body = said(port, sent).partition(b"\r\n\r\n")

    assert (b"HTTP/1.1 500 " in head) == (b"broken" in sent)
    assert all(f"{name}: {value}\r\n".encode() in head + b"\r\n" for name, value in safe([], "http"))
    assert json.loads(body)["type"] in {"/problems/malformed", "/problems/internal_error"}
    assert b"secret" not in body


def test_no_address_and_no_token_is_written_whatever_goes_wrong(port: int, log_file: Path) -> None:
    address = b"/feeds/0190e000-0000-7000-8000-00000000000e_KEY.ics"
    said(port, b"GET %s HTTP/1.1\r\nHost: h\r\n\r\n" % address)
    said(port, b"GET /broken?%s HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer KEY\r\n\r\n" % address)
    said(port, b"GET %s HTTP/3.0\r\n\r\n" % address)
    said(port, b"GET %s HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n" % address)
    said(port, b"GET %s HTTP/1.1\r\nHost: h" % address)
    said(port, b"KEY %s\r\n\r\n" % address)

    written = log_file.read_text()
    assert "ZeroDivisionError" in written
    assert "KEY" not in written


def test_two_requests_in_one_go_get_two_answers_in_their_order(port: int) -> None:
    heard = said(port, POST + b"Content-Length: 3\r\n\r\nabc" + POST + b"Content-Length: 5\r\n\r\nabcde")

    assert heard.index(b"3 bytes") < heard.index(b"5 bytes")


def test_a_body_in_chunks_is_read_whole(port: int) -> None:
    chunks = b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"

    assert b"7 bytes" in said(port, POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)


def test_what_is_no_chunk_is_refused(port: int) -> None:
    heard = said(port, POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n")

    assert heard.startswith(b"HTTP/1.1 400 ")


def test_a_body_that_is_too_large_is_refused_before_it_is_kept(port: int) -> None:
    heard = said(port, POST + b"Content-Length: 5000\r\n\r\n" + b"a" * 5000)

    assert heard.startswith(b"HTTP/1.1 413 ")


def test_a_connection_is_kept_for_the_next_request(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    for _ in range(3):
        connection.request("POST", "/", b"ab")
        assert connection.getresponse().read() == b"2 bytes"
    connection.close()


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        (b"", b""),
        (b"POST / HT", b""),
        (POST, b"HTTP/1.1 408 "),
        (POST + b"Content-Length: 9\r\n\r\nab", b"HTTP/1.1 400 "),
    ],
)
def test_a_client_that_falls_silent_is_left(port: int, sent: bytes, heard: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(sent)
        answer = connection.recv(65536)
        while answer and connection.recv(65536):
            pass

    assert answer.startswith(heard)
