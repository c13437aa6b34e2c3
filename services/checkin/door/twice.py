"""Two steps for what cannot be taken back: asking gives a word, and asking again with that word does it."""

import hmac
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from checkin.door.auth import Me
from checkin.door.errors import invalid
from checkin.door.front import Front
from shared import days

LASTS_MS = 600_000


class ConfirmQuery(BaseModel):
    """`confirm` is the word that the first step gave."""

    model_config = ConfigDict(extra="forbid")

    confirm: str | None = Field(None, max_length=100)


class FirstStep(BaseModel):
    """Nothing has happened yet. The same request with `?confirm=` and this word does it, until it expires."""

    confirm: str
    expires_at: str


def first_step(front: Front, me: Me, what: str) -> dict[str, Any]:
    """The word for this one thing and this person. It is kept nowhere."""
    until_ms = front.clock.now_ms() + LASTS_MS
    return {"confirm": _word(front, me, what, until_ms), "expires_at": days.iso_instant(until_ms)}


def refuse_unless_confirmed(front: Front, me: Me, what: str, word: str) -> None:
    """Raises 422 for a word that is not of the first step, or is over."""
    until = word.partition(".")[0]
    until_ms = int(until) if until.isascii() and until.isdigit() and len(until) < 16 else 0  # noqa: PLR2004
    right = hmac.compare_digest(word.encode(), _word(front, me, what, until_ms).encode())
    if not right or until_ms < front.clock.now_ms():
        raise invalid(("/confirm", "This word is not, or no longer, right: ask without one for another."))


def _word(front: Front, me: Me, what: str, until_ms: int) -> str:
    return f"{until_ms}.{front.tokens.signature(me.id, f'{what} {until_ms}')}"
