"""The entries of all the streams that somebody is or was in, page by page; and one of them."""

import heapq
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import msgspec

from checkin.door.auth import Me
from checkin.door.errors import Problem
from checkin.door.front import Front
from checkin.reading.couples import partner_of
from checkin.reading.presenting import Sight
from shared.events.couple import Written
from shared.views import PROJECTOR, place_of
from shared.views.couple import CheckinView

MOST_VERSIONS = 50
MOST_ROUNDS = 10
"""How often one request reads on, where a filter leaves little."""

_read_checkin = msgspec.msgpack.Decoder(CheckinView).decode
_read_version = msgspec.msgpack.Decoder(Written).decode


class Filter(NamedTuple):
    """Which entries are asked for. Dates are ISO and included."""

    kind: str | None = None
    author: str | None = None
    first: str | None = None
    last: str | None = None

    def matches(self, sight: Sight, entry: CheckinView) -> bool:
        """Of what the reader is not told nothing can be asked for but author and date."""
        by_author = self.author in (None, entry.author)
        return by_author and (self.kind is None or (self.kind == entry.kind and sight.knows(entry)))


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


class Found(NamedTuple):
    """An entry and the stream that it stands in."""

    entry: CheckinView
    subject: str


def page(front: Front, me: Me, wanted: Filter, below: str | None, limit: int) -> Page:
    """Up to `limit` entries below the key `below`."""
    if wanted.last is not None:
        # "0" follows "/", so this is above every key of that date.
        below = min(below or f"{wanted.last}0", f"{wanted.last}0")
    found: list[Found] = []
    sight = Sight(front, me, partner_of(front, me))
    for _ in range(MOST_ROUNDS):
        lines = _lines(front, me, below, limit)
        for line, entry in zip(lines, _entries(front, lines), strict=True):
            if wanted.first is not None and line.date < wanted.first:
                return Page(_shown(sight, found), None)
            if len(found) == limit:
                return Page(_shown(sight, found), below)
            below = line.key
            if entry is not None and sight.may_see(line.subject, entry) and wanted.matches(sight, entry):
                found.append(Found(entry, line.subject))
        if len(lines) < limit:
            return Page(_shown(sight, found), None)
    return Page(_shown(sight, found), below)


def _shown(sight: Sight, found: Sequence[Found]) -> list[dict[str, Any]]:
    return sight.shown([one.entry for one in found], [one.subject for one in found])


def one(front: Front, me: Me, presented: str) -> dict[str, Any] | None:
    """The entry of this id, as it is presented to this reader; None if there is none that they may see."""
    sight = Sight(front, me, partner_of(front, me))
    found = _find(front, me, sight, [presented]).get(presented)
    return None if found is None else sight.shown([found.entry], [found.subject])[0]


def find(front: Front, me: Me, presented: str) -> Found | None:
    """The entry itself: one's own by its id, in any of one's streams, the partner's by its mask."""
    return find_all(front, me, [presented]).get(presented)


def find_all(front: Front, me: Me, presented: Collection[str]) -> dict[str, Found]:
    """Those of these that there are, all read in one go."""
    return _find(front, me, Sight(front, me, partner_of(front, me)), presented)


def own(front: Front, me: Me, checkin: str) -> Found:
    """One's own entry that has not been deleted. Raises 404, or 503 while nobody can know."""
    lines = [_Line(f"/{place_of(me.id, checkin)}", subject) for subject in _subjects(me)]
    for line, entry in zip(lines, _entries(front, lines), strict=True):
        if entry is not None and not entry.deleted:
            return Found(entry, line.subject)
    raise unknown(front, me)


def unknown(front: Front, me: Me) -> Problem:
    """What to answer about an entry that this reader has not."""
    return front.missing(PROJECTOR, me.subject, Problem(404, "unknown_entry", "There is no such entry."))


def versions(front: Front, me: Me, found: Found) -> list[Written]:
    """What one's own entry has said over time, the latest first; empty if it was never amended."""
    subject, place = found.subject, place_of(me.id, found.entry.id)
    # "0" follows "/", so this is above every version of this entry.
    keys = front.store.newest(PROJECTOR, subject, f"versions/{subject}", f"{place}0", MOST_VERSIONS)
    asks = [(PROJECTOR, subject, f"version/{subject}/{key}") for key in keys if key.startswith(f"{place}/")]
    packed = front.store.views(asks) if asks else []
    return [_read_version(version) for version in packed if version is not None]


def _find(front: Front, me: Me, sight: Sight, presented: Collection[str]) -> dict[str, Found]:
    lines = [(one, line) for one in presented for line in _places(front, me, sight, one)]
    found: dict[str, Found] = {}
    for (one, line), entry in zip(lines, _entries(front, [line for _, line in lines]), strict=True):
        if entry is not None and sight.may_see(line.subject, entry):
            found.setdefault(one, Found(entry, line.subject))
    return found


def _places(front: Front, me: Me, sight: Sight, presented: str) -> list[_Line]:
    lines = [_Line(f"/{place_of(me.id, presented)}", subject) for subject in _subjects(me)]
    if sight.partner is not None:
        lines.append(_Line(f"/{place_of(sight.partner.id, front.masks.unmask(presented))}", me.subject))
    return lines


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
