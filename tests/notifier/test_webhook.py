"""The webhook channel against a receiver that answers over the wire."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Sequence

import pytest
from notifier.channels import DeliveryError, Message
from notifier.channels.calling import Caller, Limits
from notifier.channels.webhook import Webhook, payload, sign

from tests.stub_receiver import StubReceiver, running

NOW_MS = 1_795_518_000_123
KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
MESSAGE = Message(
    "7f1c", "day.at_risk", "A small reminder", "Today is still open.", "A streak.", NOW_MS - 5000
)
QUICK, PATIENT = Limits(connect_s=0.5, total_s=0.5), Limits()


@pytest.fixture
def receiver() -> Iterator[StubReceiver]:
    with running() as stub:
        yield stub


def send(receiver: StubReceiver, path: str, limits: Limits = PATIENT) -> None:
    webhook = Webhook(Caller({f"127.0.0.1:{receiver.port}"}, limits=limits))
    webhook.send(receiver.url(path), SECRET, MESSAGE, NOW_MS)


def failure(receiver: StubReceiver, path: str, limits: Limits = PATIENT) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(receiver, path, limits)
    return caught.value


# --- what is sent -----------------------------------------------------------------------------------------


def test_the_signature_is_that_of_the_standard(receiver: StubReceiver) -> None:
    send(receiver, "/200")

    headers, body = receiver.arrived[0].headers, receiver.arrived[0].body
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body.decode()}"
    expected = base64.b64encode(hmac.new(KEY, signed.encode(), hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_the_signature_agrees_with_the_example_of_the_standard() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'

    signature = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_id_is_the_nudges_and_the_timestamp_that_of_the_attempt(receiver: StubReceiver) -> None:
    send(receiver, "/200")

    headers = receiver.arrived[0].headers
    assert headers["webhook-id"] == "7f1c"
    assert headers["webhook-timestamp"] == str(NOW_MS // 1000)


def test_the_payload_has_the_words_and_nothing_else(receiver: StubReceiver) -> None:
    send(receiver, "/200")

    assert json.loads(receiver.arrived[0].body) == {
        "type": "nudge",
        "timestamp": "2026-11-24T10:59:55.123Z",
        "data": {
            "id": "7f1c",
            "kind": "day.at_risk",
            "title": "A small reminder",
            "body": "Today is still open.",
            "why": "A streak.",
            "at": "2026-11-24T10:59:55.123Z",
        },
    }


def test_every_attempt_sends_the_same_id_and_bytes(receiver: StubReceiver) -> None:
    for path in ("/500", "/500", "/200"):
        try:
            send(receiver, path)
        except DeliveryError:
            continue

    assert [arrived.headers["webhook-id"] for arrived in receiver.arrived] == ["7f1c"] * 3
    assert {arrived.body for arrived in receiver.arrived} == {payload(MESSAGE)}


def test_the_host_header_is_the_name_though_the_connection_is_to_the_vetted_address(
    receiver: StubReceiver,
) -> None:
    webhook = Webhook(Caller({f"nas.lan:{receiver.port}"}, resolver=lambda *_: ["127.0.0.1"], limits=QUICK))

    webhook.send(receiver.url("/200?box=1", host="nas.lan"), SECRET, MESSAGE, NOW_MS)

    assert receiver.arrived[0].headers["host"] == f"nas.lan:{receiver.port}"
    assert receiver.arrived[0].path == "/200?box=1"


def test_a_secret_that_is_none_is_refused_before_anything_is_sent(receiver: StubReceiver) -> None:
    webhook = Webhook(Caller({f"127.0.0.1:{receiver.port}"}))

    with pytest.raises(DeliveryError) as caught:
        webhook.send(receiver.url("/200"), "whsec_!", MESSAGE, NOW_MS)

    assert caught.value.permanent
    assert receiver.arrived == []


# --- what is answered -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_is_success(receiver: StubReceiver, status: int) -> None:
    send(receiver, f"/{status}")

    assert len(receiver.arrived) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(receiver: StubReceiver, status: int) -> None:
    receiver.answer_headers = {"location": receiver.url("/200")}

    error = failure(receiver, f"/{status}")

    assert not error.permanent
    assert [arrived.path for arrived in receiver.arrived] == [f"/{status}"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 429, 500, 502, 503])
def test_every_other_answer_may_be_tried_again(receiver: StubReceiver, status: int) -> None:
    assert not failure(receiver, f"/{status}").permanent


def test_gone_ends_the_matter(receiver: StubReceiver) -> None:
    assert failure(receiver, "/410").permanent


@pytest.mark.parametrize(
    ("status", "down"), [(404, False), (410, False), (413, False), (429, True), (500, True)]
)
def test_only_an_answer_about_the_endpoint_itself_counts_against_it(
    receiver: StubReceiver, status: int, down: bool
) -> None:
    assert failure(receiver, f"/{status}").endpoint_down is down


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("wish", "seconds"),
    [
        ("7", 7.0),
        ("Tue, 24 Nov 2026 11:01:00 GMT", 59.877),
        ("Tue, 24 Nov 2020 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-7", None),
    ],
)
def test_a_wish_for_patience_is_read(
    receiver: StubReceiver, status: int, wish: str, seconds: float | None
) -> None:
    receiver.answer_headers = {"retry-after": wish}

    assert failure(receiver, f"/{status}").retry_after_s == (
        None if seconds is None else pytest.approx(seconds)
    )


def test_a_wish_for_patience_that_comes_with_another_answer_is_ignored(receiver: StubReceiver) -> None:
    receiver.answer_headers = {"retry-after": "7"}

    assert failure(receiver, "/500").retry_after_s is None


def test_the_message_of_a_failure_holds_no_address(receiver: StubReceiver) -> None:
    for path in ("/500", "/reset", "/hang"):
        assert "127.0.0.1" not in str(failure(receiver, path, QUICK))


# --- receivers that misbehave -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/hang", "/trickle"])
def test_a_receiver_that_does_not_finish_its_answer_is_cut_off(receiver: StubReceiver, path: str) -> None:
    assert failure(receiver, path, QUICK).endpoint_down


@pytest.mark.parametrize("path", ["/slow-body", "/big"])
def test_after_the_status_the_rest_of_an_answer_changes_nothing(receiver: StubReceiver, path: str) -> None:
    send(receiver, path, Limits(total_s=3))

    assert len(receiver.arrived) == 1


def test_a_broken_connection_may_be_tried_again(receiver: StubReceiver) -> None:
    error = failure(receiver, "/reset")

    assert error.endpoint_down
    assert not error.permanent


def test_nobody_listening_may_be_tried_again(receiver: StubReceiver) -> None:
    url = receiver.url("/200")
    receiver.server_close()

    with pytest.raises(DeliveryError) as caught:
        Webhook(Caller({f"127.0.0.1:{receiver.port}"}, limits=QUICK)).send(url, SECRET, MESSAGE, NOW_MS)

    assert caught.value.endpoint_down
    assert not caught.value.permanent


# --- addresses --------------------------------------------------------------------------------------------


def test_a_private_address_is_refused_for_good(receiver: StubReceiver) -> None:
    with pytest.raises(DeliveryError) as caught:
        Webhook(Caller()).send(receiver.url("/200"), SECRET, MESSAGE, NOW_MS)

    assert caught.value.permanent
    assert receiver.arrived == []


def test_an_address_is_vetted_again_at_every_attempt(receiver: StubReceiver) -> None:
    answers = iter([["93.184.215.14"], ["10.0.0.1"]])
    asked = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    webhook = Webhook(Caller(resolver=rebinding, limits=Limits(connect_s=0.05, total_s=0.05)))
    reasons = []
    for _ in range(2):
        with pytest.raises(DeliveryError) as caught:
            webhook.send("https://hooks.example/", SECRET, MESSAGE, NOW_MS)
        reasons.append(caught.value.permanent)

    assert asked == ["hooks.example"] * 2
    assert reasons == [False, True]


def test_a_name_that_cannot_be_found_may_be_tried_again() -> None:
    def nowhere(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    with pytest.raises(DeliveryError) as caught:
        Webhook(Caller(resolver=nowhere)).send("https://hooks.example/", SECRET, MESSAGE, NOW_MS)

    assert caught.value.endpoint_down
    assert not caught.value.permanent


def test_a_slow_look_up_leaves_no_time_to_connect(receiver: StubReceiver) -> None:
    def slow(host: str, port: int) -> Sequence[str]:
        time.sleep(0.1)
        return ["127.0.0.1"]

    webhook = Webhook(Caller({f"nas.lan:{receiver.port}"}, resolver=slow, limits=Limits(total_s=0.05)))
    with pytest.raises(DeliveryError):
        webhook.send(receiver.url("/200", host="nas.lan"), SECRET, MESSAGE, NOW_MS)

    assert receiver.arrived == []


def test_the_endpoint_is_the_host_and_port() -> None:
    assert Webhook(Caller()).endpoint("https://hooks.example/in") == "hooks.example:443"
