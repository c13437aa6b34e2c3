"""How Kafka is reached, and what is said when it is not."""

import contextlib
import logging
from collections.abc import Callable, Iterator
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import (
    AuthorizationError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    SaslAuthenticationFailedError,
    UnsupportedSaslMechanismError,
)

from shared.access import KafkaAccess
from shared.faults import LogUnavailable

Access = KafkaAccess | str
"""A bare address is a listener without TLS and without passwords."""

RECONNECT_MS = 1000
"""How long to wait at most before another try: by default half a minute after a broker's crash."""


def reach(access: Access) -> dict[str, Any]:
    """The client settings that lead there."""
    if isinstance(access, str):
        access = KafkaAccess(access)
    return {
        "bootstrap_servers": access.bootstrap,
        "security_protocol": access.protocol,
        "sasl_mechanism": access.mechanism,
        "sasl_plain_username": access.username,
        "sasl_plain_password": access.password,
        "ssl_cafile": access.cafile,
    }


def answers(access: Access) -> bool:
    """Whether a fresh connection gets an answer from Kafka."""
    try:
        probe = KafkaAdminClient(**reach(access), request_timeout_ms=2000, bootstrap_timeout_ms=2000)
    except KafkaError:
        return False
    probe.close()
    return True


def reached(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except KafkaError as error:
        raise LogUnavailable(_sentence(error)) from error


def _sentence(error: KafkaError, *, passwords: bool = False) -> str:
    """What went wrong and, where that is known, what to do about it."""
    # Under TLS kafka-python loses the broker's last word, and sees only that the connection was ended.
    cut_off = passwords and "socket disconnected" in str(error)
    if cut_off or isinstance(error, (SaslAuthenticationFailedError, UnsupportedSaslMechanismError)):
        return (
            "Kafka refuses the user, the password or the mechanism: mend ATTUNE_KAFKA_USERNAME and its like."
        )
    if isinstance(error, AuthorizationError):
        return f"Kafka does not allow this user what Attune needs: extend its access list ({error})."
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return f"Kafka's certificate is not trusted: name its CA in ATTUNE_KAFKA_CAFILE ({error})."
    if isinstance(error, (KafkaConnectionError, KafkaTimeoutError)) or "bootstrap" in str(error):
        return f"Kafka does not answer: start it, or mend ATTUNE_KAFKA ({error})."
    return f"Kafka: {error}"


def administered(access: Access, ask: Callable[[Any], Any]) -> Any:
    with _Told.listening() as told:
        try:
            admin = KafkaAdminClient(**reach(access), request_timeout_ms=20000, bootstrap_timeout_ms=5000)
            try:
                return ask(admin)
            finally:
                admin.close()
        except KafkaError as error:
            passwords = not isinstance(access, str) and access.password is not None
            raise LogUnavailable(_sentence(told.reason or error, passwords=passwords)) from error


class _Told(logging.Handler):
    """Takes kafka-python's lines and keeps the first reason: its bootstrap only logs what is wrong."""

    reason: KafkaError | None = None

    def emit(self, record: logging.LogRecord) -> None:
        reasons = [arg for arg in record.args or () if isinstance(arg, KafkaError)]
        if reasons and self.reason is None:
            self.reason = reasons[0]

    @classmethod
    @contextlib.contextmanager
    def listening(cls) -> Iterator["_Told"]:
        told, lines = cls(), logging.getLogger("kafka")
        lines.addHandler(told)
        lines.propagate = False
        try:
            yield told
        finally:
            lines.propagate = True
            lines.removeHandler(told)
