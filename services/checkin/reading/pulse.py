"""The pulse of a month: one's own answers, how they have moved, and the months that the partner has shared.

Of the partner nothing is read but a view that holds shared months alone, so no answer can depend on others.
"""

import json
from collections.abc import Iterable, Mapping
from statistics import fmean
from typing import NamedTuple

import msgspec

from checkin.door.auth import Me
from checkin.door.front import Front
from checkin.reading.couples import partner_of
from checkin.words.vocabulary import QUESTION_IDS
from shared import topics
from shared.sealing import CannotOpen
from shared.views import PROJECTOR
from shared.views.person import PulseMonth, PulseView

FIELD = "pulse"
SEALED_LENGTH = 96
"""All answers are padded to this before they are sealed, so that their length tells nothing."""
BEFORE = 3
"""With the mean of so many earlier answers the latest is compared."""

Answers = Mapping[str, int]

_read_pulse = msgspec.msgpack.Decoder(PulseView).decode


class Month(NamedTuple):
    """`shared`: with today's partner."""

    month: str
    answers: Answers
    shared: bool


def own_months(front: Front, me: Me) -> list[Month]:
    """What the person has answered, the latest month first."""
    return _months(front, me.id, me.key, _view(front, me.id, "pulse"), me.view.couple)


def partners_months(front: Front, me: Me) -> list[Month]:
    """What the partner has shared with this couple, while the two are together; the latest month first."""
    partner = partner_of(front, me)
    if partner is None or partner.view.key is None:
        return []
    shared = _view(front, partner.id, "pulse-shared")
    return [
        month
        for month in _months(front, partner.id, partner.view.key, shared, me.view.couple)
        if month.shared
    ]


def trend(months: Iterable[Answers]) -> dict[str, float | None]:
    """By question, how far the latest answer lies above the mean of up to three before; None without any.

    `months` begins with the latest.
    """
    given = list(months)
    return {question: _moved([m[question] for m in given if question in m]) for question in QUESTION_IDS}


def written(answers: Answers) -> str:
    """These answers as they are sealed."""
    return json.dumps(dict(answers), separators=(",", ":")).ljust(SEALED_LENGTH)


def _moved(answers: list[int]) -> float | None:
    before = answers[1 : 1 + BEFORE]
    return round(answers[0] - fmean(before), 2) if before else None


def _view(front: Front, person: str, name: str) -> PulseView:
    subject = topics.person(person)
    found = front.store.views([(PROJECTOR, subject, f"{name}/{subject}")])[0]
    return PulseView() if found is None else _read_pulse(found)


def _months(front: Front, person: str, key: bytes, view: PulseView, couple: str | None) -> list[Month]:
    opened = ((kept, _opened(front, person, key, kept)) for kept in reversed(view.months))
    return [
        Month(kept.month, answers, shared=kept.couple is not None and kept.couple == couple)
        for kept, answers in opened
        if answers is not None
    ]


def _opened(front: Front, person: str, key: bytes, kept: PulseMonth) -> Answers | None:
    try:
        found: Answers = json.loads(front.sealer.open(person, key, kept.event, FIELD, kept.answers))
    except CannotOpen:
        return None
    return found
