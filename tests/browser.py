"""A browser that has subscribed to web push: its keys, and how it reads what arrives."""

import json
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.webpush import encode

_OURS = ec.derive_private_key(11, ec.SECP256R1())
_POINT = _OURS.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
_AUTH = bytes(range(16))
KEYS = {"p256dh": encode(_POINT), "auth": encode(_AUTH)}
"""What the browser tells of itself."""


def read(body: bytes) -> Any:
    """What the browser shows. Raises `http_ece.ECEException` where it was encrypted for another."""
    return json.loads(http_ece.decrypt(body, private_key=_OURS, auth_secret=_AUTH, version="aes128gcm"))
