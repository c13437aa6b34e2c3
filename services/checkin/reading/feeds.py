"""The calendar feed: whose it is, by a key that stands in its address, and what it shows.

It shows what the calendar shows, and pauses without who opened them: nothing of anybody's entries.
"""

import hmac

import msgspec

from checkin.door.auth import Me
from checkin.door.errors import Problem
from checkin.door.front import Front
from checkin.door.tokens import read_feed_key
from checkin.reading.agreements import agreement_of
from checkin.reading.calendar import days_between, streak_of
from checkin.reading.ical import AllDay, in_rows, joined
from checkin.words.vocabulary import DAY_STATES, PAUSE, Language, Word
from shared import days, topics
from shared.views import PROJECTOR
from shared.views.person import PersonView

SHOWN_DAYS = 400
"""So far back, and pauses so far ahead."""

_DECIDED = {word.id: word for word in DAY_STATES if word.id != "open"}

_read_person = msgspec.msgpack.Decoder(PersonView).decode


def reader_of(front: Front, text: str) -> Me:
    """The person whose feed has this key. Raises 404, the same for any other key, or 503."""
    unknown = Problem(404, "unknown_feed", "There is no such calendar, or its address has been changed.")
    # What is formed like no key is looked for, too, so that nothing tells it from another.
    person = read_feed_key(text) or ""
    subject, digest = topics.person(person), front.tokens.feed(text)
    found, caught_up_ms = front.store.views_as_of([(PROJECTOR, subject, subject)])[0]
    view = None if found is None else _read_person(found)
    if view is None or view.feed is None or not hmac.compare_digest(view.feed.digest, digest):
        raise front.absent(caught_up_ms, unknown)
    return Me(person, view, "")


def events_for(front: Front, me: Me) -> list[AllDay]:
    """The last 400 days as far as they are decided, in the reader's language, and the pauses."""
    today = days.local_date(me.view.spans, front.clock.now_ms())
    language: Language = "fr" if me.view.language == "fr" else "en"
    return _days(front, me, today, language) + _pauses(front, me, today, language)


def _days(front: Front, me: Me, today: int, language: Language) -> list[AllDay]:
    first, last = days.iso(today - SHOWN_DAYS + 1), days.iso(today)
    found = days_between(front, me, streak_of(front, me), first, last)
    decided = (
        (days.ordinal(day.date), day.state, _said(_DECIDED[day.state], language))
        for day in found
        if day.state in _DECIDED
    )
    return in_rows(decided)


def _pauses(front: Front, me: Me, today: int, language: Language) -> list[AllDay]:
    """The days that any pause covers, however many there are; one without an end is shown up to today."""
    spans = []
    for pause in agreement_of(front, me).pauses:
        first = days.ordinal(pause.first)
        last = max(first, today) if pause.last is None else days.ordinal(pause.last)
        spans.append((max(first, today - SHOWN_DAYS + 1), min(last, today + SHOWN_DAYS)))
    shown = joined((first, last) for first, last in spans if first <= last)
    return [AllDay(first, last, "pause", _said(PAUSE, language)) for first, last in shown]


def _said(word: Word, language: Language) -> str:
    return str(getattr(word, language)).capitalize()
