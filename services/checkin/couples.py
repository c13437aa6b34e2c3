"""The couple of whoever is asking, and the partner's name."""

import msgspec

from checkin.auth import Me
from checkin.errors import Problem
from checkin.front import Front
from shared import topics
from shared.sealing import CannotOpen
from shared.views import PROJECTOR, CoupleView, PersonView

_read_couple = msgspec.msgpack.Decoder(CoupleView).decode
_read_person = msgspec.msgpack.Decoder(PersonView).decode


def couple_of(front: Front, me: Me) -> CoupleView | None:
    """None for a person who has not paired."""
    if me.view.couple is None:
        return None
    otherwise = Problem(404, "unknown_couple", "There is no such couple.")
    return _read_couple(front.view(PROJECTOR, me.subject, me.subject, otherwise))


def partner_in(couple: CoupleView | None, me: Me) -> str | None:
    """The other member's id."""
    members = () if couple is None else couple.members
    return next((member for member in members if member != me.id), None)


def name_of(front: Front, person: str) -> str | None:
    """None where the person's key has been erased."""
    subject = topics.person(person)
    found = front.store.views([(PROJECTOR, subject, subject)])[0]
    view = None if found is None else _read_person(found)
    if view is None or view.key is None:
        return None
    try:
        return front.sealer.open(person, view.key, view.name_event, "name", view.name)
    except CannotOpen:
        return None
