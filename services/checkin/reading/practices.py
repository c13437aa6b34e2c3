"""The practices of the couple, or of the person alone, as their reader may see them."""

from typing import NamedTuple

import msgspec

from checkin.door.auth import Me
from checkin.door.front import Front
from checkin.reading.couples import Partner, partner_of
from checkin.words.vocabulary import PRACTICE
from shared.sealing import CannotOpen
from shared.views import PROJECTOR
from shared.views.couple import PracticesView, PracticeView

FIELD = "practice"

_read_practices = msgspec.msgpack.Decoder(PracticesView).decode


class Practice(NamedTuple):
    """`name` is None where it is the partner's and not to be seen now, or not to be read any more."""

    id: str
    kind: str
    name: str | None


def practices_of(front: Front, me: Me) -> list[Practice]:
    """Those that can be done, the oldest first."""
    live = _in(front, me.subject)
    partner = partner_of(front, me) if any(practice.author != me.id for practice in live) else None
    return [Practice(p.id, f"{PRACTICE}{p.id}", _name(front, me, partner, p)) for p in live]


def live_kinds(front: Front, me: Me) -> frozenset[str]:
    """The kinds of check-in that they are."""
    return frozenset(f"{PRACTICE}{practice.id}" for practice in _in(front, me.subject))


def own_practices(front: Front, me: Me) -> list[Practice]:
    """Those that the person has named, in every stream that they have been in."""
    subjects = dict.fromkeys((me.subject, me.own_subject, *me.view.past))
    named = [p for subject in subjects for p in _in(front, subject) if p.author == me.id]
    return [Practice(p.id, f"{PRACTICE}{p.id}", _name(front, me, None, p)) for p in named]


def _in(front: Front, subject: str) -> tuple[PracticeView, ...]:
    found = front.store.views([(PROJECTOR, subject, f"practices/{subject}")])[0]
    return () if found is None else _read_practices(found).practices


def _name(front: Front, me: Me, partner: Partner | None, practice: PracticeView) -> str | None:
    if practice.author == me.id:
        key = me.view.key
    else:
        key = partner.view.key if partner is not None and partner.id == practice.author else None
    if key is None:
        return None
    try:
        return front.sealer.open(practice.author, key, practice.event, FIELD, practice.name)
    except CannotOpen:
        return None
