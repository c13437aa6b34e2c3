"""The receiver, spoken to over HTTP."""

import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from deploy.receiver import Inbox, Receiver


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger.jsonl"


@pytest.fixture
def receiver(ledger: Path) -> Iterator[HTTPConnection]:
    with Receiver(0, Inbox(ledger)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        connection = HTTPConnection("127.0.0.1", server.server_port, timeout=5)
        yield connection
        connection.close()
        server.shutdown()


def ask(receiver: HTTPConnection, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
    receiver.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = receiver.getresponse()
    return answer.status, answer.read().decode()


def messages(receiver: HTTPConnection) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(ask(receiver, "GET", "/messages")[1])
    return found


def test_a_webhook_is_kept_with_its_headers_and_body(receiver: HTTPConnection) -> None:
    assert ask(receiver, "POST", "/hook", '{"type":"nudge"}', webhook_id="n1")[0] == 204

    (message,) = messages(receiver)
    assert (message["path"], message["id"], message["body"]) == ("/hook", "n1", '{"type":"nudge"}')


def test_messages_come_newest_first(receiver: HTTPConnection) -> None:
    for number in ("1", "2"):
        ask(receiver, "POST", "/", webhook_id=number)

    assert [message["id"] for message in messages(receiver)] == ["2", "1"]


def test_messages_can_be_forgotten(receiver: HTTPConnection) -> None:
    ask(receiver, "POST", "/")
    ask(receiver, "DELETE", "/messages")

    assert messages(receiver) == []


def test_the_next_few_are_refused_on_request_and_kept_all_the_same(receiver: HTTPConnection) -> None:
    ask(receiver, "POST", "/fail?status=503&count=2")

    assert [ask(receiver, "POST", "/")[0] for _ in range(3)] == [503, 503, 204]
    assert [message["answered"] for message in messages(receiver)] == [204, 503, 503]


def test_a_refused_arrival_is_in_the_ledger_with_its_answer(receiver: HTTPConnection, ledger: Path) -> None:
    ask(receiver, "POST", "/fail?status=410")
    ask(receiver, "POST", "/", webhook_id="n1")

    assert [(m["id"], m["answered"]) for m in map(json.loads, ledger.read_text().splitlines())] == [
        ("n1", 410)
    ]


def test_the_page_shows_what_arrived_without_running_it(receiver: HTTPConnection) -> None:
    ask(receiver, "POST", "/", "<script>alert(1)</script>")

    page = ask(receiver, "GET", "/")[1]
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
