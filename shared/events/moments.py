"""Moments: what streaks tells the notifier, and what the journal has for it."""

from typing import Literal

import msgspec

from shared.events.values import SealedText


class StreakExtended(msgspec.Struct, frozen=True):
    date: str
    count: int
    members: tuple[str, ...]
    expires_ms: int


class StreakBroken(msgspec.Struct, frozen=True):
    date: str
    count: int
    members: tuple[str, ...]
    expires_ms: int


class StreakCorrected(msgspec.Struct, frozen=True):
    """A fact came late, or was taken back: the streak now, and the first date that is not as was said."""

    date: str
    count: int
    members: tuple[str, ...]
    expires_ms: int


class CoupleReturned(msgspec.Struct, frozen=True):
    """A broken streak was repaired and goes on; `date` is the day that is repaired now."""

    date: str
    count: int
    members: tuple[str, ...]
    expires_ms: int


class MilestoneReached(msgspec.Struct, frozen=True):
    date: str
    count: int
    members: tuple[str, ...]
    expires_ms: int


class PactRenewed(msgspec.Struct, frozen=True):
    """What is agreed from now on."""

    mode: str
    agreed_days: float
    reply_to_reveal: bool
    members: tuple[str, ...]
    expires_ms: int


class PactOutgrown(msgspec.Struct, frozen=True):
    """Three lapses in sixty days: the agreed cadence may not fit any more."""

    agreed_days: float
    lapses: int
    members: tuple[str, ...]
    expires_ms: int


class DayAtRisk(msgspec.Struct, frozen=True):
    """The day is still open and unkept and a streak stands on it; `expires_ms` is the close of the day.

    `last_chance_ms` is 21:00 of it, by the same clock as the warning.
    """

    date: str
    count: int
    members: tuple[str, ...]
    expires_ms: int
    last_chance_ms: int | None = None


class LapseOpened(msgspec.Struct, frozen=True):
    """`outgrown`: `pact.outgrown` is said with it."""

    since_ms: int
    agreed_days: float
    threshold_days: float
    members: tuple[str, ...]
    expires_ms: int
    outgrown: bool = False


class LapseClosed(msgspec.Struct, frozen=True):
    since_ms: int
    length_days: float
    members: tuple[str, ...]
    expires_ms: int


class AppreciationShared(msgspec.Struct, frozen=True):
    checkin: str
    author: str
    receiver: str
    expires_ms: int


class MemberErased(msgspec.Struct, frozen=True):
    """Nothing more is to be sent to this person, and what they were sent is to be forgotten."""

    person: str
    expires_ms: int


class ChannelAsked(msgspec.Struct, frozen=True):
    """A person asked for something over a channel of theirs: the code that verifies it, or a test."""

    person: str
    channel: str
    purpose: Literal["code", "test"]
    expires_ms: int


class ReflectionShared(msgspec.Struct, frozen=True):
    checkin: str
    author: str
    receiver: str
    expires_ms: int


class NudgeAsked(msgspec.Struct, frozen=True):
    """A member sent the other a sign."""

    author: str
    receiver: str
    expires_ms: int
    text: SealedText | None = None


class WeekSummed(msgspec.Struct, frozen=True):
    """An ISO week of couple-days has closed; `date` is its Sunday, `kept` how many of its days counted."""

    date: str
    kept: int
    members: tuple[str, ...]
    expires_ms: int


class MemberSilent(msgspec.Struct, frozen=True):
    """This member has not checked in for sixty days; `since` is the date of the last time."""

    person: str
    since: str
    expires_ms: int


class InviteTaken(msgspec.Struct, frozen=True):
    """Somebody has accepted an invite of this person, who can confirm."""

    person: str
    expires_ms: int


class InviteOffered(msgspec.Struct, frozen=True):
    """This person has made an invite, which is good until `until_ms`."""

    person: str
    until_ms: int
    expires_ms: int
