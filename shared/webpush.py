"""Web push: the site's key (VAPID, RFC 8292), and the keys of a browser's subscription (RFC 8291)."""

import base64
import binascii
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared import env
from shared.sealing import load_master_key

_AUTH_BYTES = 16
_LONGEST_KEY = 200


class BadKey(ValueError):
    """This key cannot be used; the message says why, to whoever gave it."""


def site_key(environ: Mapping[str, str]) -> ec.EllipticCurvePrivateKey | None:
    """The key in `ATTUNE_VAPID_KEY`; None if it is not set. Raises `ValueError`, a sentence."""
    if not (environ.get("ATTUNE_VAPID_KEY") or environ.get("ATTUNE_VAPID_KEY_FILE")):
        return None
    raw = load_master_key(env.secret(environ, "ATTUNE_VAPID_KEY"), "ATTUNE_VAPID_KEY")
    try:
        return ec.derive_private_key(int.from_bytes(raw), ec.SECP256R1())
    except ValueError as error:
        # One of four thousand million.
        raise ValueError("ATTUNE_VAPID_KEY is no key of the curve P-256: draw another.") from error


def public_key_of(key: ec.EllipticCurvePrivateKey) -> str:
    """What a browser is given as its `applicationServerKey`."""
    return encode(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def read_point(text: str) -> bytes:
    """A subscription's `p256dh`. Raises `BadKey`."""
    point = _decoded(text)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise BadKey("This is not a public key of the curve P-256, uncompressed and in base64url.") from error
    return point


def read_auth(text: str) -> bytes:
    """A subscription's `auth`. Raises `BadKey`."""
    secret = _decoded(text)
    if len(secret) != _AUTH_BYTES:
        raise BadKey(f"This is not a secret of {_AUTH_BYTES} bytes in base64url.")
    return secret


def encode(raw: bytes) -> str:
    """base64url without padding, as web push has it everywhere."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    if len(text) > _LONGEST_KEY:
        raise BadKey(f"This key is longer than {_LONGEST_KEY} characters.")
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadKey("This key is not base64url.") from error
