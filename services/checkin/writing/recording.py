"""The hot path: a check-in costs one round trip to Redis and one to Kafka."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple
from uuid import UUID, uuid5

import msgspec
from flask import Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, ValidationError

from checkin.door import idempotency, limits
from checkin.door.auth import Me, admit, presented
from checkin.door.bodies import CheckinKind, json_body
from checkin.door.errors import Problem, invalid, refused_fields
from checkin.door.front import Front, Mark
from checkin.door.idempotency import First, answered, released
from checkin.door.prefer import Accepting, Written, answer_to
from checkin.reading.listing import find_all
from checkin.reading.practices import live_kinds
from checkin.rules.stamping import BadTime, stamp
from checkin.words.decks import PROMPT_IDS
from checkin.words.vocabulary import FEELING_IDS, LADDER, PRACTICE
from shared.events import Event
from shared.events.couple import CheckinRecorded
from shared.events.values import Visibility
from shared.topics import JOURNAL
from shared.views.couple import CheckinView

MOST_CHARACTERS = 4000
MOST_CHARACTERS_OF_WHAT = 200
MOST_FEELINGS = 8

_SHARED_BY_DEFAULT = ("appreciation", "reflection")


def _known_feeling(word: str) -> str:
    if word not in FEELING_IDS:
        raise ValueError("this is not one of the feelings in GET /v1/vocabulary")
    return word


def _known_prompt(prompt: str) -> str:
    if prompt not in PROMPT_IDS:
        raise ValueError("this is not the id of a prompt, as GET /v1/prompt gives it")
    return prompt


Feeling = Annotated[
    str, AfterValidator(_known_feeling), Field(json_schema_extra={"enum": sorted(FEELING_IDS)})
]


Note = Annotated[str, Field(max_length=MOST_CHARACTERS)]
Feelings = Annotated[list[Feeling], Field(max_length=MOST_FEELINGS)]
What = Annotated[str, Field(max_length=MOST_CHARACTERS_OF_WHAT)]
Minutes = Annotated[StrictInt, Field(ge=1, le=1440)]
Step = Annotated[StrictInt, Field(ge=1, le=len(LADDER))]
KnownPrompt = Annotated[str, AfterValidator(_known_prompt)]


class ReflectionIn(BaseModel):
    """What any entry may say. `at` is an instant with its offset, `day` is `today`, `yesterday` or a date.

    `what` is what a time was spent on, `prompt` the id of the prompt that this answers.
    """

    model_config = ConfigDict(extra="forbid")

    at: Annotated[str, Field(json_schema_extra={"format": "date-time"})] | None = None
    day: str | None = None
    note: Note | None = None
    feelings: Feelings | None = None
    visibility: Visibility | None = None
    busy: Annotated[StrictInt, Field(ge=1, le=3)] | None = None
    minutes: Minutes | None = None
    what: What | None = None
    prompt: KnownPrompt | None = None
    id: UUID | None = None


class CheckinIn(ReflectionIn):
    """A check-in. `step` is one of being vulnerable's four, `in_reply_to` what a reflection answers."""

    kind: CheckinKind
    step: Step | None = None
    in_reply_to: UUID | None = None


class Accepted(BaseModel):
    id: str
    local_date: str


class Asked(NamedTuple):
    """A check-in as it was asked for. `key` makes a repeat known; without one there is no repeat."""

    body: CheckinIn
    digest: bytes
    id: str
    key: str | None


class Referred(NamedTuple):
    """What entries refer to: practices by their kinds, and by what was presented the ids they answer."""

    practices: frozenset[str]
    answered: Mapping[str, str]


def record(front: Front, request: Request, given: Mapping[str, str] | None = None) -> Accepting:
    """Accept the check-in in this request: the answer. Raises `Problem`, `LogUnavailable`.

    `given` is what the address says already: no body says it again.
    """
    return answer_to(front, request, _recorded(front, request, given or {}))


def _recorded(front: Front, request: Request, given: Mapping[str, str]) -> Written:
    token = presented(request)
    use = limits.use_of(front, request, front.tokens.digest(token.text))
    try:
        asked = _asked(front, token.person, request, given)
    except Problem:
        # Who may not write is told so, and nothing about the body.
        claimed = front.marks.claim(token.person, None, use)
        limits.draw(front, request, claimed.used)
        admit(front, token, claimed.view, claimed.caught_up_ms, "write")
        raise
    lease = mark_of(token.person, asked, front.new_id())
    claimed = front.marks.claim(token.person, lease, use)
    if lease is not None and claimed.found == lease.value:
        # The client sent the claim twice, as it does when a reply is lost: this lease is our own.
        claimed = claimed._replace(found=None)
    with released(front.marks, lease if claimed.found is None else None):
        limits.draw(front, request, claimed.used)
        me = admit(front, token, claimed.view, claimed.caught_up_ms, "write")
        if claimed.found is None:
            return _append(front, me, asked)
        first = answered(claimed.found, asked.digest)
        streams = tuple(dict.fromkeys((me.subject, me.own_subject)))
        return Written(first.id, first.answer or "", streams)


def _asked(front: Front, person: str, request: Request, given: Mapping[str, str]) -> Asked:
    sent = idempotency.key_sent(request)
    body = json_body(request)
    return asked_for(front, person, _completed(body, given) if given else body, sent)


def asked_for(front: Front, person: str, body: Any, sent: str | None = None) -> Asked:
    """A body as what it asks for, under the key that was sent with it. Raises 422."""
    try:
        wish = CheckinIn.model_validate(body)
    except ValidationError as error:
        raise refused_fields(error) from None
    flaws = _misplaced(wish)
    if flaws:
        raise invalid(*flaws)
    # An id of the client's own is the key: a repeat under another header is still the same entry.
    key = sent if wish.id is None else f"id {wish.id}"
    return Asked(wish, idempotency.digest(body), _id(front, person, wish, sent), key)


def _completed(body: Any, given: Mapping[str, str]) -> Any:
    if not isinstance(body, dict):
        return body
    twice = sorted(given.keys() & body.keys())
    if twice:
        raise invalid(*((f"/{name}", "The address says this already; leave it out.") for name in twice))
    return {**body, **given}


def _misplaced(wish: CheckinIn) -> list[tuple[str, str]]:
    """What has no place in an entry of this kind."""
    flaws = []
    if wish.in_reply_to is not None and wish.kind != "reflection":
        flaws.append(("/in_reply_to", "Only a reflection answers an entry."))
    if wish.step is not None and wish.kind != "vulnerability":
        flaws.append(("/step", "Only being vulnerable has steps."))
    return flaws


def _id(front: Front, person: str, wish: CheckinIn, key: str | None) -> str:
    if wish.id is not None:
        return str(wish.id)
    return front.new_id() if key is None else str(uuid5(UUID(person), key))


def mark_of(person: str, asked: Asked, lease: str, local_date: str | None = None) -> Mark | None:
    """The lease of this attempt, or with its local date what is remembered of it; None without a key."""
    if asked.key is None:
        return None
    return First(asked.digest, asked.id, lease, local_date).mark(person, asked.key)


def _append(front: Front, me: Me, asked: Asked) -> Written:
    entry = entry_of(front, me, asked, referred(front, me, [asked.body]))
    event = event_of(front, me, asked, entry)
    offset = front.log.append(JOURNAL, event, mark_of(me.id, asked, "", entry.local_date))
    return Written(asked.id, entry.local_date, (event.subject or "",), offset)


def event_of(front: Front, me: Me, asked: Asked, entry: CheckinRecorded) -> Event:
    """The entry as an event of the stream that it belongs in."""
    secret = entry.visibility == "secret"
    return front.event(asked.id, me.own_subject if secret else me.subject, entry)


def referred(front: Front, me: Me, wishes: Sequence[CheckinIn]) -> Referred:
    """What these refer to, read in one go; nothing is read for those that refer to nothing."""
    own = any(wish.kind.startswith(PRACTICE) for wish in wishes)
    presented = {str(wish.in_reply_to) for wish in wishes if wish.in_reply_to is not None}
    found = find_all(front, me, presented) if presented else {}
    return Referred(
        live_kinds(front, me) if own else frozenset(),
        {name: one.entry.id for name, one in found.items() if _can_be_answered(me, one.entry)},
    )


def entry_of(front: Front, me: Me, asked: Asked, known: Referred) -> CheckinRecorded:
    """What is asked for, stamped and sealed. Raises 404, 422."""
    wish = asked.body
    try:
        stamped = stamp(me.view.spans, front.clock.now_ms(), wish.at, wish.day)
    except BadTime as error:
        raise invalid((f"/{error.field}", error.detail)) from None
    if wish.kind.startswith(PRACTICE) and wish.kind not in known.practices:
        raise invalid(("/kind", "This is not, or no longer, a practice of yours: see GET /v1/practices."))
    default: Visibility = "shared" if wish.kind in _SHARED_BY_DEFAULT else "sealed"
    feelings = msgspec.json.encode(wish.feelings).decode() if wish.feelings else None
    reply_to = None if wish.in_reply_to is None else known.answered.get(str(wish.in_reply_to))
    if wish.in_reply_to is not None and reply_to is None:
        raise Problem(404, "unknown_entry", "There is no entry of your partner's that this could answer.")
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
        what=_sealed(front, me, asked.id, "what", wish.what),
        prompt=_sealed(front, me, asked.id, "prompt", wish.prompt),
        step=wish.step,
    )


def _can_be_answered(me: Me, entry: CheckinView) -> bool:
    """Whether it is shared, the partner's, and still there."""
    return entry.author != me.id and entry.visibility == "shared" and not entry.deleted


def _sealed(front: Front, me: Me, event_id: str, field: str, text: str | None) -> str | None:
    return front.sealer.seal(me.id, me.key, event_id, field, text) if text else None
