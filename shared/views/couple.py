"""What the projector publishes of a couple, and of its check-ins."""

import msgspec

from shared.events.values import Sealed


class CoupleView(msgspec.Struct, frozen=True):
    """By the projector, name `couple/<id>`."""

    couple: str
    members: tuple[str, ...]
    day_one: str
    formed_ms: int


class PracticeView(msgspec.Struct, frozen=True, array_like=True):
    """`event` is the id of the event that `name` is bound to; without its author's words it is empty."""

    id: str
    author: str
    event: str
    name: Sealed


class PracticesView(msgspec.Struct, frozen=True):
    """By the projector, name `practices/<subject>`: those that can be done, the oldest first."""

    practices: tuple[PracticeView, ...] = ()


class CheckinView(msgspec.Struct, frozen=True, omit_defaults=True):
    """By the projector, name `checkin/<subject>/<author>/<hash of author and id>`.

    Listed in `checkins/<subject>` with the key `<local_date>/<author>/<hash>`. `event` is the id of the event
    that the sealed texts are bound to, the entry's own if None; `written_ms` is when it was last amended.

    Beside it, of an entry that was amended, each `shared.events.couple.Written` under the name
    `version/<subject>/<author>/<hash>/<time>/<event>`, listed in `versions/<subject>` with the key
    `<author>/<hash>/<time>/<event>`; and under `heard/<subject>/<author>/<hash>`, listed in `heard/<subject>`
    by its end, that a reflection was marked as felt heard.
    """

    id: str
    author: str
    kind: str
    local_date: str
    visibility: str
    at_ms: int
    busy: int | None = None
    minutes: int | None = None
    note: Sealed | None = None
    feelings: Sealed | None = None
    in_reply_to: str | None = None
    what: Sealed | None = None
    prompt: Sealed | None = None
    step: int | None = None
    event: str | None = None
    written_ms: int | None = None
    deleted: bool = False
