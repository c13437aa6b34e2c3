"""The journal: a couple's stream. A person alone is a couple of one."""

import msgspec

from shared.events.values import Member, Sealed, Visibility


class CoupleFormed(msgspec.Struct, frozen=True):
    """Crosses from the inviter to the couple. The first of the members is the inviter."""

    invite: str
    members: tuple[Member, ...]
    command: str


class MemberLeft(msgspec.Struct, frozen=True):
    """Crosses from the leaver to the couple. `today` is the leaver's date then."""

    person: str
    today: str = "1970-01-01"


class CheckinRecorded(msgspec.Struct, frozen=True, omit_defaults=True):
    author: str
    kind: str
    local_date: str
    at_ms: int
    zone: str
    day_start: int
    tzdata: str
    visibility: Visibility
    busy: int | None = None
    minutes: int | None = None
    note: Sealed | None = None
    feelings: Sealed | None = None
    in_reply_to: str | None = None
    what: Sealed | None = None
    prompt: Sealed | None = None
    step: int | None = None


class Written(msgspec.Struct, frozen=True, omit_defaults=True):
    """One version of what an entry says. `event` is the id of the event that its texts are bound to."""

    event: str
    at_ms: int
    visibility: Visibility
    minutes: int | None = None
    note: Sealed | None = None
    feelings: Sealed | None = None
    what: Sealed | None = None
    prompt: Sealed | None = None
    step: int | None = None


class CheckinAmended(msgspec.Struct, frozen=True, omit_defaults=True):
    """The whole entry as it is from now on, and what it said before. Kind and date never change.

    `first_shared`: it is shared now, and never was before.
    """

    author: str
    checkin: str
    command: str
    kind: str
    local_date: str
    at_ms: int
    now: Written
    was: Written
    busy: int | None = None
    in_reply_to: str | None = None
    first_shared: bool = False


class CheckinDeleted(msgspec.Struct, frozen=True, omit_defaults=True):
    """What it said is gone, with all its versions; that its author showed up stays."""

    author: str
    checkin: str
    command: str
    kind: str
    local_date: str
    at_ms: int
    visibility: Visibility


class ReflectionHeard(msgspec.Struct, frozen=True):
    """`person`, whose entry the reflection `checkin` of `author` answers, felt heard."""

    person: str
    author: str
    checkin: str
    command: str


class CheckinUndone(msgspec.Struct, frozen=True):
    """A mistaken tap is taken back: within ten minutes of log time, with everything that it did."""

    author: str
    checkin: str
    command: str


class PactChanged(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is None stays as it was agreed."""

    person: str
    command: str
    mode: str | None = None
    agreed_days: float | None = None
    reply_to_reveal: bool | None = None


class PracticeAdded(msgspec.Struct, frozen=True):
    """A practice of the couple's own, and its name in the words of this person.

    The practice's id follows from that of the event.
    """

    person: str
    command: str
    name: Sealed


class PracticeRemoved(msgspec.Struct, frozen=True):
    person: str
    command: str
    practice: str


class PauseOpened(msgspec.Struct, frozen=True):
    """Covers couple-days, the last included; None: open-ended. `today` is the opener's date of acceptance.

    The pause's id follows from that of the event.
    """

    person: str
    command: str
    today: str
    first: str
    last: str | None


class PauseEnded(msgspec.Struct, frozen=True):
    """`today`, the opener's date of acceptance, is still covered."""

    person: str
    command: str
    today: str
    pause: str


class PartnerNudged(msgspec.Struct, frozen=True, omit_defaults=True):
    """A member sends the other a sign, with or without words. The words are sealed under `command`."""

    person: str
    command: str
    text: Sealed | None = None


class TimePassed(msgspec.Struct, frozen=True):
    """Addressed to a partition: its shard's time has reached the record's append time."""
