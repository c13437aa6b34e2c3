"""What the notifier publishes of a person's nudges and channels."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from shared.events.nudges import NudgePlanned
from shared.events.values import SealedText
from shared.views.person import ChannelView


class ChannelSeen(msgspec.Struct, frozen=True, array_like=True):
    """What was seen of a channel: when it last confirmed a code, delivered, failed, and was found gone."""

    confirmed_ms: int = 0
    delivered_ms: int = 0
    failed_ms: int = 0
    gone_ms: int = 0
    reason: str = ""


ChannelState = Literal["unverified", "active", "gone"]


def channel_state(channel: ChannelView, seen: Iterable[ChannelSeen]) -> ChannelState:
    """The latest word on a channel: it was verified, or it was found gone."""
    found = tuple(seen)
    verified_ms = max([channel.verified_ms or 0, *(one.confirmed_ms for one in found)])
    gone_ms = max([0, *(one.gone_ms for one in found)])
    if gone_ms > verified_ms:
        return "gone"
    return "active" if verified_ms else "unverified"


class InboxNudge(msgspec.Struct, frozen=True, omit_defaults=True):
    """`text` is what a partner wrote, sealed with the key of `author` for the field of the event."""

    id: str
    kind: str
    title: str
    body: str
    why: str
    at_ms: int
    text: SealedText | None = None


class InboxView(msgspec.Struct, frozen=True):
    """By the notifier, name `inbox/<subject>/<person>`: what this person was sent, newest first."""

    nudges: tuple[InboxNudge, ...] = ()


class ChannelsView(msgspec.Struct, frozen=True):
    """By the notifier, name `channels/<subject>/<person>`: what was seen of this person's channels, by id."""

    channels: dict[str, ChannelSeen] = {}


class OutlookView(msgspec.Struct, frozen=True, omit_defaults=True):
    """By the notifier, name `outlook/<subject>/<person>`: what of this person's is still to be decided.

    `system_ms` and `partner_ms` are when they were lately sent what the caps count.
    """

    pending: tuple[NudgePlanned, ...] = ()
    system_ms: tuple[int, ...] = ()
    partner_ms: tuple[int, ...] = ()
