"""What was seen of a person's channels. Pure."""

from collections.abc import Mapping

from msgspec.structs import replace

from shared.events.nudges import NudgeDelivered, NudgeFailed
from shared.views.inbox import ChannelSeen

REMEMBERED = 20
"""Channels of one person; those that were used longest ago are forgotten, for most of them are removed."""


def after(before: Mapping[str, ChannelSeen], data: NudgeDelivered | NudgeFailed) -> dict[str, ChannelSeen]:
    """What is known once a delivery has ended, the channel that was used last at the end."""
    others = {channel: seen for channel, seen in before.items() if channel != data.channel}
    known = {**others, data.channel: _seen(before.get(data.channel, ChannelSeen()), data)}
    return dict(list(known.items())[-REMEMBERED:])


def _seen(before: ChannelSeen, data: NudgeDelivered | NudgeFailed) -> ChannelSeen:
    match data:
        case NudgeDelivered(at_ms=at_ms, confirmed=confirmed):
            confirmed_ms = at_ms if confirmed else before.confirmed_ms
            return replace(before, delivered_ms=at_ms, confirmed_ms=confirmed_ms)
        case NudgeFailed(reason=reason, at_ms=at_ms, gone=gone):
            gone_ms = at_ms if gone else before.gone_ms
            return replace(before, failed_ms=at_ms, gone_ms=gone_ms, reason=reason)
