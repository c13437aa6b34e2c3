"""A Kafka with TLS and passwords, made of the plain one: a second listener that asks for both."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from threading import Event

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from kafka import KafkaAdminClient
from kafka.admin import ScramMechanism, UserScramCredentialUpsertion

from deploy.native import broker, jars
from deploy.native.places import RunDir
from deploy.native.ports import free_port, shuffled_spares
from deploy.native.process import Process
from deploy.native.waiting import until_ready

USER, PASSWORD = "attune", "correct horse"

_LISTENER = """
listeners=PLAINTEXT://127.0.0.1:{plain},CONTROLLER://127.0.0.1:{controller},SASL_SSL://127.0.0.1:{guarded}
advertised.listeners=PLAINTEXT://127.0.0.1:{plain},SASL_SSL://127.0.0.1:{guarded}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
"""


@dataclass(frozen=True)
class Guarded:
    """`plain` asks for nothing and is for setting up; `address` asks for TLS and the password."""

    plain: str
    address: str
    cafile: Path

    def settings(self, password: str = PASSWORD) -> dict[str, str]:
        """What a service is told to get in."""
        return {
            "ATTUNE_KAFKA": self.address,
            "ATTUNE_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "ATTUNE_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            "ATTUNE_KAFKA_USERNAME": USER,
            "ATTUNE_KAFKA_PASSWORD": password,
            "ATTUNE_KAFKA_CAFILE": str(self.cafile),
        }


@contextmanager
def running_guarded_kafka(folder: Path) -> Iterator[Guarded]:
    """A broker with one user, `USER`, and a certificate of its own for 127.0.0.1."""
    run_dir, spares = RunDir(folder), shuffled_spares()
    plain, controller, guarded = (free_port(spares) for _ in range(3))
    cafile, keystore = _certificate(folder)
    libs = jars.folder(say=print)
    broker.prepare(run_dir, plain, controller, libs)
    with (folder / "kafka" / "server.properties").open("a") as properties:
        # The last value of a property wins.
        properties.write(
            _LISTENER.format(plain=plain, controller=controller, guarded=guarded, keystore=keystore)
        )
    process = Process(broker.kafka(run_dir, plain, libs), run_dir)
    try:
        process.start()
        until_ready([process], 60, lambda _: None, Event())
        _add_user(process.address)
        yield Guarded(process.address, f"127.0.0.1:{guarded}", cafile)
    finally:
        process.stop()


def _add_user(address: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=address)
    try:
        admin.alter_user_scram_credentials(
            [UserScramCredentialUpsertion(USER, ScramMechanism.SCRAM_SHA_512, PASSWORD)]
        )
    finally:
        admin.close()


def _certificate(folder: Path) -> tuple[Path, Path]:
    """The certificate, which is its own CA, and the file with its key that the broker reads."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kafka")])
    today = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    cafile, keystore = folder / "ca.pem", folder / "keystore.pem"
    cafile.write_bytes(public)
    keystore.write_bytes(private + public)
    return cafile, keystore
