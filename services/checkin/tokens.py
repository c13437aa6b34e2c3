"""Secrets that clients hold: tokens and invite codes. Each names its subject; only an HMAC is stored."""

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from typing import NamedTuple

from shared.events import Scope

_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_TOKEN = re.compile(rf"at([wr])_({_ID})_([A-Za-z0-9_-]{{43}})", re.ASCII)
_CODE = re.compile(rf"({_ID})\.([A-Za-z0-9_-]{{43}})", re.ASCII)
_PREFIXES: dict[Scope, str] = {"write": "atw", "read": "atr"}


class Token(NamedTuple):
    person: str
    scope: Scope
    text: str

    @property
    def last_four(self) -> str:
        """What may be shown and stored: 234 of its 256 random bits stay unknown."""
        return self.text[-4:]


class Code(NamedTuple):
    inviter: str
    secret: str


def read_token(text: str) -> Token | None:
    """The token in this text, or None if it is not formed like one."""
    found = _TOKEN.fullmatch(text)
    return Token(found[2], "write" if found[1] == "w" else "read", text) if found else None


def read_code(text: str) -> Code | None:
    """The invite code in this text, or None if it is not formed like one."""
    found = _CODE.fullmatch(text)
    return Code(found[1], found[2]) if found else None


class Tokens:
    """Makes and recognises secrets with the site's token key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def issue(self, person: str, scope: Scope) -> Token:
        """A fresh token."""
        return Token(person, scope, f"{_PREFIXES[scope]}_{person}_{secrets.token_urlsafe(32)}")

    def digest(self, token: str) -> str:
        """What is stored of a token."""
        return self._hmac("", token).hex()

    def code(self, inviter: str, command: str) -> Code:
        """The code of an invite: of one command always the same, so that a repeat shows it again."""
        secret = self._hmac("code\0", f"{inviter}\0{command}")
        return Code(inviter, urlsafe_b64encode(secret).rstrip(b"=").decode())

    def invite(self, code: Code) -> str:
        """What is stored of an invite's code."""
        return self._hmac("invite\0", code.secret).hex()

    def signature(self, person: str, text: str) -> str:
        """What shows that this text came from here, for this person."""
        return self._hmac("cursor\0", f"{person}\0{text}").hex()[:32]

    def seed(self, subject: str) -> bytes:
        """What is drawn for a couple follows from this: always the same, and known to no client."""
        return self._hmac("seed\0", subject)

    def _hmac(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self._key, (purpose + text).encode(), hashlib.sha256)
