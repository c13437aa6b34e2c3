"""The documentation of webhooks: its sample, its schema and its example hold for what is really sent."""

import importlib.util
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import notifier
import pytest
from notifier.channels import Message
from notifier.channels.calling import Caller
from notifier.channels.webhook import Payload, Webhook
from standardwebhooks import Webhook as Standard
from standardwebhooks.webhooks import WebhookVerificationError

from tests.notifier.test_webhook import MESSAGE, SECRET
from tests.stub_receiver import Arrived, StubReceiver, running
from tests.webhook_schema import COMMITTED, as_committed

DOCS = Path(notifier.__path__[0]) / "docs"
OTHER = "whsec_" + "B" * 44


@pytest.fixture
def receiver() -> Iterator[StubReceiver]:
    with running() as stub:
        yield stub


@pytest.fixture(scope="module")
def sample() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_webhook", DOCS / "verify_webhook.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def received(
    receiver: StubReceiver, secrets: str = SECRET, message: Message = MESSAGE, now_s: float | None = None
) -> Arrived:
    now_ms = round((time.time() if now_s is None else now_s) * 1000)
    webhook = Webhook(Caller({f"127.0.0.1:{receiver.port}"}))
    webhook.send(receiver.url("/200"), secrets, message, now_ms)
    return receiver.arrived[-1]


def test_the_library_of_the_standard_takes_it(receiver: StubReceiver) -> None:
    arrived = received(receiver)

    assert Standard(SECRET).verify(arrived.body, arrived.headers) == json.loads(arrived.body)


@pytest.mark.parametrize("secret", [SECRET, OTHER])
def test_while_two_secrets_sign_the_library_takes_it_by_either(receiver: StubReceiver, secret: str) -> None:
    arrived = received(receiver, f"{OTHER} {SECRET}")

    assert len(arrived.headers["webhook-signature"].split(" ")) == 2
    Standard(secret).verify(arrived.body, arrived.headers)


def test_the_library_refuses_what_another_secret_signed(receiver: StubReceiver) -> None:
    arrived = received(receiver, OTHER)

    with pytest.raises(WebhookVerificationError):
        Standard(SECRET).verify(arrived.body, arrived.headers)


@pytest.mark.parametrize("secrets", [SECRET, f"{OTHER} {SECRET}"])
def test_the_sample_takes_what_is_genuine(receiver: StubReceiver, sample: ModuleType, secrets: str) -> None:
    arrived = received(receiver, secrets)

    assert sample.is_genuine(SECRET, arrived.headers, arrived.body, time.time())


def test_the_sample_refuses_what_is_not(receiver: StubReceiver, sample: ModuleType) -> None:
    arrived, now_s = received(receiver), time.time()

    assert not sample.is_genuine(OTHER, arrived.headers, arrived.body, now_s)
    assert not sample.is_genuine(SECRET, arrived.headers, arrived.body + b" ", now_s)
    assert not sample.is_genuine(SECRET, arrived.headers, arrived.body, now_s + 301)
    assert not sample.is_genuine(SECRET, {**arrived.headers, "webhook-id": "x"}, arrived.body, now_s)


def test_the_committed_schema_is_that_of_the_code() -> None:
    assert COMMITTED.read_text() == as_committed(), "run make schemas"


@pytest.mark.parametrize(
    "message",
    [
        MESSAGE,
        replace(MESSAGE, code="123456"),
        replace(MESSAGE, fewer="https://a.example/n/x", stop="https://a.example/n/y"),
    ],
)
def test_what_is_sent_is_of_the_types_that_are_described(receiver: StubReceiver, message: Message) -> None:
    body = received(receiver, message=message).body

    read: Any = msgspec.json.decode(body, type=Payload)
    assert msgspec.json.encode(read) == body


def test_the_example_in_the_text_is_of_these_types() -> None:
    example = re.search(
        r'^    (\{"type": "nudge".*?\}\})$', (DOCS / "webhooks.md").read_text(), re.MULTILINE | re.DOTALL
    )

    assert example is not None
    assert msgspec.json.decode(example[1], type=Payload)
