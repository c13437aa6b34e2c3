"""Who is asking: bearer tokens, checked against the person's view before anything else is read."""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple, TypeVar

import msgspec
from flask import Request, request

from checkin.door import limits
from checkin.door.errors import Problem, later
from checkin.door.front import Front
from checkin.door.tokens import Token, read_token
from shared import topics
from shared.events.values import Scope
from shared.views import PROJECTOR
from shared.views.person import PersonView

View = TypeVar("View", bound=Callable[..., Any])

_read_person = msgspec.msgpack.Decoder(PersonView).decode
_BEARER = "bearer "


class Me(NamedTuple):
    """The person who is asking."""

    id: str
    view: PersonView
    token: str

    @property
    def own_subject(self) -> str:
        return topics.person(self.id)

    @property
    def subject(self) -> str:
        """The couple's stream, or one's own for a person alone."""
        return self.own_subject if self.view.couple is None else topics.couple(self.view.couple)

    @property
    def key(self) -> bytes:
        """The wrapped data key. Raises 503 while it has not been read."""
        if self.view.key is None:
            raise later("Your data key has not been read yet.")
        return self.view.key


def signed_in(front: Front, scope: Scope = "write") -> Callable[[View], View]:
    """Give the view who is asking, as its first argument. Stands above `input`: strangers learn no field."""

    def decorate(view: View) -> View:
        @wraps(view)
        def admitted(**values: Any) -> Any:
            token = presented(request)
            use = limits.use_of(front, request, front.tokens.digest(token.text))
            claimed = front.marks.claim(token.person, None, use)
            limits.draw(front, request, claimed.used)
            return view(admit(front, token, claimed.view, claimed.caught_up_ms, scope), **values)

        admitted._signed_in = True  # type: ignore[attr-defined] # noqa: SLF001 read by the OpenAPI document
        return admitted  # type: ignore[return-value]

    return decorate


def presented(request: Request) -> Token:
    """The token in the request. Raises 401."""
    header = request.headers.get("Authorization", "")
    token = read_token(header[len(_BEARER) :].strip()) if header[: len(_BEARER)].lower() == _BEARER else None
    if token is None:
        raise _unknown("Send your token as `Authorization: Bearer atw_…`.", known=bool(header))
    return token


def admit(front: Front, token: Token, found: bytes | None, caught_up_ms: int | None, scope: Scope) -> Me:
    """The person whose token this is, by their view. Raises 401, 403, or 503 while nobody can know."""
    person = None if found is None else _read_person(found)
    name = None if person is None else _name_of(person, front.tokens.digest(token.text))
    if person is None or name is None:
        raise front.absent(caught_up_ms, _unknown("This token is not, or no longer, valid.", known=True))
    if scope == "write" and person.tokens[name].scope != "write":
        header = {"WWW-Authenticate": 'Bearer realm="attune", error="insufficient_scope", scope="write"'}
        raise Problem(403, "read_only", "This token can only read.", headers=header)
    return Me(token.person, person, name)


def again(front: Front, me: Me) -> Me:
    """The same person with the view as it is now."""
    found = front.store.views([(PROJECTOR, me.own_subject, me.own_subject)])[0]
    return me if found is None else me._replace(view=_read_person(found))


def _name_of(person: PersonView, digest: str) -> str | None:
    for name, token in person.tokens.items():
        if hmac.compare_digest(token.digest, digest):
            return name
    return None


def _unknown(detail: str, *, known: bool) -> Problem:
    error = ', error="invalid_token"' if known else ""
    return Problem(401, "unauthorized", detail, headers={"WWW-Authenticate": f'Bearer realm="attune"{error}'})
