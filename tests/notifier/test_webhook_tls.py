"""The webhook channel over TLS: the certificate must be for the name that was given."""

import base64
import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from notifier.channels import DeliveryError, Message
from notifier.channels.calling import Caller
from notifier.channels.webhook import Webhook

from tests.stub_receiver import StubReceiver, running

NOW_MS = 1_795_518_000_123
KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
MESSAGE = Message(
    "7f1c", "day.at_risk", "A small reminder", "Today is still open.", "A streak.", NOW_MS - 5000
)


@pytest.fixture
def receiver() -> Iterator[StubReceiver]:
    with running() as stub:
        yield stub


def certificate_for(name: str, folder: Path) -> Path:
    """A self-signed certificate and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    day = dt.timedelta(days=1)
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.2"))]
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - day).not_valid_after(now + day)
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_for("hooks.example", tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls_receiver(certificate: Path) -> Iterator[StubReceiver]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with running(context) as stub:
        yield stub


def send_tls(receiver: StubReceiver, host: str, trusted: Path | None) -> None:
    tls = ssl.create_default_context(cafile=trusted)
    webhook = Webhook(Caller({f"{host}:{receiver.port}"}, resolver=lambda *_: ["127.0.0.1"], tls=tls))
    webhook.send(receiver.url("/200", host=host, scheme="https"), SECRET, MESSAGE, NOW_MS)


def test_a_certificate_is_checked_against_the_name_that_was_given(
    tls_receiver: StubReceiver, certificate: Path
) -> None:
    send_tls(tls_receiver, "hooks.example", trusted=certificate)

    assert tls_receiver.arrived[0].headers["host"] == f"hooks.example:{tls_receiver.port}"


@pytest.mark.parametrize("host", ["other.example", "127.0.0.1"])
def test_a_certificate_for_another_name_is_refused(
    tls_receiver: StubReceiver, certificate: Path, host: str
) -> None:
    with pytest.raises(DeliveryError, match="certificate"):
        send_tls(tls_receiver, host, trusted=certificate)

    assert tls_receiver.arrived == []


def test_a_certificate_that_nobody_vouches_for_is_refused(tls_receiver: StubReceiver) -> None:
    with pytest.raises(DeliveryError, match="certificate"):
        send_tls(tls_receiver, "hooks.example", trusted=None)

    assert tls_receiver.arrived == []


def test_a_receiver_without_tls_is_refused(receiver: StubReceiver) -> None:
    with pytest.raises(DeliveryError, match="TLS"):
        send_tls(receiver, "hooks.example", trusted=None)
