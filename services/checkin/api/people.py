"""People: registering, and one's own settings."""

import hmac
from re import fullmatch
from typing import Annotated, Any

import msgspec
from apiflask import APIBlueprint
from flask import request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from checkin.door import limits
from checkin.door.auth import Me, again, signed_in
from checkin.door.commands import Answer, Waiting, answer, carry_out, command_id, not_yet
from checkin.door.errors import Problem
from checkin.door.front import Front
from checkin.words.vocabulary import Language
from shared import days, topics
from shared.events.person import KeyWrapped, PersonChanged, PersonRegistered
from shared.views import PROJECTOR, STREAKS
from shared.views.person import PersonView

DAY_STARTS = "^(0[0-5]:[0-5][0-9]|06:00)$"

_read_person = msgspec.msgpack.Decoder(PersonView).decode


def _known_zone(name: str) -> str:
    if not days.is_zone(name):
        raise ValueError("this is not a name in the time zone database, like Europe/Paris")
    return name


def _within_the_night(time: str) -> str:
    if not fullmatch(DAY_STARTS, time):
        raise ValueError("a day starts from 00:00 to 06:00, written as 03:00")
    return time


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Zone = Annotated[str, AfterValidator(_known_zone)]
DayStart = Annotated[str, AfterValidator(_within_the_night), Field(json_schema_extra={"pattern": DAY_STARTS})]


class PersonIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    zone: Zone
    day_start: DayStart = "03:00"
    language: Language = "en"
    registration_code: str | None = None


class PersonPatch(BaseModel):
    """What is left out stays. A zone or day start comes into force when your current day ends."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    zone: Zone | None = None
    day_start: DayStart | None = None
    language: Language | None = None


class Registered(BaseModel):
    """The token is shown here only."""

    person: str
    token: str


class PersonOut(BaseModel):
    """`zone` and `day_start` are the latest that were asked for; `in_force_from` says from when they hold.

    `recovered_at`: when somebody last got in with one of your recovery codes.
    """

    person: str
    name: str
    zone: str
    day_start: str
    in_force_from: str | None
    language: str
    couple: str | None
    registered_at: str
    recovered_at: str | None


def people_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("people", __name__, tag="people", url_prefix="/v1")

    @api.post("/people")
    @api.input(PersonIn, arg_name="wish")
    @api.output(Registered, 201)
    def register(wish: PersonIn) -> Answer:
        """Register, and get a token."""
        return _register(front, wish)

    @api.get("/people/me")
    @signed_in(front, "read")
    @api.output(PersonOut)
    def me(me: Me) -> dict[str, Any]:
        """Your settings."""
        return _settings(front, me)

    @api.patch("/people/me")
    @signed_in(front)
    @api.input(PersonPatch, arg_name="wish")
    @api.output(PersonOut)
    def change(me: Me, wish: PersonPatch) -> Answer:
        """Change your settings."""
        return _change(front, me, wish)

    return api


def _register(front: Front, wish: PersonIn) -> Answer:
    limits.take(front, f"people {limits.caller(request)}", front.rules.people_per_hour, shared=True)
    _allow(front, wish.registration_code)
    person = front.new_id()
    subject, wrapped, token = topics.person(person), front.sealer.new_key(person), front.new_id()
    issued = front.tokens.issue(person, "write")
    event_id = front.new_id()
    data = PersonRegistered(
        zone=wish.zone,
        day_start=_minutes(wish.day_start),
        language=wish.language,
        name=front.sealer.seal(person, wrapped, event_id, "name", wish.name),
        token=token,
        digest=front.tokens.digest(issued.text),
        last_four=issued.last_four,
    )
    front.log.append(topics.KEYS, front.event(front.new_id(), subject, KeyWrapped(wrapped)))
    offset = front.log.append(topics.JOURNAL, front.event(event_id, subject, data))
    shown = {"person": person, "token": issued.text}
    return (shown, 201) if _arrived(front, subject, offset) else not_yet(shown, "/v1/people/me")


def _allow(front: Front, code: str | None) -> None:
    rules = front.rules
    if rules.registration == "closed":
        raise Problem(403, "registration_closed", "Nobody can register here at present.")
    right = hmac.compare_digest((code or "").encode(), rules.registration_code.encode())
    if rules.registration == "code" and not right:
        raise Problem(403, "registration_code", "Registering here takes a `registration_code`.")


def _arrived(front: Front, subject: str, offset: int) -> bool:
    """Whether the new person can be read, in time."""

    def has_key() -> bool:
        view = front.store.views([(PROJECTOR, subject, subject)])[0]
        return view is not None and _read_person(view).key is not None

    waiting = Waiting(front)
    return waiting.until(has_key) and waiting.passed(STREAKS, subject, offset)


def _settings(front: Front, me: Me) -> dict[str, Any]:
    view = me.view
    latest = view.spans[-1]
    return {
        "person": me.id,
        "name": front.sealer.open(me.id, me.key, view.name_event, "name", view.name),
        "zone": latest.zone,
        "day_start": f"{latest.day_start // 60:02}:{latest.day_start % 60:02}",
        "in_force_from": days.iso_instant(latest.from_ms) if len(view.spans) > 1 else None,
        "language": view.language,
        "couple": view.couple,
        "registered_at": days.iso_instant(view.registered_ms),
        "recovered_at": None if view.recovered_ms is None else days.iso_instant(view.recovered_ms),
    }


def _change(front: Front, me: Me, wish: PersonPatch) -> Answer:
    command = command_id(front, me)
    data = PersonChanged(
        zone=wish.zone,
        day_start=None if wish.day_start is None else _minutes(wish.day_start),
        language=wish.language,
        name=wish.name and front.sealer.seal(me.id, me.key, command, "name", wish.name),
        command=command,
    )
    outcome = carry_out(front, me, command, data)
    return answer(command, outcome, {} if outcome is None else _settings(front, again(front, me)))


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])
