"""Which of a person's channels may be used: what they added, and what was seen of it since."""

import dataclasses

from notifier import asked
from notifier.record import Received
from notifier.sight import Sight
from notifier.turn import Turn
from shared.events.nudges import NudgePlanned
from shared.nudging import Receiver, receiver_of
from shared.views.inbox import ChannelState, channel_state


def _state(turn: Turn, nudge: NudgePlanned, channel: str, sight: Sight) -> ChannelState | None:
    """Whether a channel of the receiver's may be used; None if there is no such channel."""
    person = sight.person(nudge.receiver)
    view = None if person is None else person.channels.get(channel)
    here = turn.state.received.get(nudge.receiver, Received()).channels
    seen = [found[channel] for found in (here, sight.channels(nudge)) if channel in found]
    return None if view is None else channel_state(view, seen)


def receiver(turn: Turn, nudge: NudgePlanned, sight: Sight) -> Receiver | None:
    """The receiver, with the channels that may be used, in their order."""
    found = receiver_of(nudge.receiver, sight.person(nudge.receiver))
    if found is None:
        return None
    usable = (name for name in found.channels if _state(turn, nudge, name, sight) == "active")
    return dataclasses.replace(found, channels=tuple(usable))


def why_not(turn: Turn, nudge: NudgePlanned, sight: Sight, ends_ms: int) -> str | None:
    """Why what was asked for is not sent, if the attempt ends by then."""
    return asked.obstacle(nudge, _state(turn, nudge, nudge.channel or "", sight), ends_ms)
