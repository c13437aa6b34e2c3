"""Apprise: what an ntfy server receives, and that the library has no other way out than ours."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from notifier.channels import DeliveryError, Message
from notifier.channels.apprise import Apprise
from notifier.channels.calling import Answer, Caller, Limits, Request

from shared.addresses import Address
from shared.apprise_urls import HOSTED, SCHEMES
from tests.stub_receiver import StubReceiver, running

NOW_MS = 1_795_518_000_123
NUDGE = "7f1c9a52-3f0a-5d38-9a53-7b1f6d2c8e40"
FEWER, STOP = "https://attune.example/n/few", "https://attune.example/n/abc.def"
MESSAGE = Message(
    NUDGE,
    "day.at_risk",
    "A small reminder",
    "Today is still open.",
    "A streak stands on today.",
    NOW_MS,
    fewer=FEWER,
    stop=STOP,
)
WAYS_OUT = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system")
WELCOME = {
    "ok": True,
    "status": 1,
    "access_token": "t",
    "room_id": "!room:matrix.example",
    "user_id": "@ana:matrix.example",
    "home_server": "matrix.example",
}
DISCORD = "discord://000000000000000000/" + "a" * 68
ADDRESSES = {
    "discord": DISCORD,
    "gotify": "gotify://gotify.example/AbCdEfGhIjKlMnO",
    "gotifys": "gotifys://gotify.example/AbCdEfGhIjKlMnO",
    "matrix": "matrix://token@matrix.example/%23room",
    "matrixs": "matrixs://ana:secret@matrix.example/%23room",
    "ntfy": "ntfy://ntfy.example/topic",
    "ntfys": "ntfys://tk_abc@ntfy.example/topic",
    "pover": "pover://" + "u" * 30 + "@" + "t" * 30,
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/%23general",
    "tgram": "tgram://123456789:abcdefg_hijklmnop/12315544/",
}


@pytest.fixture
def ntfy() -> Iterator[StubReceiver]:
    with running() as stub:
        stub.always, stub.answer = "200", b'{"id":"1"}'
        yield stub


def send(ntfy: StubReceiver, address: str) -> None:
    hosts = {f"127.0.0.1:{ntfy.port}"}
    Apprise(Caller(hosts, limits=Limits(total_s=5)), hosts).send(
        address.format(host=f"127.0.0.1:{ntfy.port}"), "", MESSAGE, NOW_MS
    )


class Door:
    """Stands for `Caller`: notes what would be called, and is answered as most services do."""

    limits = Limits()

    def __init__(self) -> None:
        self.called: list[tuple[str, str]] = []

    def parsed(self, url: str) -> Address:
        self.called.append(("", url))
        return Address("https", "parsed.example", 443, url, trusted=False)

    def call(self, request: Request, until_s: float) -> Answer:
        self.called[-1] = (request.method, request.to.target)
        return Answer(200, {"Content-Type": "application/json"}, json.dumps(WELCOME).encode())


class Watch:
    """An audit hook stays for good, so it is switched on and off."""

    def __init__(self) -> None:
        self.seen: list[str] | None = None
        sys.addaudithook(self._heard)

    def _heard(self, event: str, _args: Any) -> None:
        if self.seen is not None and event.startswith(WAYS_OUT):
            self.seen.append(event)


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch()


@contextmanager
def watching(watch: Watch) -> Iterator[list[str]]:
    """What this process connects to, looks up or starts meanwhile."""
    seen: list[str] = []
    watch.seen = seen
    try:
        yield seen
    finally:
        watch.seen = None


def test_an_ntfy_server_receives_the_words_and_the_nudges_id(ntfy: StubReceiver) -> None:
    send(ntfy, "ntfy://{host}/ana-and-bo")

    (arrived,) = ntfy.arrived
    said = json.loads(arrived.body)
    assert (said["topic"], said["title"]) == ("ana-and-bo", "A small reminder")
    links = [f"Fewer of these\n{FEWER}", f"Stop these messages\n{STOP}"]
    assert said["message"].split("\n\n") == [MESSAGE.body, MESSAGE.why, *links]
    assert arrived.headers["idempotency-key"] == f'"{NUDGE}"'
    assert arrived.headers["host"] == f"127.0.0.1:{ntfy.port}"
    assert not any("github" in text for text in (*arrived.headers.values(), arrived.body.decode()))


def test_a_token_in_the_address_is_passed_on(ntfy: StubReceiver) -> None:
    send(ntfy, "ntfy://tk_abcdef@{host}/topic")

    assert ntfy.arrived[0].headers["authorization"] == "Bearer tk_abcdef"


@pytest.mark.parametrize(
    "more", ["redirect=yes", "verify=no&redirect=yes&rto=900", "retry=5&wait=30", "optional=yes"]
)
def test_an_address_cannot_change_how_it_is_sent(ntfy: StubReceiver, more: str) -> None:
    ntfy.always = "302"
    ntfy.answer_headers = {"location": "http://169.254.169.254/latest/meta-data"}

    with pytest.raises(DeliveryError, match="302"):
        send(ntfy, "ntfy://{host}/topic?" + more)

    assert len(ntfy.arrived) == 1


def test_there_is_an_address_of_every_service_to_try() -> None:
    assert tuple(sorted(ADDRESSES)) == SCHEMES


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_service_has_another_way_out(scheme: str, watch: Watch) -> None:
    door = Door()
    allowed = {f"{name}.example:80" for name in HOSTED}
    with watching(watch) as seen:
        try:
            Apprise(door, allowed).send(ADDRESSES[scheme], "", MESSAGE, NOW_MS)  # type: ignore[arg-type]
        except DeliveryError as error:
            assert "did not take it" in str(error)

    assert seen == []
    assert door.called
    protocol = "http://" if scheme in HOSTED else "https://"
    assert {url[: len(protocol)] for _, url in door.called} == {protocol}


def test_nothing_of_an_address_is_logged(ntfy: StubReceiver, caplog: pytest.LogCaptureFixture) -> None:
    ntfy.always = "500"
    with caplog.at_level(logging.DEBUG), pytest.raises(DeliveryError):
        send(ntfy, "ntfy://tk_abcdef@{host}/topic")

    assert "tk_abcdef" not in caplog.text
    assert str(ntfy.port) not in caplog.text


@pytest.mark.parametrize(
    "address", ["json://a.example/", "mailto://a:b@c.example", "syslog://", "ntfys://", "tgram://"]
)
def test_what_is_no_address_of_these_services_is_refused_for_good(address: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        Apprise(Caller()).send(address, "", MESSAGE, NOW_MS)

    assert caught.value.permanent


def test_services_have_endpoints_of_their_own() -> None:
    channel = Apprise(Caller())

    assert channel.endpoint(ADDRESSES["tgram"]) == "api.telegram.org:443"
    assert channel.endpoint("ntfys://topic") == "ntfy.sh:443"
    assert channel.endpoint("ntfys://user:pass@ntfy.example:8443/topic") == "ntfy.example:8443"
