"""Webhooks, signed as Standard Webhooks 1.0.0 has it; `docs/webhooks.md` is for those who receive them.

Only 2xx is success; a redirect is a failure and never followed. 410 ends the matter; every other answer, also
404 and 413, is tried again, since receivers are deployed, moved and mended while a nudge waits.
"""

import base64
import binascii
import hashlib
import hmac
import json

import msgspec

from notifier.channels import DeliveryError, Message
from notifier.channels.calling import Caller, Request, judge
from shared.days import iso_instant

_SECRET_PREFIX = "whsec_"  # noqa: S105 the prefix is public


class NudgeData(msgspec.Struct, frozen=True, omit_defaults=True):
    """What there is to say. `why`: why it came. `fewer`, `stop`: links to make such messages less."""

    id: str
    kind: str
    title: str
    body: str
    why: str
    at: str
    fewer: str | None = None
    stop: str | None = None


class VerificationData(msgspec.Struct, frozen=True):
    """Answer with the code, or give it to the person who added the address."""

    id: str
    title: str
    body: str
    code: str
    at: str


class Nudge(msgspec.Struct, frozen=True, tag="nudge"):
    """A nudge, or a test of the channel (`kind` `channel.asked`)."""

    timestamp: str
    data: NudgeData


class Verification(msgspec.Struct, frozen=True, tag="verification"):
    """Sent once when a webhook is added, and whenever another code is asked for."""

    timestamp: str
    data: VerificationData


Payload = Nudge | Verification
"""What is sent to a webhook: a contract with those who receive it."""


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a body. Raises `ValueError` if the secret is not `whsec_` and base64."""
    key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def payload(message: Message) -> bytes:
    """The body: the same bytes at every attempt."""
    m, at = message, iso_instant(message.at_ms)
    if m.code is not None:
        return msgspec.json.encode(Verification(at, VerificationData(m.id, m.title, m.body, m.code, at)))
    data = NudgeData(m.id, m.kind, m.title, m.body, m.why, at, m.fewer, m.stop)
    return msgspec.json.encode(Nudge(at, data))


class Webhook:
    """Implements `notifier.channels.Channel`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def endpoint(self, address: str) -> str:
        return self._caller.parsed(address).endpoint

    def send(self, address: str, secret: str, message: Message, now_ms: int) -> bool:
        until_s = self._caller.limits.until_s()
        to = self._caller.parsed(address)
        body = payload(message)
        headers = _headers(secret, message.id, now_ms // 1000, body)
        answer = self._caller.call(Request("POST", to, headers, body), until_s)
        judge(answer, now_ms)
        return message.code is not None and _answers(answer.body, message.code)


def _headers(secrets: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    try:
        signatures = [sign(secret, message_id, timestamp, body) for secret in secrets.split(" ")]
    except binascii.Error as error:
        raise DeliveryError("The secret of this channel is not usable.", permanent=True) from error
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def _answers(body: bytes, code: str) -> bool:
    """Whether a body is the code, by itself or as `{"code": …}`; who merely echoes has not read it."""
    if body.strip() == code.encode():
        return True
    try:
        said = json.loads(body)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("code") == code
