"""Web push as a browser's push service sees it, and as the browser reads it."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from notifier.channels import DeliveryError, Message
from notifier.channels.calling import Caller
from notifier.channels.web_push import WebPush, topic
from py_vapid import Vapid02

from shared.webpush import public_key_of
from tests import browser
from tests.stub_receiver import Arrived, StubReceiver, running

NOW_MS = 1_795_518_000_123
HOUR_MS = 3_600_000
NUDGE = "7f1c9a52-3f0a-5d38-9a53-7b1f6d2c8e40"
MESSAGE = Message(
    NUDGE, "day.at_risk", "A small reminder", "Today is still open.", "A streak.", NOW_MS, NOW_MS + HOUR_MS
)
SITE = ec.derive_private_key(7, ec.SECP256R1())
KEYS = json.dumps(browser.KEYS)


@pytest.fixture
def service() -> Iterator[StubReceiver]:
    with running() as stub:
        stub.always = "201"
        yield stub


def pushed(service: StubReceiver, message: Message = MESSAGE, keys: str = KEYS) -> Arrived:
    channel = WebPush(Caller({f"127.0.0.1:{service.port}"}), SITE, "mailto:ops@attune.example")
    channel.send(service.url("/subscription/1"), keys, message, NOW_MS)
    return service.arrived[-1]


def claims(arrived: Arrived) -> Any:
    token = arrived.headers["authorization"].removeprefix("vapid t=").partition(",")[0]
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


def test_the_browser_can_read_it_and_the_service_cannot(service: StubReceiver) -> None:
    arrived = pushed(service)

    assert browser.read(arrived.body) == {
        "id": NUDGE,
        "kind": "day.at_risk",
        "title": "A small reminder",
        "body": "Today is still open.",
        "why": "A streak.",
        "at": "2026-11-24T11:00:00.123Z",
        "fewer": None,
        "stop": None,
    }
    assert b"reminder" not in arrived.body
    assert arrived.headers["content-encoding"] == "aes128gcm"


def test_no_two_are_encrypted_alike(service: StubReceiver) -> None:
    assert pushed(service).body != pushed(service).body


def test_the_site_has_signed_for_this_service_and_for_half_a_day(service: StubReceiver) -> None:
    arrived = pushed(service)

    assert Vapid02.verify(arrived.headers["authorization"])
    assert arrived.headers["authorization"].endswith(f"k={public_key_of(SITE)}")
    assert claims(arrived) == {
        "aud": f"http://127.0.0.1:{service.port}",
        "exp": NOW_MS // 1000 + 12 * 3600,
        "sub": "mailto:ops@attune.example",
    }


def test_a_second_service_is_not_signed_for_with_the_name_of_the_first(service: StubReceiver) -> None:
    with running() as other:
        other.always = "201"
        hosts = {f"127.0.0.1:{one.port}" for one in (service, other)}
        channel = WebPush(Caller(hosts), SITE, "mailto:ops@attune.example")
        for one in (service, other):
            channel.send(one.url("/1"), KEYS, MESSAGE, NOW_MS)

        assert claims(other.arrived[0])["aud"] == f"http://127.0.0.1:{other.port}"


def test_the_service_keeps_it_until_it_expires_and_replaces_a_repeat(service: StubReceiver) -> None:
    headers = pushed(service).headers

    assert headers["ttl"] == "3600"
    assert headers["topic"] == NUDGE.replace("-", "")
    assert headers["urgency"] == "normal"


@pytest.mark.parametrize(
    ("left_ms", "ttl"), [(-5, "0"), (0, "0"), (999, "0"), (90_000, "90"), (10**12, "2419200")]
)
def test_it_is_kept_no_longer_than_it_is_of_use_or_four_weeks(
    service: StubReceiver, left_ms: int, ttl: str
) -> None:
    assert pushed(service, replace(MESSAGE, expires_ms=NOW_MS + left_ms)).headers["ttl"] == ttl


def test_a_topic_is_as_short_as_the_standard_has_it() -> None:
    assert len(topic(NUDGE)) == 32
    assert len(topic("x" * 99)) == 32


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_has_ended_is_gone_at_once(service: StubReceiver, status: int) -> None:
    service.always = str(status)
    with pytest.raises(DeliveryError) as caught:
        pushed(service)

    assert (caught.value.gone, caught.value.permanent) == (True, True)


@pytest.mark.parametrize("status", [400, 401, 403, 413])
def test_what_the_service_refuses_it_is_not_asked_again(service: StubReceiver, status: int) -> None:
    service.always = str(status)
    with pytest.raises(DeliveryError) as caught:
        pushed(service)

    assert (caught.value.gone, caught.value.permanent) == (False, True)


@pytest.mark.parametrize(
    "keys",
    ["", "{}", '{"p256dh":"","auth":""}', json.dumps({**browser.KEYS, "auth": "AA"})],
)
def test_keys_that_are_none_are_refused_before_anything_is_sent(service: StubReceiver, keys: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        pushed(service, keys=keys)

    assert caught.value.permanent
    assert service.arrived == []
