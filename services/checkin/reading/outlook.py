"""What lies ahead for whoever is asking, read from what the services publish."""

from pathlib import Path
from typing import Any

import msgspec

from checkin.door.auth import Me
from checkin.door.front import Front
from checkin.reading.foretelling import Foretold, foretold
from shared import days
from shared.nudging import NOTHING_AGREED, Couple, receiver_of
from shared.pact import Agreement
from shared.views import NOTIFIER, PROJECTOR, STREAKS, place_of
from shared.views.couple import CheckinView
from shared.views.inbox import OutlookView
from shared.views.streak import LastView, StreakView

_read_agreement = msgspec.msgpack.Decoder(Agreement).decode
_read_streak = msgspec.msgpack.Decoder(StreakView).decode
_read_last = msgspec.msgpack.Decoder(LastView).decode
_read_entry = msgspec.msgpack.Decoder(CheckinView).decode
_read_outlook = msgspec.msgpack.Decoder(OutlookView).decode


class Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    en: str
    fr: str


RULES = msgspec.toml.decode(Path(__file__).with_name("rules.toml").read_bytes(), type=dict[str, Sentence])
"""Why a nudge is held or dropped, by its rule."""


def outlook_of(front: Front, me: Me) -> list[Foretold]:
    """The next seven days, as the notifier will decide if nobody does anything."""
    subject = me.subject
    agreement, streak, last, outlook = front.store.views(
        [
            (PROJECTOR, subject, f"agreement/{subject}"),
            (STREAKS, subject, f"streak/{subject}"),
            (STREAKS, subject, f"last/{subject}/{me.id}"),
            (NOTIFIER, subject, f"outlook/{subject}/{me.id}"),
        ]
    )
    couple = Couple(
        subject,
        None if streak is None else _read_streak(streak),
        NOTHING_AGREED if agreement is None else _read_agreement(agreement),
        None if last is None else _read_last(last).date,
        # Whether whoever sends something has left is not to be learnt here: it is a pause, as everywhere.
        author_stream=subject,
    )
    waiting = OutlookView() if outlook is None else _read_outlook(outlook)
    receiver, entries = receiver_of(me.id, me.view), _entries(front, subject, waiting)
    if receiver is None:
        return []
    return foretold(me.id, receiver, couple, waiting, entries, front.clock.now_ms())


def _entries(front: Front, subject: str, waiting: OutlookView) -> dict[str, CheckinView]:
    """The entries that something waiting tells of, by the id of the check-in."""
    told = {nudge.checkin: nudge.author for nudge in waiting.pending if nudge.checkin and nudge.author}
    asks = [(PROJECTOR, subject, f"checkin/{subject}/{place_of(told[checkin], checkin)}") for checkin in told]
    found = zip(told, front.store.views(asks) if asks else (), strict=True)
    return {checkin: _read_entry(packed) for checkin, packed in found if packed is not None}


def as_shown(told: Foretold, language: str) -> dict[str, Any]:
    """One nudge as the reader sees it, with the sentence of its rule in their language."""
    sentence = None if told.rule is None else RULES.get(told.rule)
    return {
        "kind": told.kind,
        "date": told.date,
        "due_at": days.iso_instant(told.due_ms),
        "outcome": told.outcome,
        "at": days.iso_instant(told.at_ms),
        "rule": told.rule,
        "sentence": None if sentence is None else getattr(sentence, language),
    }
