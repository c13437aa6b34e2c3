"""Secrets that clients hold: tokens and codes. Each names its subject; only an HMAC is stored."""

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from typing import NamedTuple
from uuid import UUID

from shared.events.values import Scope
from shared.links import Links

_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_TOKEN = re.compile(rf"at([wr])_({_ID})_([A-Za-z0-9_-]{{43}})", re.ASCII)
_FEED_KEY = re.compile(rf"({_ID})_[A-Za-z0-9_-]{{43}}", re.ASCII)
_CODE = re.compile(rf"({_ID})\.([A-Za-z0-9_-]{{43}})", re.ASCII)
# Crockford's: no I, L, O, U. Their look-alikes are read as what they look like.
_PAPER = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GAPS = re.compile(r"[\s\-\u2010-\u2015]")
_RECOVERY_CODE = re.compile(f"[{_PAPER}]{{52}}", re.ASCII)
_SECRET_BITS = 132  # with the 128 of the person's id they fill 52 characters
CODE_DIGITS = 6
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


class RecoveryCode(NamedTuple):
    person: str
    secret: int

    @property
    def text(self) -> str:
        """For paper: thirteen groups of four."""
        number = UUID(self.person).int << _SECRET_BITS | self.secret
        letters = "".join(_PAPER[number >> shift & 31] for shift in range(255, -1, -5))
        return "-".join(letters[at : at + 4] for at in range(0, 52, 4))


def read_token(text: str) -> Token | None:
    """The token in this text, or None if it is not formed like one."""
    found = _TOKEN.fullmatch(text)
    return Token(found[2], "write" if found[1] == "w" else "read", text) if found else None


def read_feed_key(text: str) -> str | None:
    """The person whom this key of a calendar names, or None if it is not formed like one."""
    found = _FEED_KEY.fullmatch(text)
    return found[1] if found else None


def read_code(text: str) -> Code | None:
    """The invite code in this text, or None if it is not formed like one."""
    found = _CODE.fullmatch(text)
    return Code(found[1], found[2]) if found else None


def read_recovery_code(text: str) -> RecoveryCode | None:
    """The recovery code in this text, in any case and grouping; None if it is not formed like one."""
    letters = _GAPS.sub("", text).upper().translate(str.maketrans("ILO", "110"))
    if not _RECOVERY_CODE.fullmatch(letters):
        return None
    number = 0
    for letter in letters:
        number = number << 5 | _PAPER.index(letter)
    return RecoveryCode(str(UUID(int=number >> _SECRET_BITS)), number & ((1 << _SECRET_BITS) - 1))


class Tokens:
    """Makes and recognises secrets with the site's token key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.links = Links(key)

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

    def feed_key(self, person: str) -> str:
        """A fresh key of a calendar, to stand in its address."""
        return f"{person}_{secrets.token_urlsafe(32)}"

    def feed(self, key: str) -> str:
        """What is stored of a calendar's key."""
        return self._hmac("feed\0", key).hex()

    def recovery_code(self, person: str) -> RecoveryCode:
        """A fresh recovery code."""
        return RecoveryCode(person, secrets.randbits(_SECRET_BITS))

    def recovery(self, code: RecoveryCode) -> str:
        """What is stored of a recovery code."""
        return self._hmac("recovery\0", f"{code.person}\0{code.secret:x}").hex()

    def digits(self, command: str) -> str:
        """The code that verifies a channel: of one command always the same."""
        number = int.from_bytes(self._hmac("digits\0", command)[:8])
        return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}}"

    def digits_given(self, channel: str, digits: str) -> str:
        """What is stored of a channel's code."""
        return self._hmac("digits given\0", f"{channel}\0{digits}").hex()

    def signature(self, person: str, text: str) -> str:
        """What shows that this text came from here, for this person."""
        return self._hmac("cursor\0", f"{person}\0{text}").hex()[:32]

    def seed(self, subject: str) -> bytes:
        """What is drawn for a couple follows from this: always the same, and known to no client."""
        return self._hmac("seed\0", subject)

    def _hmac(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self._key, (purpose + text).encode(), hashlib.sha256)
