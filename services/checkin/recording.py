"""The hot path: a check-in costs one round trip to Redis and one to Kafka."""

from typing import Annotated, NamedTuple
from uuid import UUID, uuid5

import msgspec
from flask import Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, ValidationError

from checkin import idempotency
from checkin.auth import Me, admit, presented
from checkin.bodies import json_body
from checkin.errors import Problem, invalid, refused_fields
from checkin.front import Front, Mark
from checkin.idempotency import First, answered, released
from checkin.listing import find
from checkin.stamping import BadTime, stamp
from checkin.vocabulary import FEELING_IDS
from shared.events import CheckinRecorded, Kind, Visibility
from shared.topics import JOURNAL

MOST_CHARACTERS = 4000
MOST_FEELINGS = 8

_SHARED_BY_DEFAULT = ("appreciation", "reflection")


def _known_feeling(word: str) -> str:
    if word not in FEELING_IDS:
        raise ValueError("this is not one of the feelings in GET /v1/vocabulary")
    return word


Feeling = Annotated[
    str, AfterValidator(_known_feeling), Field(json_schema_extra={"enum": sorted(FEELING_IDS)})
]


class CheckinIn(BaseModel):
    """A check-in. `at` is an instant with its offset, `day` is `today`, `yesterday` or a date."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    at: str | None = None
    day: str | None = None
    note: Annotated[str, Field(max_length=MOST_CHARACTERS)] | None = None
    feelings: Annotated[list[Feeling], Field(max_length=MOST_FEELINGS)] | None = None
    visibility: Visibility | None = None
    busy: Annotated[StrictInt, Field(ge=1, le=3)] | None = None
    minutes: Annotated[StrictInt, Field(ge=1, le=1440)] | None = None
    in_reply_to: UUID | None = None
    id: UUID | None = None


class Accepted(BaseModel):
    id: str
    local_date: str


class _Asked(NamedTuple):
    """A check-in as it was asked for. `key` makes a repeat known; without one there is no repeat."""

    body: CheckinIn
    digest: bytes
    id: str
    key: str | None


_encode = msgspec.json.Encoder().encode


def record(front: Front, request: Request) -> bytes:
    """Accept the check-in in this request: its answer. Raises `Problem`, `LogUnavailable`."""
    checkin, local_date = _recorded(front, request)
    return _encode({"id": checkin, "local_date": local_date})


def _recorded(front: Front, request: Request) -> tuple[str, str]:
    token = presented(request)
    try:
        asked = _asked(front, token.person, request)
    except Problem:
        # Who may not write is told so, and nothing about the body.
        claimed = front.marks.claim(token.person, None)
        admit(front, token, claimed.view, claimed.caught_up_ms, "write")
        raise
    lease = _mark(token.person, asked, front.new_id())
    claimed = front.marks.claim(token.person, lease)
    if lease is not None and claimed.found == lease.value:
        # The client sent the claim twice, as it does when a reply is lost: this lease is our own.
        claimed = claimed._replace(found=None)
    with released(front.marks, lease if claimed.found is None else None):
        me = admit(front, token, claimed.view, claimed.caught_up_ms, "write")
        if claimed.found is None:
            return _append(front, me, asked)
        first = answered(claimed.found, asked.digest)
        return first.id, first.answer or ""


def _asked(front: Front, person: str, request: Request) -> _Asked:
    sent = idempotency.key_sent(request)
    body = json_body(request)
    try:
        wish = CheckinIn.model_validate(body)
    except ValidationError as error:
        raise refused_fields(error) from None
    if wish.in_reply_to is not None and wish.kind != "reflection":
        raise invalid(("/in_reply_to", "Only a reflection answers an entry."))
    # An id of the client's own is the key: a repeat under another header is still the same entry.
    key = sent if wish.id is None else f"id {wish.id}"
    return _Asked(wish, idempotency.digest(body), _id(front, person, wish, sent), key)


def _id(front: Front, person: str, wish: CheckinIn, key: str | None) -> str:
    if wish.id is not None:
        return str(wish.id)
    return front.new_id() if key is None else str(uuid5(UUID(person), key))


def _mark(person: str, asked: _Asked, lease: str, local_date: str | None = None) -> Mark | None:
    if asked.key is None:
        return None
    return First(asked.digest, asked.id, lease, local_date).mark(person, asked.key)


def _append(front: Front, me: Me, asked: _Asked) -> tuple[str, str]:
    entry = _entry(front, me, asked)
    secret = entry.visibility == "secret"
    event = front.event(asked.id, me.own_subject if secret else me.subject, entry)
    front.log.append(JOURNAL, event, _mark(me.id, asked, "", entry.local_date))
    return asked.id, entry.local_date


def _entry(front: Front, me: Me, asked: _Asked) -> CheckinRecorded:
    wish = asked.body
    try:
        stamped = stamp(me.view.spans, front.clock.now_ms(), wish.at, wish.day)
    except BadTime as error:
        raise invalid((f"/{error.field}", error.detail)) from None
    default: Visibility = "shared" if wish.kind in _SHARED_BY_DEFAULT else "sealed"
    feelings = msgspec.json.encode(wish.feelings).decode() if wish.feelings else None
    reply_to = None if wish.in_reply_to is None else _answered(front, me, str(wish.in_reply_to))
    return CheckinRecorded(
        author=me.id,
        kind=wish.kind,
        local_date=stamped.local_date,
        at_ms=stamped.at_ms,
        zone=stamped.zone,
        day_start=stamped.day_start,
        tzdata=front.tzdata,
        visibility=wish.visibility or default,
        busy=wish.busy,
        minutes=wish.minutes,
        note=_sealed(front, me, asked.id, "note", wish.note),
        feelings=_sealed(front, me, asked.id, "feelings", feelings),
        in_reply_to=reply_to,
    )


def _answered(front: Front, me: Me, presented: str) -> str:
    """The id of the partner's shared entry that a reflection answers. Raises 404."""
    entry = find(front, me, presented)
    if entry is None or entry.author == me.id or entry.visibility != "shared":
        raise Problem(404, "unknown_entry", "There is no entry of your partner's that this could answer.")
    return entry.id


def _sealed(front: Front, me: Me, event_id: str, field: str, text: str | None) -> str | None:
    return front.sealer.seal(me.id, me.key, event_id, field, text) if text else None
