"""The pact, pauses, practices and signs: a wish of either member, decided in the stream that it is about."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from checkin.rules import practising
from checkin.rules.entries import is_member
from checkin.rules.outcomes import kept, refused
from checkin.rules.states import Step, Subject
from shared.events.couple import PactChanged, PartnerNudged, PauseEnded, PauseOpened
from shared.folding import Record
from shared.pact import Agreement, Refused, change_pact, end_pause, open_pause, pause_id
from shared.views.person import Outcome

WISHES = (PactChanged, PauseOpened, PauseEnded, PartnerNudged, *practising.WISHES)


def agree(subject: str, before: Subject, record: Record, wish: Any) -> Step | None:
    """What the wish comes to; None for a repeat, or from somebody who has no say here."""
    if not _has_a_say(before, wish.person) or wish.command in before.agreed:
        return None
    after, outcome = _decide(subject, before, record, wish)
    agreed = kept(before.agreed, {wish.command: outcome}, record.append_ms)
    views = None if after.practices is before.practices else practising.views_of(subject, after.practices)
    return Step(replace(after, agreed=agreed), views=views)


def _has_a_say(before: Subject, person: str) -> bool:
    if before.couple is not None:
        return is_member(before.couple, person)
    return before.person is not None and before.person.id == person


def _decide(subject: str, before: Subject, record: Record, wish: Any) -> tuple[Subject, Outcome]:
    if before.person is not None and before.person.couple is not None:
        return before, refused("agreed_elsewhere")
    if isinstance(wish, practising.WISHES):
        practices, outcome = practising.practise(before.practices, record.event.id, wish)
        return replace(before, practices=practices), outcome
    try:
        agreement, outcome = _RULES[type(wish)](before.agreement, record.event.id, wish)
    except Refused as reason:
        return before, refused(reason.word)
    return replace(before, agreement=agreement), replace(outcome, after=(subject, record.offset))


def _change(agreement: Agreement, _event_id: str, wish: PactChanged) -> tuple[Agreement, Outcome]:
    return change_pact(agreement, wish), Outcome(200)


def _open(agreement: Agreement, event_id: str, wish: PauseOpened) -> tuple[Agreement, Outcome]:
    body: dict[str, object] = {"id": pause_id(event_id), "from": wish.first, "until": wish.last}
    return open_pause(agreement, event_id, wish), Outcome(201, body)


def _end(agreement: Agreement, _event_id: str, wish: PauseEnded) -> tuple[Agreement, Outcome]:
    return end_pause(agreement, wish), Outcome(200)


def _pass_on(agreement: Agreement, _event_id: str, _wish: PartnerNudged) -> tuple[Agreement, Outcome]:
    """Taken whatever becomes of it, so that nothing can be learnt from its being taken."""
    return agreement, Outcome(200, {"state": "accepted"})


_RULES: dict[type[msgspec.Struct], Callable[[Agreement, str, Any], tuple[Agreement, Outcome]]] = {
    PactChanged: _change,
    PauseOpened: _open,
    PauseEnded: _end,
    PartnerNudged: _pass_on,
}
