"""`/n/…`: the links in nudges. A GET asks, a POST acts; mail scanners that follow links change nothing."""

from uuid import NAMESPACE_URL, uuid5

import msgspec
from apiflask import APIBlueprint
from flask import Response

from checkin.door.front import Front
from checkin.writing import taps
from shared import topics
from shared.events.person import NudgesSet
from shared.events.values import AMOUNTS, Amount
from shared.faults import LogUnavailable, StoreUnavailable
from shared.links import PATH, Tap
from shared.topics import JOURNAL
from shared.views import PROJECTOR
from shared.views.person import NudgeSettings, PersonView

_TAPS = uuid5(NAMESPACE_URL, "attune/tap")
_RETRY_AFTER_S = 60
_AMOUNTS: dict[str, Amount] = {"fewer": "fewer", "stop": "none"}

_read_person = msgspec.msgpack.Decoder(PersonView).decode


def taps_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("taps", __name__, enable_openapi=False)

    @api.get(f"{PATH}<signed>")
    def ask(signed: str) -> Response:
        """The question, with its button. Reads the link and nothing else."""
        tap = front.tokens.links.read(signed, front.clock.now_ms())
        return _page(taps.over(), 404) if tap is None else _page(taps.question(tap))

    @api.post(f"{PATH}<signed>")
    def act(signed: str) -> Response:
        """The same answer whether or not it changed anything, also to RFC 8058's one click."""
        tap = front.tokens.links.read(signed, front.clock.now_ms())
        if tap is None:
            return _page(taps.over(), 404)
        try:
            _make_less(front, tap, signed)
        except (LogUnavailable, StoreUnavailable):
            response = _page(taps.not_now(tap), 503)
            response.headers["Retry-After"] = str(_RETRY_AFTER_S)
            return response
        return _page(taps.done(tap))

    return api


def _make_less(front: Front, tap: Tap, signed: str) -> None:
    """Write the wish into the person's stream, if it is news to them.

    Raises `LogUnavailable`, `StoreUnavailable`.
    """
    subject, amount = topics.person(tap.person), _AMOUNTS[tap.wish]
    (found,) = front.store.views([(PROJECTOR, subject, subject)])
    if found is None:
        return
    person = _read_person(found)
    settings = person.nudges or NudgeSettings()
    if AMOUNTS.index(getattr(settings, tap.of)) >= AMOUNTS.index(amount):
        return
    # Once for what is settled now: a second tap is none, unless it was settled otherwise in between.
    command = str(uuid5(_TAPS, f"{signed} {person.wished_ms}"))
    system, partner = (amount, None) if tap.of == "system" else (None, amount)
    data = NudgesSet(command, system, partner, only_less=True)
    front.log.append(JOURNAL, front.event(command, subject, data))


def _page(html: str, status: int = 200) -> Response:
    response = Response(html, status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = taps.POLICY
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
