"""What events are made of: their words, and a person's place in time."""

from typing import Literal, get_args

import msgspec

Sealed = str
Kind = Literal[
    "feeling",
    "reflection",
    "appreciation",
    "safe_space",
    "vulnerability",
    "quality_time",
    "self_love",
    "repair",
    "best_thing",
]

KINDS: tuple[str, ...] = get_args(Kind)
Visibility = Literal["shared", "sealed", "secret"]
ChannelKind = Literal["webhook", "web_push", "email", "apprise"]
Scope = Literal["write", "read"]
Amount = Literal["all", "fewer", "none"]
AMOUNTS: tuple[Amount, ...] = get_args(Amount)


class Span(msgspec.Struct, frozen=True, array_like=True):
    """From this instant a person's dates follow this zone and day start."""

    from_ms: int
    zone: str
    day_start: int


class Member(msgspec.Struct, frozen=True):
    person: str
    spans: tuple[Span, ...]


class SealedText(msgspec.Struct, frozen=True, array_like=True):
    """A text of this author, sealed under the id of the event that brought it."""

    author: str
    event: str
    sealed: Sealed
