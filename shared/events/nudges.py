"""Nudges: what became of each."""

import msgspec

from shared.events.values import SealedText


class NudgePlanned(msgspec.Struct, frozen=True):
    """`kind` names the moment; `date` is the couple-day it is about, where there is one.

    `author` is whoever sends it, where a partner does; `checkin` the entry it is for, `text` what is written
    with it. `facts`: what fuller words may tell of the moment, by name. `channel`: the one over which it was
    asked for. Then it is no nudge, and stands in no inbox.
    """

    nudge: str
    kind: str
    template: str
    receiver: str
    due_ms: int
    expires_ms: int
    planned_ms: int
    date: str | None = None
    since_ms: int | None = None
    channel: str | None = None
    author: str | None = None
    checkin: str | None = None
    text: SealedText | None = None
    facts: dict[str, float] = {}


class NudgeSent(msgspec.Struct, frozen=True):
    """The decision to send: it stands in the inbox from here on; `channels` are to be tried, in order.

    `full`: the receiver has asked for more than that there is something. `rule`: why over no channel, if it
    might have gone over one.
    """

    nudge: str
    receiver: str
    at_ms: int
    language: str
    channels: tuple[str, ...]
    full: bool = False
    rule: str | None = None


class NudgeHeld(msgspec.Struct, frozen=True):
    nudge: str
    receiver: str
    until_ms: int
    rule: str


class NudgeDropped(msgspec.Struct, frozen=True):
    nudge: str
    receiver: str
    rule: str


class NudgeDelivered(msgspec.Struct, frozen=True, omit_defaults=True):
    """`confirmed`: the receiver answered with the code it was sent, which verifies the address."""

    nudge: str
    channel: str
    attempts: int
    at_ms: int = 0
    confirmed: bool = False


class NudgeFailed(msgspec.Struct, frozen=True, omit_defaults=True):
    """Given up over this channel. `gone`: the address is no more. `next`: the channel tried instead."""

    nudge: str
    channel: str
    attempts: int
    reason: str
    at_ms: int = 0
    gone: bool = False
    next: str | None = None
