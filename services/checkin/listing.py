"""Check-ins as their reader may see them: one's own with everything, the partner's by their visibility."""

import heapq
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from checkin.auth import Me
from checkin.couples import Partner, partner_of
from checkin.entries import place_of
from checkin.front import Front
from shared import days
from shared.sealing import CannotOpen
from shared.views import PROJECTOR, CheckinView

MOST_ROUNDS = 10
"""How often one request reads on, where a filter leaves little."""

_read_checkin = msgspec.msgpack.Decoder(CheckinView).decode
_read_feelings = msgspec.json.Decoder(list[str]).decode


class Filter(NamedTuple):
    """Which entries are asked for. Dates are ISO and included."""

    kind: str | None = None
    author: str | None = None
    first: str | None = None
    last: str | None = None

    def matches(self, me: Me, entry: CheckinView) -> bool:
        """Of the partner's sealed entries nothing is known that one could ask for but author and date."""
        known = entry.author == me.id or entry.visibility == "shared"
        return (self.author in (None, entry.author)) and (
            self.kind is None or (known and self.kind == entry.kind)
        )


class Page(NamedTuple):
    """Entries, the latest date first. `next` is the key below which the next page begins, None at the end."""

    check_ins: list[dict[str, Any]]
    next: str | None


class _Line(NamedTuple):
    """A key `<local_date>/<author>/<hash>` and the stream that it is listed in."""

    key: str
    subject: str

    @property
    def date(self) -> str:
        return self.key.split("/")[0]

    @property
    def view(self) -> tuple[str, str, str]:
        return PROJECTOR, self.subject, f"checkin/{self.subject}/{self.key.partition('/')[2]}"


def page(front: Front, me: Me, wanted: Filter, below: str | None, limit: int) -> Page:
    """Up to `limit` entries below the key `below`."""
    if wanted.last is not None:
        # "0" follows "/", so this is above every key of that date.
        below = min(below or f"{wanted.last}0", f"{wanted.last}0")
    found: list[CheckinView] = []
    partner = partner_of(front, me)
    for _ in range(MOST_ROUNDS):
        lines = _lines(front, me, below, limit)
        for line, entry in zip(lines, _entries(front, lines), strict=True):
            if wanted.first is not None and line.date < wanted.first:
                return Page(_shown(front, me, partner, found), None)
            if len(found) == limit:
                return Page(_shown(front, me, partner, found), below)
            below = line.key
            if entry is not None and _may_see(me, partner, line, entry) and wanted.matches(me, entry):
                found.append(entry)
        if len(lines) < limit:
            return Page(_shown(front, me, partner, found), None)
    return Page(_shown(front, me, partner, found), below)


def one(front: Front, me: Me, presented: str) -> dict[str, Any] | None:
    """The entry of this id, as it is presented to this reader; None if there is none that they may see."""
    partner = partner_of(front, me)
    entry = _find(front, me, partner, presented)
    return None if entry is None else _shown(front, me, partner, [entry])[0]


def find(front: Front, me: Me, presented: str) -> CheckinView | None:
    """The entry itself: one's own by its id, in any of one's streams, the partner's by its mask."""
    return _find(front, me, partner_of(front, me), presented)


def _find(front: Front, me: Me, partner: Partner | None, presented: str) -> CheckinView | None:
    lines = [_Line(f"/{place_of(me.id, presented)}", subject) for subject in _subjects(me)]
    if partner is not None:
        lines.append(_Line(f"/{place_of(partner.id, front.masks.unmask(presented))}", me.subject))
    found = zip(lines, _entries(front, lines), strict=True)
    return next((e for line, e in found if e is not None and _may_see(me, partner, line, e)), None)


def _subjects(me: Me) -> list[str]:
    """Where this reader's entries can be: today's stream, their own, and those they have been in."""
    return list(dict.fromkeys((me.subject, me.own_subject, *me.view.past)))


def _lines(front: Front, me: Me, below: str | None, limit: int) -> list[_Line]:
    """The next lines of all the streams together, the greatest key first."""
    streams = [
        [
            _Line(key, subject)
            for key in front.store.newest(PROJECTOR, subject, f"checkins/{subject}", below, limit)
        ]
        for subject in _subjects(me)
    ]
    return list(heapq.merge(*streams, reverse=True))[:limit]


def _entries(front: Front, lines: Sequence[_Line]) -> list[CheckinView | None]:
    views = front.store.views([line.view for line in lines]) if lines else []
    return [None if view is None else _read_checkin(view) for view in views]


def _may_see(me: Me, partner: Partner | None, line: _Line, entry: CheckinView) -> bool:
    """The partner's entries are seen in today's couple alone, and never a secret one."""
    if entry.author == me.id:
        return True
    theirs = partner is not None and entry.author == partner.id
    return theirs and line.subject == me.subject and entry.visibility != "secret"


def _shown(
    front: Front, me: Me, partner: Partner | None, entries: Sequence[CheckinView]
) -> list[dict[str, Any]]:
    key = None if partner is None else partner.view.key
    return [_own(front, me, e) if e.author == me.id else _others(front, e, key) for e in entries]


def _own(front: Front, me: Me, entry: CheckinView) -> dict[str, Any]:
    reply_to = entry.in_reply_to
    return {
        "id": entry.id,
        "author": entry.author,
        "kind": entry.kind,
        "local_date": entry.local_date,
        "visibility": entry.visibility,
        "at": days.iso_instant(entry.at_ms),
        "busy": entry.busy,
        "minutes": entry.minutes,
        "in_reply_to": None if reply_to is None else front.masks.mask(reply_to),
        **_texts(front, entry, me.view.key),
    }


def _others(front: Front, entry: CheckinView, key: bytes | None) -> dict[str, Any]:
    """The partner's: of a sealed entry that it exists, of a shared one no time."""
    seen = {
        "id": front.masks.mask(entry.id),
        "author": entry.author,
        "kind": None,
        "local_date": entry.local_date,
        "visibility": entry.visibility,
    }
    if entry.visibility != "shared":
        return seen
    told = {"kind": entry.kind, "minutes": entry.minutes, "in_reply_to": entry.in_reply_to}
    return seen | told | _texts(front, entry, key)


def _texts(front: Front, entry: CheckinView, key: bytes | None) -> dict[str, Any]:
    """Note and feelings, None where there are none or the author's key has been erased."""
    feelings = _opened(front, entry, key, "feelings", entry.feelings)
    return {
        "note": _opened(front, entry, key, "note", entry.note),
        "feelings": None if feelings is None else _read_feelings(feelings),
    }


def _opened(
    front: Front, entry: CheckinView, key: bytes | None, field: str, sealed: str | None
) -> str | None:
    if key is None or sealed is None:
        return None
    try:
        return front.sealer.open(entry.author, key, entry.id, field, sealed)
    except CannotOpen:
        return None
