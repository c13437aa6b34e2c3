"""Entries as their reader may see them: one's own with everything, the partner's by their visibility."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import structlog
from msgspec.structs import replace
from pydantic import BaseModel

from checkin.door.auth import Me
from checkin.door.front import Front
from checkin.reading.couples import Partner
from shared import days
from shared.events.couple import Written
from shared.logs import hashed
from shared.sealing import CannotOpen
from shared.views import PROJECTOR, place_of
from shared.views.couple import CheckinView

log = structlog.get_logger(__name__)

ANSWERABLE_DAYS = 2
"""For so long a day can still be answered with an entry of one's own; later it is shown without."""

_TEXTS = ("note", "feelings", "what", "prompt")

_read_feelings = msgspec.json.Decoder(list[str]).decode


class CheckinOut(BaseModel):
    """Of the partner's sealed entry only that it exists; of a shared one all but the time.

    `awaits_reply`: it is shown once the reader has checked in for that date, as the two have agreed.
    `felt_heard`, `amended_at`, `deleted` and `busy` are in one's own only. `unreadable`: something was
    written that does not open any more, and is null; that is a fault of the site's.
    """

    id: str
    author: str
    kind: str | None
    local_date: str
    visibility: str
    note: str | None = None
    feelings: list[str] | None = None
    what: str | None = None
    prompt: str | None = None
    minutes: int | None = None
    step: int | None = None
    in_reply_to: str | None = None
    at: str | None = None
    busy: int | None = None
    felt_heard: bool | None = None
    amended_at: str | None = None
    deleted: bool | None = None
    awaits_reply: bool | None = None
    unreadable: bool | None = None


class Sight:
    """What one reader may see of entries in one request."""

    def __init__(self, front: Front, me: Me, partner: Partner | None) -> None:
        self._front = front
        self._me = me
        self.partner = partner
        self._answered: dict[str, bool] = {}

    def may_see(self, subject: str, entry: CheckinView) -> bool:
        """The partner's entries are seen in today's couple alone, and never a secret one."""
        if entry.author == self._me.id:
            return True
        theirs = self.partner is not None and entry.author == self.partner.id
        return theirs and subject == self._me.subject and entry.visibility != "secret"

    def knows(self, entry: CheckinView) -> bool:
        """Whether more is told than that it exists: of one's own, and of what is shared now."""
        if entry.author == self._me.id:
            return True
        return entry.visibility == "shared" and not entry.deleted and not self._awaits_reply(entry.local_date)

    def shown(self, entries: Sequence[CheckinView], subjects: Sequence[str]) -> list[dict[str, Any]]:
        """These entries, each from its stream, as they are presented to the reader."""
        heard = self._heard(entries, subjects)
        return [
            self._own(entry, heard) if entry.author == self._me.id else self._others(entry)
            for entry in entries
        ]

    def texts(self, entry: CheckinView, key: bytes | None) -> dict[str, Any]:
        """What its author wrote, None where there is nothing or the author's key has been erased.

        `unreadable` where the key is there and something does not open all the same.
        """
        sealed = {name: getattr(entry, name) for name in _TEXTS}
        opened: dict[str, Any] = {name: self._opened(entry, key, name, text) for name, text in sealed.items()}
        if opened["feelings"] is not None:
            opened["feelings"] = _read_feelings(opened["feelings"])
        if key is None or all(sealed[name] is None or opened[name] is not None for name in _TEXTS):
            return opened
        log.warning("entry unreadable", entry=hashed(entry.id))
        return {**opened, "unreadable": True}

    def version(self, entry: CheckinView, one: Written) -> dict[str, Any]:
        """What an entry of the reader's own said at some time."""
        texts = {name: getattr(one, name) for name in _TEXTS}
        return {
            "at": days.iso_instant(one.at_ms),
            "visibility": one.visibility,
            "minutes": one.minutes,
            "step": one.step,
            **self.texts(replace(entry, event=one.event, **texts), self._me.view.key),
        }

    def _awaits_reply(self, date: str) -> bool:
        """Whether, as the two have agreed, the reader has to check in for this date before it is revealed."""
        if self.partner is None or not self.partner.agreement.reply_to_reveal:
            return False
        today = days.local_date(self._me.view.spans, self._front.clock.now_ms())
        if days.ordinal(date) < today - ANSWERABLE_DAYS:
            return False
        if date not in self._answered:
            self._answered[date] = self._has_entry_on(date)
        return not self._answered[date]

    def _has_entry_on(self, date: str) -> bool:
        subject, mine = self._me.subject, f"{date}/{self._me.id}"
        # "0" follows "/", so this is above every key of the reader's on that date.
        found = self._front.store.newest(PROJECTOR, subject, f"checkins/{subject}", f"{mine}0", 1)
        return bool(found) and found[0].startswith(f"{mine}/")

    def _heard(self, entries: Sequence[CheckinView], subjects: Sequence[str]) -> Mapping[str, bool]:
        mine = [
            (entry.id, subject)
            for entry, subject in zip(entries, subjects, strict=True)
            if entry.kind == "reflection" and entry.author == self._me.id
        ]
        asks = [(PROJECTOR, s, f"heard/{s}/{place_of(self._me.id, checkin)}") for checkin, s in mine]
        found = self._front.store.views(asks) if asks else []
        return {checkin: mark is not None for (checkin, _), mark in zip(mine, found, strict=True)}

    def _own(self, entry: CheckinView, heard: Mapping[str, bool]) -> dict[str, Any]:
        reply_to = entry.in_reply_to
        seen = {
            "id": entry.id,
            "author": entry.author,
            "kind": entry.kind,
            "local_date": entry.local_date,
            "visibility": entry.visibility,
            "at": days.iso_instant(entry.at_ms),
        }
        if entry.deleted:
            return {**seen, "deleted": True}
        return {
            **seen,
            "busy": entry.busy,
            "minutes": entry.minutes,
            "step": entry.step,
            "in_reply_to": None if reply_to is None else self._front.masks.mask(reply_to),
            "felt_heard": heard.get(entry.id),
            "amended_at": None if entry.written_ms is None else days.iso_instant(entry.written_ms),
            **self.texts(entry, self._me.view.key),
        }

    def _others(self, entry: CheckinView) -> dict[str, Any]:
        """The partner's: of a sealed entry that it exists, of a shared one no time."""
        shared = entry.visibility == "shared" and not entry.deleted
        seen = {
            "id": self._front.masks.mask(entry.id),
            "author": entry.author,
            "kind": None,
            "local_date": entry.local_date,
            # One that was deleted is no more to be told from one that is sealed.
            "visibility": "shared" if shared else "sealed",
        }
        if not self.knows(entry):
            return {**seen, "awaits_reply": True} if shared else seen
        told = {
            "kind": entry.kind,
            "minutes": entry.minutes,
            "step": entry.step,
            "in_reply_to": entry.in_reply_to,
        }
        key = None if self.partner is None else self.partner.view.key
        return seen | told | self.texts(entry, key)

    def _opened(self, entry: CheckinView, key: bytes | None, field: str, sealed: str | None) -> str | None:
        if key is None or sealed is None:
            return None
        try:
            return self._front.sealer.open(entry.author, key, entry.event or entry.id, field, sealed)
        except CannotOpen:
            return None
