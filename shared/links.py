"""One-tap links: who taps one wants less of what Attune sends, or of what their partner sends.

A link needs no login and shows nothing. What it says is encrypted (AES-SIV, RFC 5297): it names nobody, and
nobody makes or changes one without the site's token key. The same wish of one day has the same link.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from shared.days import DAY_MS

PATH = "/n/"
LIFETIME_DAYS = 30
"""A mail is found again after weeks, and seldom after that."""

Wish = Literal["fewer", "stop"]
Of = Literal["system", "partner"]

_WISHES: tuple[tuple[Wish, Of], ...] = (
    ("fewer", "system"),
    ("stop", "system"),
    ("fewer", "partner"),
    ("stop", "partner"),
)
"""By the one byte that stands for each. Only ever add to the end."""
_LANGUAGES = ("en", "fr")
_PLACE = [b"attune/link/1"]
_SIGNED = re.compile(r"[A-Za-z0-9_-]{51}", re.ASCII)


@dataclass(frozen=True)
class Tap:
    """What a link asks for, and in which language it is answered."""

    person: str
    wish: Wish
    of: Of
    language: str


class Links:
    """Makes links and reads them. `public_url`: where the site is reached, without a last slash."""

    def __init__(self, token_key: bytes, public_url: str = "") -> None:
        self._aead = AESSIV(hmac.digest(token_key, b"link\0", hashlib.sha512))
        self._public_url = public_url

    @property
    def are_public(self) -> bool:
        """Whether a link leads here from anywhere."""
        return bool(self._public_url)

    def url(self, tap: Tap, now_ms: int) -> str:
        """The link, good for a month; without a public address the path alone."""
        return f"{self._public_url}{PATH}{self.signed(tap, now_ms)}"

    def signed(self, tap: Tap, now_ms: int) -> str:
        """What stands in the link after the path."""
        last_day = now_ms // DAY_MS + LIFETIME_DAYS
        wish = _WISHES.index((tap.wish, tap.of))
        language = _LANGUAGES.index(tap.language) if tap.language in _LANGUAGES else 0
        plain = UUID(tap.person).bytes + bytes((wish, language)) + last_day.to_bytes(4)
        return base64.urlsafe_b64encode(self._aead.encrypt(plain, _PLACE)).rstrip(b"=").decode()

    def read(self, signed: str, now_ms: int) -> Tap | None:
        """What a link asks for; None if it was not made here, or is over."""
        if not _SIGNED.fullmatch(signed):
            return None
        try:
            plain = self._aead.decrypt(base64.urlsafe_b64decode(f"{signed}="), _PLACE)
        except InvalidTag:
            return None
        wish, language, last_day = plain[16], plain[17], int.from_bytes(plain[18:22])
        if wish >= len(_WISHES) or language >= len(_LANGUAGES) or now_ms // DAY_MS > last_day:
            return None
        return Tap(str(UUID(bytes=plain[:16])), *_WISHES[wish], _LANGUAGES[language])
