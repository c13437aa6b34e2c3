"""The views that decide about nudges, read together, each with the instant up to which it is true."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from notifier import policy
from shared import topics
from shared.events import NudgePlanned
from shared.views import NOTIFIER, PROJECTOR, STREAKS, ChannelSeen, ChannelsView, PersonView, StreakView

Ask = tuple[str, str, str]
"""A view: the service that publishes it, the subject whose shard it is in, its name."""

Seen = tuple[bytes | None, int | None]
"""A view, and the instant up to which its shard was caught up, if it ever was."""

_read_person = msgspec.msgpack.Decoder(PersonView).decode
_read_channels = msgspec.msgpack.Decoder(ChannelsView).decode
_read_streak = msgspec.msgpack.Decoder(StreakView).decode


class Views(Protocol):
    def views_as_of(self, asks: Sequence[Ask]) -> Sequence[Seen]:
        """What is published, in the order of the asks."""
        ...


def asks(subject: str, nudge: NudgePlanned) -> list[Ask]:
    """The views that decide about a nudge: the receiver's settings and, for some, the couple's streak."""
    person = topics.person(nudge.receiver)
    wanted = [(PROJECTOR, person, person)]
    if policy.needs_streak(nudge.kind):
        wanted.append((STREAKS, subject, f"streak/{subject}"))
    return wanted


def also(nudge: NudgePlanned) -> Ask:
    """What was seen of the receiver's channels in their own stream: that they confirmed a code, above all."""
    person = topics.person(nudge.receiver)
    return NOTIFIER, person, f"channels/{person}/{nudge.receiver}"


class Sight:
    """The views as they were read, all at once."""

    def __init__(self, seen: Mapping[Ask, Seen]) -> None:
        self._seen = seen

    def is_later(self, wanted: Iterable[Ask], due_ms: int) -> bool:
        """Whether each of these was caught up later than this instant."""
        caught_up = (self._seen.get(ask, (None, None))[1] for ask in wanted)
        return all(at_ms is not None and at_ms > due_ms for at_ms in caught_up)

    def person(self, person_id: str) -> PersonView | None:
        subject = topics.person(person_id)
        packed, _ = self._seen.get((PROJECTOR, subject, subject), (None, None))
        return None if packed is None else _read_person(packed)

    def channels(self, nudge: NudgePlanned) -> dict[str, ChannelSeen]:
        """What was seen of the receiver's channels in their own stream."""
        packed, _ = self._seen.get(also(nudge), (None, None))
        return {} if packed is None else _read_channels(packed).channels

    def streak(self, subject: str) -> StreakView | None:
        packed, _ = self._seen.get((STREAKS, subject, f"streak/{subject}"), (None, None))
        return None if packed is None else _read_streak(packed)


def look(views: Views, wanted: Iterable[Ask]) -> Sight:
    """Read these views in one round trip, each once."""
    once = list(dict.fromkeys(wanted))
    return Sight(dict(zip(once, views.views_as_of(once), strict=True)) if once else {})
