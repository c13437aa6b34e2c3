"""Today's prompt and the topics behind it, as both members' own wishes have it.

What a partner has switched off is read here to choose, and goes into no answer of anybody else's.
"""

import json
from typing import NamedTuple

from checkin.door.auth import Me
from checkin.door.front import Front
from checkin.reading.couples import couple_of, partner_of
from checkin.words.choosing import History, Off, Prompt, Rounds, chosen
from checkin.words.decks import PROMPTS
from checkin.words.vocabulary import TOPICS
from shared import days
from shared.sealing import CannotOpen
from shared.views.couple import CoupleView
from shared.views.person import PersonView

FIELD = "topics"
SEALED_LENGTH = 160
"""Every list is padded to this before it is sealed, so that its length tells nothing of what is off."""
SETTLES_WITHIN_MS = 3_600_000
"""How long a change may be on its way: days that may begin meanwhile stay as they are."""

_ALL = frozenset[str](topic.id for topic in TOPICS)


class Today(NamedTuple):
    """The couple-day that it is for the reader, and its prompt."""

    date: str
    prompt: Prompt


def prompt_of(front: Front, me: Me) -> Today:
    """The prompt of the reader's date; before the couple's day one, that of day one."""
    day_one = _day_one(me, couple_of(front, me))
    day = max(day_one, days.local_date(me.view.spans, front.clock.now_ms()))
    asked = _asked(front, me)
    histories = [history_of(front, person, view) for person, view in asked.items()]
    rounds = Rounds(PROMPTS, front.tokens.seed(me.subject if len(asked) > 1 else me.own_subject))
    return Today(days.iso(day), chosen(rounds, day_one, day, histories))


def history_of(front: Front, person: str, view: PersonView) -> History:
    """What the person has switched off over time. A change that cannot be opened counts as everything."""
    if view.key is None:
        return ()
    found = []
    for change in view.topics:
        try:
            off = json.loads(front.sealer.open(person, view.key, change.event, FIELD, change.off))
        except CannotOpen:
            off = _ALL
        found.append(Off(days.ordinal(change.first), frozenset(off)))
    return found


def written(off: frozenset[str]) -> str:
    """These topics as they are sealed."""
    return json.dumps(in_order(off)).ljust(SEALED_LENGTH)


def in_order(off: frozenset[str]) -> list[str]:
    """As the vocabulary lists them."""
    return [topic.id for topic in TOPICS if topic.id in off]


def next_day(front: Front, me: Me) -> str:
    """The first date that has begun for neither member, nor will before a change made now has settled."""
    settled_ms = front.clock.now_ms() + SETTLES_WITHIN_MS
    members = _asked(front, me).values()
    return days.iso(1 + max(days.local_date(view.spans, settled_ms) for view in members))


def _asked(front: Front, me: Me) -> dict[str, PersonView]:
    """Who is asked the same: the two together, or in a pause each on their own, from their own topics."""
    partner = partner_of(front, me)
    return {me.id: me.view} if partner is None else {me.id: me.view, partner.id: partner.view}


def _day_one(me: Me, couple: CoupleView | None) -> int:
    """Of a person alone, a date that no zone of theirs puts after their registration."""
    if couple is not None:
        return days.ordinal(couple.day_one)
    return days.date_at("UTC", 0, me.view.registered_ms) - 1
