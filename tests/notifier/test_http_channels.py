"""What every channel over HTTP does with what a receiver answers, for better and for worse.

Each against a receiver over the wire: a webhook, a browser's push service, an ntfy server through Apprise.
"""

import base64
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from notifier.channels import Channel, DeliveryError, Message
from notifier.channels.apprise import Apprise
from notifier.channels.calling import Caller, Limits
from notifier.channels.web_push import WebPush
from notifier.channels.webhook import Webhook

from shared.addresses import Resolver, system_resolver
from shared.webpush import encode
from tests.stub_receiver import StubReceiver, running

NOW_MS = 1_795_518_000_123
NUDGE = "7f1c9a52-3f0a-5d38-9a53-7b1f6d2c8e40"
MESSAGE = Message(
    NUDGE, "day.at_risk", "A small reminder", "Today is still open.", "A streak.", NOW_MS - 5000
)
QUICK, PATIENT = Limits(connect_s=0.5, total_s=0.5), Limits()

WHSEC = "whsec_" + base64.b64encode(bytes(range(32))).decode()
BROWSER = ec.generate_private_key(ec.SECP256R1())
POINT = BROWSER.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
CONTACT = "mailto:ops@attune.example"
KEYS = json.dumps({"p256dh": encode(POINT), "auth": encode(bytes(16))})


class Way(NamedTuple):
    """A channel, and how its addresses and secrets look."""

    made: Callable[[Caller, set[str]], Channel]
    address: str
    secret: str


WAYS = {
    "webhook": Way(lambda caller, _: Webhook(caller), "{scheme}://{host}/", WHSEC),
    "web_push": Way(
        lambda caller, _: WebPush(caller, BROWSER, "mailto:a@b.example"), "{scheme}://{host}/", KEYS
    ),
    "apprise": Way(Apprise, "ntfy{s}://{host}/topic", ""),
}


@pytest.fixture
def receiver() -> Iterator[StubReceiver]:
    with running() as stub:
        yield stub


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    return WAYS[request.param]


def send(
    way: Way,
    host: str,
    scheme: str = "http",
    allowed: set[str] | None = None,
    resolver: Resolver = system_resolver,
    limits: Limits = PATIENT,
) -> None:
    hosts = {host} if allowed is None else allowed
    channel = way.made(Caller(hosts, resolver, limits), hosts)
    address = way.address.format(scheme=scheme, host=host, s="s" if scheme == "https" else "")
    channel.send(address, way.secret, MESSAGE, NOW_MS)


def at(receiver: StubReceiver) -> str:
    return f"127.0.0.1:{receiver.port}"


def failure(way: Way, receiver: StubReceiver, answer: str, limits: Limits = PATIENT) -> DeliveryError:
    receiver.always = answer
    with pytest.raises(DeliveryError) as caught:
        send(way, at(receiver), limits=limits)
    return caught.value


# --- answers --------------------------------------------------------------------------------------------


def test_a_receiver_that_takes_it_has_it_once(way: Way, receiver: StubReceiver) -> None:
    receiver.always = "200"

    send(way, at(receiver))

    assert len(receiver.arrived) == 1


@pytest.mark.parametrize("status", ["301", "302", "307", "308"])
def test_a_redirect_is_a_failure_and_is_not_followed(way: Way, receiver: StubReceiver, status: str) -> None:
    receiver.answer_headers = {"location": "http://169.254.169.254/latest/meta-data"}

    assert f"answered {status}" in str(failure(way, receiver, status))
    assert len(receiver.arrived) == 1


@pytest.mark.parametrize("status", ["404", "410"])
def test_an_address_that_is_no_more_is_gone(way: Way, receiver: StubReceiver, status: str) -> None:
    assert failure(way, receiver, status).gone


@pytest.mark.parametrize("status", ["400", "401", "403", "413", "429", "500", "502", "503"])
def test_no_other_answer_switches_a_channel_off(way: Way, receiver: StubReceiver, status: str) -> None:
    assert not failure(way, receiver, status).gone


@pytest.mark.parametrize("status", ["429", "500", "503"])
def test_a_receiver_in_trouble_is_asked_again_and_counts_against_its_endpoint(
    way: Way, receiver: StubReceiver, status: str
) -> None:
    error = failure(way, receiver, status)

    assert (error.permanent, error.endpoint_down) == (False, True)


@pytest.mark.parametrize("status", ["429", "503"])
def test_a_wish_for_patience_is_read(way: Way, receiver: StubReceiver, status: str) -> None:
    receiver.answer_headers = {"retry-after": "77"}

    assert failure(way, receiver, status).retry_after_s == 77


# --- receivers that misbehave ---------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["hang", "trickle", "reset"])
def test_a_receiver_that_does_not_answer_ends_with_the_attempt(
    way: Way, receiver: StubReceiver, what: str
) -> None:
    error = failure(way, receiver, what, QUICK)

    assert (error.permanent, error.endpoint_down, error.gone) == (False, True, False)


@pytest.mark.parametrize("what", ["slow-body", "big", "endless"])
def test_of_an_answer_no_more_is_read_than_there_is_time_and_room_for(
    way: Way, receiver: StubReceiver, what: str
) -> None:
    receiver.always = what

    send(way, at(receiver), limits=Limits(total_s=3, answer_bytes=2000))

    assert len(receiver.arrived) == 1


def test_a_receiver_that_speaks_no_tls_is_refused(way: Way, receiver: StubReceiver) -> None:
    with pytest.raises(DeliveryError, match="TLS"):
        send(way, at(receiver), "https")

    assert receiver.arrived == []


def test_nobody_listening_may_be_tried_again(way: Way, receiver: StubReceiver) -> None:
    host = at(receiver)
    receiver.server_close()

    with pytest.raises(DeliveryError) as caught:
        send(way, host)

    assert (caught.value.permanent, caught.value.endpoint_down) == (False, True)


# --- addresses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ip", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "fd00::1"]
)
def test_a_name_that_leads_inside_is_called_by_no_channel(way: Way, ip: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        send(way, "hooks.example", "https", resolver=lambda *_: [ip], allowed=set())

    assert caught.value.permanent
    assert "not allowed" in str(caught.value)


def test_a_name_that_changes_its_answer_is_asked_once_and_called_where_it_was_checked(
    way: Way, receiver: StubReceiver
) -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    asked: list[str] = []

    def changing(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    receiver.always = "200"
    host = f"nas.lan:{receiver.port}"
    send(way, host, resolver=changing)

    assert asked == ["nas.lan"]
    assert receiver.arrived[0].headers["host"] == host


def test_a_name_is_checked_anew_at_every_attempt(way: Way) -> None:
    answers = iter([["93.184.215.14"], ["10.0.0.1"]])
    brief = Limits(connect_s=0.05, total_s=0.05)
    permanent = []
    for _ in range(2):
        with pytest.raises(DeliveryError) as caught:
            send(
                way, "hooks.example", "https", resolver=lambda *_: next(answers), allowed=set(), limits=brief
            )
        permanent.append(caught.value.permanent)

    assert permanent == [False, True]


def test_a_look_up_that_never_ends_ends_with_the_attempt(way: Way) -> None:
    def never(_host: str, _port: int) -> Sequence[str]:
        ended.wait(100)
        return ["127.0.0.1"]

    ended = threading.Event()
    with pytest.raises(DeliveryError) as caught:
        send(way, "nas.lan:80", resolver=never, limits=QUICK)
    ended.set()

    assert caught.value.endpoint_down


def test_an_address_that_nobody_may_give_is_refused_for_good(way: Way, receiver: StubReceiver) -> None:
    with pytest.raises(DeliveryError) as caught:
        send(way, at(receiver), allowed=set())

    assert caught.value.permanent
    assert receiver.arrived == []


def test_a_failure_names_no_address(way: Way, receiver: StubReceiver) -> None:
    for what in ("500", "reset", "hang"):
        assert "127.0.0.1" not in str(failure(way, receiver, what, QUICK))


def test_what_is_wrong_with_an_address_is_said_without_a_connection(way: Way) -> None:
    with pytest.raises(DeliveryError) as caught:
        send(way, "hooks.example:22", "https", allowed=set())

    assert caught.value.permanent
    assert "443 and 8443" in str(caught.value)
