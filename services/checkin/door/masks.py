"""Masks: what the partner sees in place of an entry's id.

A UUIDv7 tells the instant at which it was made, and the partner is shown a date, never a time. A mask is the
id as one AES block under the site's key: it tells nothing, and the API can take it back.
"""

import hashlib
import hmac
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class Masks:
    """Masks and unmasks ids, UUIDs in their usual form, with a key derived from the site's token key."""

    def __init__(self, token_key: bytes) -> None:
        key = hmac.digest(token_key, b"masks\0", hashlib.sha256)
        # One block under a key of its own: there is nothing to chain, and equal ids are meant to look equal.
        self._cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305

    def mask(self, entry_id: str) -> str:
        """What others see of this id."""
        encryptor = self._cipher.encryptor()
        return str(UUID(bytes=encryptor.update(UUID(entry_id).bytes) + encryptor.finalize()))

    def unmask(self, masked: str) -> str:
        """The id behind a mask. What was never a mask gives an id that nothing has."""
        decryptor = self._cipher.decryptor()
        return str(UUID(bytes=decryptor.update(UUID(masked).bytes) + decryptor.finalize()))
