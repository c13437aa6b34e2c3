"""Webhooks, signed as Standard Webhooks 1.0.0 has it.

Only 2xx is success; a redirect is a failure and never followed. 410 ends the matter; every other answer, also
404 and 413, is tried again, since receivers are deployed, moved and mended while a nudge waits.
"""

import base64
import binascii
import hashlib
import hmac
import http.client
import json
import socket
import ssl
import time
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from threading import Timer
from typing import NamedTuple

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from notifier.channels import DeliveryError, Message
from shared.addresses import (
    Address,
    BadAddress,
    Resolver,
    Unresolvable,
    parse_webhook_url,
    resolve,
    system_resolver,
)
from shared.days import iso_instant

_SECRET_PREFIX = "whsec_"  # noqa: S105 the prefix is public
_ASKS_FOR_PATIENCE = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


@dataclass(frozen=True)
class Limits:
    """Of one attempt: `total_s` covers everything from the look-up of the name on."""

    connect_s: float = 3.0
    total_s: float = 15.0
    answer_bytes: int = 20_000


class _Answer(NamedTuple):
    status: int
    retry_after: str | None


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The `webhook-signature` of a body. Raises `ValueError` if the secret is not `whsec_` and base64."""
    key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def payload(message: Message) -> bytes:
    """The body: the same bytes at every attempt."""
    at = iso_instant(message.at_ms)
    data = {
        "id": message.id,
        "kind": message.kind,
        "title": message.title,
        "body": message.body,
        "why": message.why,
        "at": at,
    }
    return json.dumps({"type": "nudge", "timestamp": at, "data": data}, separators=(",", ":")).encode()


class Webhook:
    """`allowed` is the operator's list of `host:port` (see `shared.addresses`)."""

    def __init__(
        self,
        allowed: Collection[str] = (),
        resolver: Resolver = system_resolver,
        limits: Limits = Limits(),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = allowed
        self._resolver = resolver
        self._limits = limits
        self._tls = tls or ssl.create_default_context()

    def endpoint(self, address: str) -> str:
        return self._parsed(address).endpoint

    def send(self, address: str, secret: str, message: Message, now_ms: int) -> None:
        until_s = time.monotonic() + self._limits.total_s
        to = self._parsed(address)
        body = payload(message)
        headers = _headers(to, secret, message.id, now_ms // 1000, body)
        ip = self._resolved(to)
        _judge(self._post(to, ip, headers, body, until_s), now_ms)

    def _parsed(self, address: str) -> Address:
        try:
            return parse_webhook_url(address, self._allowed)
        except BadAddress as error:
            raise DeliveryError(str(error), permanent=True) from error

    def _resolved(self, to: Address) -> str:
        try:
            return resolve(to, self._resolver)
        except BadAddress as error:
            raise DeliveryError(str(error), permanent=True) from error
        except Unresolvable as error:
            raise DeliveryError(str(error), endpoint_down=True) from error

    def _post(self, to: Address, ip: str, headers: dict[str, str], body: bytes, until_s: float) -> _Answer:
        left_s = until_s - time.monotonic()
        if left_s <= 0:
            raise DeliveryError("The host name took too long to be found.", endpoint_down=True)
        connection = self._connection(to, ip, min(left_s, self._limits.connect_s))
        try:
            connection.connect()
            with _cut_off_at(until_s, connection.sock):
                return self._exchange(connection, to.target, headers, body)
        except (HTTPError, http.client.HTTPException, OSError) as error:
            raise DeliveryError(_sentence(error), endpoint_down=True) from error
        finally:
            connection.close()

    def _connection(self, to: Address, ip: str, connect_s: float) -> HTTPConnection:
        if to.scheme == "http":
            return HTTPConnection(ip, to.port, timeout=connect_s)
        # The context checks the certificate against the name that was given, not the address connected to.
        return HTTPSConnection(ip, to.port, timeout=connect_s, ssl_context=self._tls, server_hostname=to.host)

    def _exchange(
        self, connection: HTTPConnection, target: str, headers: dict[str, str], body: bytes
    ) -> _Answer:
        connection.timeout = self._limits.total_s
        connection.request("POST", target, body, headers, preload_content=False, decode_content=False)
        response = connection.getresponse()
        with suppress(HTTPError, http.client.HTTPException, OSError), closing(response):
            # The status is the answer; what follows is read so that the receiver may finish its sentence.
            response.read(self._limits.answer_bytes)
        return _Answer(response.status, response.headers.get("retry-after"))


@contextmanager
def _cut_off_at(until_s: float, sock: socket.socket) -> Iterator[None]:
    """A receiver that trickles its answer keeps every single read short: only this ends it."""
    timer = Timer(max(0.0, until_s - time.monotonic()), _cut, (sock,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        # Not the method of a TLS socket: that takes TLS off under the thread that is reading.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _headers(to: Address, secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    try:
        signature = sign(secret, message_id, timestamp, body)
    except binascii.Error as error:
        raise DeliveryError("The secret of this channel is not usable.", permanent=True) from error
    return {
        "Host": to.host_header,
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "Attune",
        "Connection": "close",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
    }


def _judge(answer: _Answer, now_ms: int) -> None:
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004 the class of success
        return
    raise DeliveryError(
        f"The receiver answered {status}.",
        permanent=status == HTTPStatus.GONE,
        retry_after_s=_seconds(answer.retry_after, now_ms) if status in _ASKS_FOR_PATIENCE else None,
        endpoint_down=status >= 500 or status == HTTPStatus.TOO_MANY_REQUESTS,  # noqa: PLR2004 the class of failure
    )


def _seconds(retry_after: str | None, now_ms: int) -> float | None:
    """The wish in a `Retry-After`, given in seconds or as a date; None if there is none to be read."""
    if retry_after is None:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - now_ms / 1000)
    except (ValueError, OverflowError):
        return None


def _sentence(error: Exception) -> str:
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return "The receiver's certificate is not valid, or it does not speak TLS."
    if isinstance(error, TimeoutError | HTTPError):
        return "The receiver could not be reached, or did not answer in time."
    return "The receiver broke off the connection."
