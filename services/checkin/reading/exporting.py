"""All that the site has of a person, for them: as one document, or as tables."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from checkin.door.auth import Me
from checkin.door.front import Front
from checkin.reading import listing
from checkin.reading.agreements import agreement_of
from checkin.reading.couples import couple_of
from checkin.reading.inbox import inbox_of
from checkin.reading.listing import Filter
from checkin.reading.practices import own_practices
from checkin.reading.presenting import Sight
from checkin.reading.prompting import history_of, in_order
from checkin.reading.pulse import own_months
from checkin.reading.wishes import shown
from shared import days
from shared.sealing import CannotOpen

Row = Mapping[str, Any]
Export = dict[str, list[Row]]
"""The rows of each table, by its name."""

_PAGE = 200


def gathered(front: Front, me: Me) -> Export:
    """Every table. Of others it holds nothing but the ids of the couples' members."""
    entries = list(_entries(front, me))
    return {
        "person": [_person(front, me)],
        "tokens": _tokens(front, me),
        "channels": _channels(front, me),
        "couples": _couples(front, me),
        "pauses": _pauses(front, me),
        "practices": [practice._asdict() for practice in own_practices(front, me)],
        "topics": _topics(front, me),
        "pulse": [{"month": m.month, "shared": m.shared, **m.answers} for m in own_months(front, me)],
        "check_ins": entries,
        "versions": list(_versions(front, me, entries)),
        "nudge_settings": [_flat(shown(me.view))],
        "nudges": _nudges(front, me),
    }


def as_tables(export: Export) -> bytes:
    """A zip archive with a CSV file (RFC 4180, UTF-8) for each table that has rows."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        for name, rows in export.items():
            if rows:
                files.writestr(f"{name.replace('_', '-')}.csv", _table(rows))
    return archive.getvalue()


def _table(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    return " ".join(map(str, value)) if isinstance(value, list) else value


def _person(front: Front, me: Me) -> Row:
    view = me.view
    return {
        "id": me.id,
        "name": _opened(front, me, view.name_event, "name", view.name),
        "language": view.language,
        "zones": [f"{days.iso_instant(span.from_ms)} {span.zone}" for span in view.spans],
        "day_starts": [f"{span.day_start // 60:02}:{span.day_start % 60:02}" for span in view.spans],
        "registered_at": days.iso_instant(view.registered_ms),
    }


def _tokens(front: Front, me: Me) -> list[Row]:
    return [
        {
            "id": token,
            "scope": view.scope,
            "name": None if view.name is None else _opened(front, me, token, "name", view.name),
            "last_four": view.last_four,
            "created_at": None if view.issued_ms is None else days.iso_instant(view.issued_ms),
        }
        for token, view in me.view.tokens.items()
    ]


def _channels(front: Front, me: Me) -> list[Row]:
    return [
        {"id": channel, "kind": view.kind, "address": _opened(front, me, view.event, "address", view.address)}
        for channel, view in me.view.channels.items()
    ]


def _couples(front: Front, me: Me) -> list[Row]:
    couple = couple_of(front, me)
    past = [stream.partition("/")[2] for stream in me.view.past if stream != me.own_subject]
    now = [] if couple is None else [{"couple": couple.couple, "day_one": couple.day_one, "left": False}]
    return [*({"couple": one, "day_one": None, "left": True} for one in past), *now]


def _pauses(front: Front, me: Me) -> list[Row]:
    pauses = agreement_of(front, me).pauses
    return [{"id": p.id, "from": p.first, "until": p.last} for p in pauses if p.opener == me.id]


def _topics(front: Front, me: Me) -> list[Row]:
    return [
        {"from": days.iso(off.first), "off": in_order(off.topics)}
        for off in history_of(front, me.id, me.view)
    ]


def _entries(front: Front, me: Me) -> Iterator[Row]:
    below = None
    while True:
        page = listing.page(front, me, Filter(author=me.id), below, _PAGE)
        yield from page.check_ins
        if page.next is None:
            return
        below = page.next


def _versions(front: Front, me: Me, entries: Sequence[Row]) -> Iterator[Row]:
    sight = Sight(front, me, None)
    for row in entries:
        if row.get("amended_at") is None:
            continue
        found = listing.own(front, me, row["id"])
        for version in listing.versions(front, me, found):
            yield {"check_in": row["id"], **sight.version(found.entry, version)}


def _flat(settings: Mapping[str, Any]) -> Row:
    quiet = settings["quiet"] or {}
    plain = {name: settings[name] for name in ("system", "partner", "content", "changed_at")}
    hours = {f"quiet_{name}": quiet.get(name) for name in ("from", "until")}
    return {**plain, **hours, **settings["kinds"]}


def _nudges(front: Front, me: Me) -> list[Row]:
    return [
        {"at": days.iso_instant(n.at_ms), "kind": n.kind, "title": n.title, "body": n.body, "why": n.why}
        for n, _ in inbox_of(front, me)
    ]


def _opened(front: Front, me: Me, event: str, field: str, sealed: str) -> str | None:
    try:
        return front.sealer.open(me.id, me.key, event, field, sealed)
    except CannotOpen:
        return None
