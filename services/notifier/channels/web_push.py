"""Web push: encrypted for the browser (RFC 8291), signed by the site (RFC 8292).

`Topic` is the nudge's id, so that a repeat takes the place of the first; the service keeps it until it
expires.
"""

import json
from http import HTTPStatus

import http_ece
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from notifier.channels import DeliveryError, Message
from notifier.channels.calling import Answer, Caller, Request, judge
from shared.addresses import Address
from shared.days import iso_instant
from shared.webpush import BadKey, read_auth, read_point

_SIGNED_FOR_S = 12 * 3600
_LONGEST_TTL_S = 28 * 24 * 3600
_TOPIC_LENGTH = 32
_NEVER_MENDED = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
)


class WebPush:
    """Implements `notifier.channels.Channel`. `contact`: how a push service reaches the operator, a URI."""

    def __init__(self, caller: Caller, key: ec.EllipticCurvePrivateKey, contact: str) -> None:
        self._caller = caller
        self._vapid = Vapid02(private_key=key)
        self._contact = contact

    def endpoint(self, address: str) -> str:
        return self._caller.parsed(address).endpoint

    def send(self, address: str, secret: str, message: Message, now_ms: int) -> bool:
        until_s = self._caller.limits.until_s()
        to = self._caller.parsed(address)
        body = _encrypted(secret, _payload(message))
        headers = self._headers(to, message, now_ms)
        _judge(self._caller.call(Request("POST", to, headers, body), until_s), now_ms)
        return False

    def _headers(self, to: Address, message: Message, now_ms: int) -> dict[str, str]:
        claims = {
            "aud": f"{to.scheme}://{to.host_header}",
            "exp": now_ms // 1000 + _SIGNED_FOR_S,
            "sub": self._contact,
        }
        left_s = (message.expires_ms - now_ms) // 1000
        return {
            **self._vapid.sign(claims),
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(max(0, min(left_s, _LONGEST_TTL_S))),
            "Urgency": "high" if message.code else "normal",
            "Topic": topic(message.id),
        }


def topic(nudge: str) -> str:
    """The nudge's id in at most 32 characters of base64url: a UUID without its hyphens has just so many."""
    return nudge.replace("-", "")[:_TOPIC_LENGTH]


def _payload(message: Message) -> bytes:
    m = message
    shown = {"id": m.id, "kind": m.kind, "title": m.title, "body": m.body, "why": m.why}
    return json.dumps({**shown, "at": iso_instant(m.at_ms), "fewer": m.fewer, "stop": m.stop}).encode()


class _Keys(msgspec.Struct):
    p256dh: str
    auth: str


_read_keys = msgspec.json.Decoder(_Keys).decode


def _encrypted(secret: str, text: bytes) -> bytes:
    """Under a key that is used this once. Raises `DeliveryError`, for good."""
    try:
        keys = _read_keys(secret)
        ours = ec.generate_private_key(ec.SECP256R1())
        body: bytes = http_ece.encrypt(
            text,
            private_key=ours,
            dh=read_point(keys.p256dh),
            auth_secret=read_auth(keys.auth),
            version="aes128gcm",
        )
    except (msgspec.MsgspecError, BadKey, http_ece.ECEException) as error:
        raise DeliveryError("The keys of this subscription are not usable.", permanent=True) from error
    return body


def _judge(answer: Answer, now_ms: int) -> None:
    try:
        judge(answer, now_ms)
    except DeliveryError as error:
        # RFC 8030: such a subscription has ended. What else the service refuses, it will refuse again.
        error.permanent = error.gone or answer.status in _NEVER_MENDED
        raise
