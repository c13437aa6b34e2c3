"""Whether a webhook comes from your Attune: a sample to copy. It needs nothing but Python.

Any library for Standard Webhooks (standardwebhooks.com) does the same.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping

MOST_SECONDS_APART = 300


def is_genuine(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """`secret` is the `whsec_…` that the channel was added with, `headers` have names in small letters.

    `body` is the body as it came, byte for byte; `now` the seconds since 1970.
    """
    message, sent_at = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(now - int(sent_at)) > MOST_SECONDS_APART:
        return False  # old: somebody may have kept it and sends it again
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message}.{sent_at}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    # For a day after a rotation there are two, with a space between: one that fits is enough.
    return any(hmac.compare_digest(expected, given) for given in headers["webhook-signature"].split(" "))
