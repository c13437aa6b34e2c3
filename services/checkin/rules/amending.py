"""What becomes of an entry after it was made: amended, deleted, undone, felt heard. Pure.

The fold sees no entry, so each event says all that is to be shown from now on. What has been deleted is
remembered for a while: what was on its way to such an entry brings nothing of it back.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from checkin.rules.entries import REMEMBERED_DAYS, digest_of, recent
from checkin.rules.outcomes import kept, refused
from checkin.rules.states import Step, Subject
from shared import days, undo
from shared.days import DAY_MS
from shared.events.couple import CheckinAmended, CheckinDeleted, CheckinUndone, ReflectionHeard
from shared.folding import Entry, Forget, Record
from shared.views import pack, place_of
from shared.views.couple import CheckinView
from shared.views.person import Outcome

WISHES = (CheckinAmended, CheckinDeleted, CheckinUndone, ReflectionHeard)


def change(subject: str, before: Subject, record: Record, wish: Any) -> Step | None:
    """What the wish comes to; None for a repeat, or where its author has no entries."""
    if wish.command in before.agreed or not _has_entries(before, wish.author):
        return None
    now_ms, digest = record.append_ms, digest_of(wish.author, wish.checkin)
    reason = _why_not(before, digest, now_ms, wish)
    outcome = Outcome(200, after=(subject, record.offset)) if reason is None else refused(reason)
    after = replace(before, agreed=kept(before.agreed, {wish.command: outcome}, now_ms))
    if reason is not None:
        return Step(after)
    if isinstance(wish, CheckinDeleted | CheckinUndone):
        gone = recent(before.gone, REMEMBERED_DAYS * DAY_MS, now_ms)
        after = replace(after, gone={**gone, digest: now_ms})
    return _RULES[type(wish)](Step(after), subject, wish)


def _why_not(before: Subject, digest: bytes, now_ms: int, wish: msgspec.Struct) -> str | None:
    if digest in before.gone:
        return "unknown_entry"
    if not isinstance(wish, CheckinUndone) or undo.may_undo(before.fresh.get(digest, 0), now_ms):
        return None
    return "too_late_to_undo"


def _has_entries(before: Subject, author: str) -> bool:
    """Also of those who have left: what they wrote stays theirs."""
    if before.couple is not None:
        return author in before.couple.members
    return before.person is not None and before.person.id == author


def _amend(step: Step, subject: str, wish: CheckinAmended) -> Step:
    place, now = place_of(wish.author, wish.checkin), wish.now
    shown = CheckinView(
        id=wish.checkin,
        author=wish.author,
        kind=wish.kind,
        local_date=wish.local_date,
        visibility=now.visibility,
        at_ms=wish.at_ms,
        busy=wish.busy,
        in_reply_to=wish.in_reply_to,
        minutes=now.minutes,
        note=now.note,
        feelings=now.feelings,
        what=now.what,
        prompt=now.prompt,
        step=now.step,
        event=now.event,
        written_ms=now.at_ms,
    )
    views: dict[str, bytes | None] = {f"checkin/{subject}/{place}": pack(shown)}
    lines = []
    for version in (wish.was, now):
        key = f"{place}/{days.iso_instant(version.at_ms)}/{version.event}"
        views[f"version/{subject}/{key}"] = pack(version)
        lines.append(Entry(f"versions/{subject}", key))
    return step._replace(views=views, entries=tuple(lines))


def _delete(step: Step, subject: str, wish: CheckinDeleted) -> Step:
    place = place_of(wish.author, wish.checkin)
    shown = CheckinView(
        id=wish.checkin,
        author=wish.author,
        kind=wish.kind,
        local_date=wish.local_date,
        visibility=wish.visibility,
        at_ms=wish.at_ms,
        deleted=True,
    )
    views: dict[str, bytes | None] = {f"checkin/{subject}/{place}": pack(shown)}
    return step._replace(views=views, forgets=(versions_of(subject, place),))


def _undo(step: Step, subject: str, wish: CheckinUndone) -> Step:
    place = place_of(wish.author, wish.checkin)
    entry = Forget(f"checkins/{subject}", f"/{place}", f"checkin/{subject}/")
    return step._replace(forgets=(entry, versions_of(subject, place)))


def _hear(step: Step, subject: str, wish: ReflectionHeard) -> Step:
    place = place_of(wish.author, wish.checkin)
    views: dict[str, bytes | None] = {f"heard/{subject}/{place}": b"1"}
    return step._replace(views=views, entries=(Entry(f"heard/{subject}", place),))


def versions_of(subject: str, place: str) -> Forget:
    """The versions of one entry, or of all that an author has in this stream if the place is theirs."""
    author = place.partition("/")[0]
    return Forget(f"versions/{subject}", place, f"version/{subject}/{author}/")


_RULES: dict[type[msgspec.Struct], Callable[[Step, str, Any], Step]] = {
    CheckinAmended: _amend,
    CheckinDeleted: _delete,
    CheckinUndone: _undo,
    ReflectionHeard: _hear,
}
