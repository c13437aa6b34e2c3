"""Sealing texts with their author's data key, and data keys with the site's master key (AES-256-GCM).

A sealed text opens only for the person, event and field that it was sealed for.
"""

import base64
import binascii
import os
import secrets
from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_KEY_BYTES = 32
_NONCE_BYTES = 12


class CannotOpen(Exception):
    """Sealed under another key, for another place, or altered since."""


class Sealer:
    """Holds the master key and, while keys are about that it wrapped, the one before.

    `wrapped` is a person's data key as `new_key` made it.
    """

    def __init__(self, master_key: bytes, previous: bytes | None = None, cached_keys: int = 4096) -> None:
        self._master = AESGCM(master_key)
        self._previous = None if previous is None else AESGCM(previous)
        self._data_key = lru_cache(maxsize=cached_keys)(self._unwrap)

    def new_key(self, person: str) -> bytes:
        """A fresh data key, wrapped: useless without the master key and for anybody else."""
        return _encrypt(self._master, secrets.token_bytes(_KEY_BYTES), _place(person))

    def rewrapped(self, person: str, wrapped: bytes) -> bytes | None:
        """The same data key, wrapped anew by the master key; None if that one wrapped it already.

        Raises `CannotOpen` if neither key did.
        """
        key, under = self._unwrapped(person, wrapped)
        return None if under is self._master else _encrypt(self._master, key, _place(person))

    def seal(self, person: str, wrapped: bytes, event_id: str, field: str, text: str) -> str:
        """The text, sealed for this place. Raises `CannotOpen` if the key is not this person's."""
        place = _place(person, f"\0{event_id}\0{field}")
        sealed = _encrypt(self._data_key(person, wrapped), text.encode(), place)
        # Base64, in little more than half of the time that the standard library takes for a long text.
        as_text: str = msgspec.to_builtins(sealed)
        return as_text

    def open(self, person: str, wrapped: bytes, event_id: str, field: str, sealed: str) -> str:
        """The text that was sealed for this place. Raises `CannotOpen`."""
        try:
            secret = base64.b64decode(sealed, validate=True)
        except ValueError as error:
            raise CannotOpen("This is not a sealed text.") from error
        place = _place(person, f"\0{event_id}\0{field}")
        return _decrypt(self._data_key(person, wrapped), secret, place).decode()

    def opens(self, person: str, wrapped: bytes) -> bool:
        """Whether one of the master keys wrapped this key for this person."""
        try:
            self._unwrapped(person, wrapped)
        except CannotOpen:
            return False
        return True

    def _unwrap(self, person: str, wrapped: bytes) -> AESGCM:
        return AESGCM(self._unwrapped(person, wrapped)[0])

    def _unwrapped(self, person: str, wrapped: bytes) -> tuple[bytes, AESGCM]:
        """The data key, and the master key that had wrapped it."""
        try:
            return _decrypt(self._master, wrapped, _place(person)), self._master
        except CannotOpen:
            if self._previous is None:
                raise
        return _decrypt(self._previous, wrapped, _place(person)), self._previous


def load_master_key(file_text: str, setting: str = "A key") -> bytes:
    """The key in this file: 32 bytes in base64. Raises `ValueError` with a sentence that shows none of it."""
    try:
        key = base64.b64decode(file_text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _KEY_BYTES:
        raise ValueError(
            f"{setting} must be 32 random bytes in base64, as `openssl rand -base64 32` prints them."
        )
    return key


def _place(person: str, event_and_field: str = "") -> bytes:
    """What a ciphertext is bound to, the version first."""
    # Ids and field names never hold NUL, which separates them: no two places give the same bytes.
    return f"\x01person/{person}{event_and_field}".encode()


def _encrypt(key: AESGCM, plain: bytes, place: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + key.encrypt(nonce, plain, place)


def _decrypt(key: AESGCM, secret: bytes, place: bytes) -> bytes:
    nonce, body = secret[1 : 1 + _NONCE_BYTES], secret[1 + _NONCE_BYTES :]
    if secret[:1] != _VERSION:
        raise CannotOpen("This was sealed in a way that this version does not know.")
    try:
        return key.decrypt(nonce, body, place)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("Sealed under another key, for another place, or altered since.") from error
