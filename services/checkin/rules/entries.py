"""Check-ins: taken once, listed in the stream of their subject, handed on where the author has left."""

from collections.abc import Mapping
from hashlib import blake2b

from msgspec.structs import replace

from checkin.rules.states import Couple, Crossing, Step, Subject
from shared import topics, undo
from shared.events.couple import CheckinRecorded
from shared.folding import Entry, Record
from shared.views import pack, place_of
from shared.views.couple import CheckinView

REMEMBERED_DAYS = 4

_DAY_MS = 86_400_000


def record_checkin(subject: str, before: Subject, record: Record, entry: CheckinRecorded) -> Step | None:
    """What a check-in does to its subject; None for a repeat, or where it has no place."""
    person, couple, checkin = before.person, before.couple, record.event.id
    if couple is None and (person is None or person.id != entry.author):
        return None
    seen = remember(before.seen, entry.author, checkin, record.append_ms)
    if seen is None:
        return None
    fresh = recent(before.fresh, undo.UNDO_MS, record.append_ms)
    fresh[digest_of(entry.author, checkin)] = record.append_ms
    after = replace(before, seen=seen, fresh=fresh)
    if couple is not None and not is_member(couple, entry.author):
        return Step(after, (Crossing(topics.person(entry.author), entry, checkin),))
    place = place_of(entry.author, checkin)
    views: dict[str, bytes | None] = {f"checkin/{subject}/{place}": pack(_view(checkin, entry))}
    return Step(after, views=views, entries=(Entry(f"checkins/{subject}", f"{entry.local_date}/{place}"),))


def digest_of(author: str, checkin: str) -> bytes:
    """By what an entry is remembered: 8 bytes."""
    return blake2b(f"{author} {checkin}".encode(), digest_size=8).digest()


def recent(before: Mapping[bytes, int], for_ms: int, now_ms: int) -> dict[bytes, int]:
    """Those that have not been remembered for longer than this."""
    return {digest: at_ms for digest, at_ms in before.items() if at_ms >= now_ms - for_ms}


def is_member(couple: Couple, person: str) -> bool:
    return person in couple.members and person not in couple.left


def remember(seen: dict[int, bytes], author: str, checkin: str, now_ms: int) -> dict[int, bytes] | None:
    """`seen` with this check-in, without what is older than four days of log time; None if it is in there.

    By day of log time, the digests of (author, id) one after the other: 8 bytes a check-in.
    """
    digest = digest_of(author, checkin)
    if any(digest in digests for digests in seen.values()):
        return None
    today = now_ms // _DAY_MS
    kept = {day: digests for day, digests in seen.items() if day >= today - REMEMBERED_DAYS}
    kept[today] = kept.get(today, b"") + digest
    return kept


def _view(checkin: str, entry: CheckinRecorded) -> CheckinView:
    return CheckinView(
        id=checkin,
        author=entry.author,
        kind=entry.kind,
        local_date=entry.local_date,
        visibility=entry.visibility,
        at_ms=entry.at_ms,
        busy=entry.busy,
        minutes=entry.minutes,
        note=entry.note,
        feelings=entry.feelings,
        in_reply_to=entry.in_reply_to,
        what=entry.what,
        prompt=entry.prompt,
        step=entry.step,
    )
