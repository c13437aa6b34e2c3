"""The views that decide about nudges, read together, each with the instant up to which it is true."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from shared import topics
from shared.events.nudges import NudgePlanned
from shared.nudging import Couple, stream_of
from shared.pact import Agreement
from shared.views import NOTIFIER, PROJECTOR, STREAKS, place_of
from shared.views.couple import CheckinView
from shared.views.inbox import ChannelSeen, ChannelsView
from shared.views.person import PersonView
from shared.views.streak import LastView, StreakView

Ask = tuple[str, str, str]
"""A view: the service that publishes it, the subject whose shard it is in, its name."""

Seen = tuple[bytes | None, int | None]
"""A view, and the instant up to which its shard was caught up, if it ever was."""

_read_person = msgspec.msgpack.Decoder(PersonView).decode
_read_channels = msgspec.msgpack.Decoder(ChannelsView).decode
_read_streak = msgspec.msgpack.Decoder(StreakView).decode
_read_agreement = msgspec.msgpack.Decoder(Agreement).decode
_read_entry = msgspec.msgpack.Decoder(CheckinView).decode
_read_last = msgspec.msgpack.Decoder(LastView).decode


class Views(Protocol):
    def views_as_of(self, asks: Sequence[Ask]) -> Sequence[Seen]:
        """What is published, in the order of the asks."""
        ...


def asks(subject: str, nudge: NudgePlanned) -> list[Ask]:
    """The views that decide about a nudge: the receiver's settings, and their side of what it is about."""
    if nudge.channel is not None:
        return [_person(nudge.receiver)]  # what was asked for is about nothing else
    wanted = [_person(nudge.receiver), _agreement(subject), _streak(subject), _last(subject, nudge.receiver)]
    if nudge.author is not None:
        wanted.append(_person(nudge.author))
    return wanted if nudge.checkin is None else [*wanted, _entry(subject, nudge)]


def also(nudge: NudgePlanned) -> Ask:
    """What was seen of the receiver's channels in their own stream: that they confirmed a code, above all."""
    person = topics.person(nudge.receiver)
    return NOTIFIER, person, f"channels/{person}/{nudge.receiver}"


def _person(person_id: str) -> Ask:
    person = topics.person(person_id)
    return PROJECTOR, person, person


def _agreement(subject: str) -> Ask:
    return PROJECTOR, subject, f"agreement/{subject}"


def _streak(subject: str) -> Ask:
    return STREAKS, subject, f"streak/{subject}"


def _last(subject: str, person_id: str) -> Ask:
    return STREAKS, subject, f"last/{subject}/{person_id}"


def _entry(subject: str, nudge: NudgePlanned) -> Ask:
    return PROJECTOR, subject, f"checkin/{subject}/{place_of(nudge.author or '', nudge.checkin or '')}"


class Sight:
    """The views as they were read, all at once."""

    def __init__(self, seen: Mapping[Ask, Seen]) -> None:
        self._seen = seen

    def is_later(self, wanted: Iterable[Ask], due_ms: int) -> bool:
        """Whether each of these was caught up later than this instant."""
        caught_up = (self._seen.get(ask, (None, None))[1] for ask in wanted)
        return all(at_ms is not None and at_ms > due_ms for at_ms in caught_up)

    def person(self, person_id: str) -> PersonView | None:
        packed = self._packed(_person(person_id))
        return None if packed is None else _read_person(packed)

    def channels(self, nudge: NudgePlanned) -> dict[str, ChannelSeen]:
        """What was seen of the receiver's channels in their own stream."""
        packed = self._packed(also(nudge))
        return {} if packed is None else _read_channels(packed).channels

    def couple(self, subject: str, nudge: NudgePlanned) -> Couple:
        """What the nudge is about, from the side of whoever receives it."""
        agreement, streak = self._packed(_agreement(subject)), self._packed(_streak(subject))
        last = self._packed(_last(subject, nudge.receiver))
        return Couple(
            subject=subject,
            streak=None if streak is None else _read_streak(streak),
            agreement=Agreement() if agreement is None else _read_agreement(agreement),
            last=None if last is None else _read_last(last).date,
            author_stream=None if nudge.author is None else self._stream_of(nudge.author),
            entry=None if nudge.checkin is None else self._entry(subject, nudge),
        )

    def _stream_of(self, person_id: str) -> str:
        person = self.person(person_id)
        # Whoever has been erased is nowhere.
        return "" if person is None else stream_of(person_id, person)

    def _entry(self, subject: str, nudge: NudgePlanned) -> CheckinView | None:
        packed = self._packed(_entry(subject, nudge))
        return None if packed is None else _read_entry(packed)

    def _packed(self, ask: Ask) -> bytes | None:
        return self._seen.get(ask, (None, None))[0]


def look(views: Views, wanted: Iterable[Ask]) -> Sight:
    """Read these views in one round trip, each once."""
    once = list(dict.fromkeys(wanted))
    return Sight(dict(zip(once, views.views_as_of(once), strict=True)) if once else {})
