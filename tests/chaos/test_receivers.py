"""What the receivers of the kill loop note of what the real channels send, and whom they refuse."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from notifier.channels import Channel, DeliveryError, Message
from notifier.channels.apprise import Apprise
from notifier.channels.calling import Caller
from notifier.channels.email import Email, Server
from notifier.channels.web_push import WebPush
from notifier.channels.webhook import Webhook

from deploy.native.ports import free_port
from tests import browser
from tests.chaos import arrivals
from tests.chaos.addresses import Address, Receivers, code_in
from tests.chaos.arrivals import KINDS, SENDER, Arrival, Book, Kind, key_over
from tests.chaos.receivers import Desk, Http, Mail, Sort
from tests.notifier.test_webhook_tls import certificate_for

NOW_MS = 1_795_518_000_123
NUDGE = "7f1c9a52-3f0a-5d38-9a53-7b1f6d2c8e40"
MESSAGE = Message(NUDGE, "day.at_risk", "A small reminder", "Today is still open.", "A streak.", NOW_MS)
CODE = replace(MESSAGE, id="another", kind="channel.asked", title="Your code: 012345", code="012345")
ANA = "0190a000-0000-7000-8000-00000000000a"
SECRETS = {"webhook": "whsec_" + "A" * 44, "web_push": json.dumps(browser.KEYS)}


class Stage:
    """The receivers, and the channels that speak to them."""

    def __init__(self, folder: Path) -> None:
        self._ledger = folder / "others.jsonl"
        self.desk = Desk(Book(self._ledger))
        self.http = Http(0, self.desk)
        certificate = certificate_for("localhost", folder)
        self.mail = Mail(certificate, free_port(), self.desk)
        self._receivers = Receivers(0, self.http.server_port)
        hosts = {f"127.0.0.1:{self.http.server_port}"}
        login = {"username": "attune", "password": "right", "cafile": str(certificate)}
        self._channels: dict[Kind, Channel] = {
            "webhook": Webhook(Caller(hosts)),
            "web_push": WebPush(
                Caller(hosts), ec.derive_private_key(7, ec.SECP256R1()), "mailto:a@b.example"
            ),
            "apprise": Apprise(Caller(hosts), hosts),
            "email": Email(Server("localhost", self.mail.port, "starttls", SENDER, **login)),
        }

    def send(self, kind: Kind, sort: Sort, message: Message = MESSAGE) -> None:
        wish = self._receivers.wish(Address(kind, sort), ANA)
        to = wish.get("url") or wish.get("address") or wish["subscription"]["endpoint"]
        self._channels[kind].send(to, SECRETS.get(kind, ""), message, NOW_MS)

    def arrived(self) -> list[Arrival]:
        return arrivals.read(self._ledger.with_name("none"), self._ledger)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    thread = threading.Thread(target=stage.http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    with stage.mail:
        yield stage
    stage.http.shutdown()
    thread.join()
    stage.http.server_close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_noted_once_it_is_taken_under_the_id_of_its_channel(stage: Stage, kind: Kind) -> None:
    with pytest.raises(DeliveryError):
        stage.send(kind, "hesitant")
    stage.send(kind, "hesitant")

    (arrival,) = stage.arrived()
    assert (arrival.kind, arrival.key, arrival.person) == (kind, key_over(kind, NUDGE), ANA)
    assert (arrival.nudge, arrival.title) == (NUDGE, MESSAGE.title)


@pytest.mark.parametrize("kind", KINDS)
def test_a_closed_address_takes_its_code_and_then_nothing_for_good(stage: Stage, kind: Kind) -> None:
    stage.send(kind, "closed", CODE)
    with pytest.raises(DeliveryError) as caught:
        stage.send(kind, "closed")

    assert caught.value.gone
    assert code_in(stage.arrived(), kind, ANA) == "012345"
    assert [arrival.code for arrival in stage.arrived()] == ["012345"]


def test_what_the_browser_cannot_read_is_refused(stage: Stage, monkeypatch: Any) -> None:
    monkeypatch.setitem(SECRETS, "web_push", json.dumps({**browser.KEYS, "auth": "A" * 22}))
    with pytest.raises(DeliveryError, match="400"):
        stage.send("web_push", "open")

    assert stage.arrived() == []
