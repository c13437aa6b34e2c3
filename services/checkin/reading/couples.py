"""The couple of whoever is asking, and the one way to anything of the partner's."""

from typing import NamedTuple

import msgspec

from checkin.door.auth import Me
from checkin.door.errors import Problem
from checkin.door.front import Front
from shared import days
from shared.pact import Agreement
from shared.sealing import CannotOpen
from shared.topics import person as stream_of
from shared.views import PROJECTOR
from shared.views.couple import CoupleView
from shared.views.person import PersonView

_read_couple = msgspec.msgpack.Decoder(CoupleView).decode
_read_person = msgspec.msgpack.Decoder(PersonView).decode
_read_agreement = msgspec.msgpack.Decoder(Agreement).decode


class Partner(NamedTuple):
    """The other member, as long as the two are together."""

    id: str
    view: PersonView
    agreement: Agreement


def couple_of(front: Front, me: Me) -> CoupleView | None:
    """None for a person who has not paired."""
    if me.view.couple is None:
        return None
    otherwise = Problem(404, "unknown_couple", "There is no such couple.")
    return _read_couple(front.view(PROJECTOR, me.subject, me.subject, otherwise))


def partner_of(front: Front, me: Me) -> Partner | None:
    """The other member while the two are together; everything of theirs that is shown is asked for here.

    None for a person alone, while a pause covers the current date of either, and for good once the other has
    left or erased themself: nothing tells these apart.
    """
    other = other_in(couple_of(front, me), me)
    if other is None:
        return None
    subject = stream_of(other)
    asks = [(PROJECTOR, subject, subject), (PROJECTOR, me.subject, f"agreement/{me.subject}")]
    view, agreement = front.store.views(asks)
    if view is None or agreement is None:
        return None
    partner = Partner(other, _read_person(view), _read_agreement(agreement))
    return partner if _together(front, me, partner) else None


def _together(front: Front, me: Me, partner: Partner) -> bool:
    if partner.view.couple != me.view.couple:
        return False
    now_ms = front.clock.now_ms()
    dates = {days.iso(days.local_date(view.spans, now_ms)) for view in (me.view, partner.view)}
    return all(partner.agreement.pause_on(date) is None for date in dates)


def other_in(couple: CoupleView | None, me: Me) -> str | None:
    """The id of the other member, together or not."""
    members = () if couple is None else couple.members
    return next((member for member in members if member != me.id), None)


def name_of(front: Front, partner: Partner) -> str | None:
    """None where it cannot be read."""
    view = partner.view
    if view.key is None:
        return None
    try:
        return front.sealer.open(partner.id, view.key, view.name_event, "name", view.name)
    except CannotOpen:
        return None
