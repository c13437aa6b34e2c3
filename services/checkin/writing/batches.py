"""Many check-ins at once, of a client that was offline: all claims in one round trip, all entries in one."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from checkin.door.auth import Me
from checkin.door.errors import Problem, body_of, invalid, later
from checkin.door.front import Front, Mark
from checkin.door.idempotency import answered
from checkin.writing.recording import Accepted, Asked, asked_for, entry_of, event_of, mark_of, referred
from shared.events import Event
from shared.faults import LogUnavailable
from shared.topics import JOURNAL

Outcome = Accepted | Problem


def record_all(front: Front, me: Me, bodies: Sequence[Any]) -> list[dict[str, Any]]:
    """One outcome for each body, in order. What is refused changes nothing and holds up nobody.

    The same id twice is one entry; its second body is answered as a repeat of the first.
    """
    asks = [_asked(front, me, body) for body in bodies]
    firsts: dict[str, Asked] = {}
    for asked in asks:
        if isinstance(asked, Asked):
            firsts.setdefault(asked.id, asked)
    outcomes = _recorded(front, me, firsts)
    return [_shown(_of(asked, firsts, outcomes)) for asked in asks]


def _asked(front: Front, me: Me, body: Any) -> Asked | Problem:
    try:
        asked = asked_for(front, me.id, body)
    except Problem as problem:
        return problem
    if asked.key is None:
        return invalid(("/id", "In a batch each check-in has an id of its own, a UUIDv7."))
    return asked


def _of(asked: Asked | Problem, firsts: Mapping[str, Asked], outcomes: Mapping[str, Outcome]) -> Outcome:
    if isinstance(asked, Problem):
        return asked
    if asked.digest != firsts[asked.id].digest:
        return Problem(422, "idempotency_mismatch", "This id came with another body before.")
    return outcomes[asked.id]


def _recorded(front: Front, me: Me, asks: Mapping[str, Asked]) -> dict[str, Outcome]:
    """By id, what became of each; the leases of those that were not accepted are given back."""
    attempt = front.new_id()
    leases = {asked.id: lease for asked in asks.values() if (lease := mark_of(me.id, asked, attempt))}
    found = dict(zip(leases, front.marks.claim_each(list(leases.values())), strict=True))
    # Who sent the claims twice, as the client does when a reply is lost, finds their own leases.
    new = [asks[name] for name, mark in found.items() if mark in (None, leases[name].value)]
    outcomes: dict[str, Outcome] = {}
    try:
        outcomes |= _appended(front, me, new)
    finally:
        kept = {name for name, outcome in outcomes.items() if isinstance(outcome, Accepted)}
        front.marks.release_all([leases[asked.id] for asked in new if asked.id not in kept])
    repeats = {name: mark for name, mark in found.items() if mark is not None and name not in outcomes}
    return outcomes | {name: _repeated(asks[name], mark) for name, mark in repeats.items()}


def _repeated(asked: Asked, mark: bytes) -> Outcome:
    try:
        first = answered(mark, asked.digest)
    except Problem as problem:
        return problem
    return Accepted(id=first.id, local_date=first.answer or "")


def _appended(front: Front, me: Me, asks: Sequence[Asked]) -> dict[str, Outcome]:
    known = referred(front, me, [asked.body for asked in asks])
    outcomes: dict[str, Outcome] = {}
    offers: list[tuple[Event, Mark | None]] = []
    for asked in asks:
        try:
            entry = entry_of(front, me, asked, known)
        except Problem as problem:
            outcomes[asked.id] = problem
            continue
        outcomes[asked.id] = Accepted(id=asked.id, local_date=entry.local_date)
        offers.append((event_of(front, me, asked, entry), mark_of(me.id, asked, "", entry.local_date)))
    for (event, _), result in zip(offers, front.log.append_all(JOURNAL, offers), strict=True):
        if isinstance(result, LogUnavailable):
            outcomes[event.id] = later("This one is not kept yet: send it again, under the same id.")
        elif isinstance(result, Exception):
            raise result
    return outcomes


def _shown(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Accepted):
        return {"status": 202, "id": outcome.id, "local_date": outcome.local_date}
    return {"status": outcome.status_code, "problem": json.loads(body_of(outcome))}
