"""The application: endpoints and refusals. `wsgi.py` gives it its collaborators."""

from collections.abc import Sequence
from http import HTTPStatus

from apiflask import APIFlask, HTTPError
from flask import Response, request

from checkin.api.agreement import agreement_api
from checkin.api.channels import channels_api
from checkin.api.checkins import checkin_rule, checkins_api
from checkin.api.couple import couple_api
from checkin.api.docs import docs_api
from checkin.api.entries import entries_api
from checkin.api.erasure import erasure_api
from checkin.api.export import export_api
from checkin.api.feeds import feeds_api
from checkin.api.help import help_api
from checkin.api.insights import insights_api
from checkin.api.nudges import nudges_api
from checkin.api.nudging import nudging_api
from checkin.api.people import people_api
from checkin.api.practices import practices_api
from checkin.api.problems import problems_api
from checkin.api.prompts import prompts_api
from checkin.api.pulse import pulse_api
from checkin.api.recovery import recovery_api
from checkin.api.service import service_api
from checkin.api.streak import streak_api
from checkin.api.taps import taps_api
from checkin.api.tokens import tokens_api
from checkin.api.vocabulary import vocabulary_api
from checkin.direct import Direct
from checkin.door import limits
from checkin.door.bodies import MOST_BYTES, JsonRequest
from checkin.door.cors import Cors
from checkin.door.errors import answer, refusal
from checkin.door.forwarded import Forwarded, Network
from checkin.door.front import Front
from checkin.openapi import describe
from checkin.watch import Watched, route_of

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


def create_app(
    front: Front, trusted_proxies: Sequence[Network] = (), origins: frozenset[str] = frozenset()
) -> APIFlask:
    """The application. `trusted_proxies`: whose word counts; `origins`: whose pages may use it."""
    app = APIFlask("checkin", title="Attune", version="1", docs_path=None, spec_path="/openapi.json")
    app.request_class = JsonRequest
    app.config["AUTO_SERVERS"] = False
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES + 1
    app.url_map.strict_slashes = False
    for api in (
        people_api,
        erasure_api,
        export_api,
        tokens_api,
        recovery_api,
        couple_api,
        agreement_api,
        practices_api,
        checkins_api,
        entries_api,
        streak_api,
        insights_api,
        prompts_api,
        pulse_api,
        nudges_api,
        nudging_api,
        taps_api,
        feeds_api,
        help_api,
        channels_api,
        vocabulary_api,
        service_api,
    ):
        app.register_blueprint(api(front))
    app.register_blueprint(problems_api())
    app.register_blueprint(docs_api())
    describe(app)
    _count(app, front)
    _refuse(app, front)
    _answer_reads(app, front)
    direct = Direct(front, checkin_rule(app), app.wsgi_app)
    opened = Cors(direct, origins) if origins else direct
    watched = Watched(opened)
    app.wsgi_app = Forwarded(watched, trusted_proxies) if trusted_proxies else watched  # type: ignore[method-assign]
    return app


def _count(app: APIFlask, front: Front) -> None:
    """What anybody may ask for is counted by address; what takes a token, when that is looked at."""

    @app.before_request
    def count() -> None:
        view = app.view_functions.get(request.endpoint or "")
        is_counted = request.path.startswith(("/v1/", "/feeds/")) and request.method != "OPTIONS"
        if is_counted and not getattr(view, "_signed_in", False):
            limits.draw_without_token(front)


def _refuse(app: APIFlask, front: Front) -> None:
    """Every refusal is a problem, and no fault shows its insides."""

    @app.error_processor
    def refused(error: HTTPError) -> Response:
        said = limits.after_guess(front, request, error)
        return answer(said) if said is error else refusal(said, route_of(request))

    @app.errorhandler(Exception)
    def raised(error: Exception) -> Response:
        return refusal(error, route_of(request))


def _answer_reads(app: APIFlask, front: Front) -> None:
    """Refuse what there is no room for, and answer a read that has not changed with 304."""

    @app.before_request
    def refuse_when_full() -> None:
        if request.method not in _READS:
            front.refuse_when_full()

    @app.after_request
    def tag(response: Response) -> Response:
        if request.method in ("GET", "HEAD") and response.status_code == HTTPStatus.OK:
            # It may be kept, by nobody but the reader, and is asked for again each time.
            response.headers.setdefault("Cache-Control", "private, no-cache")
            response.add_etag()
            response.make_conditional(request)
            if response.status_code == HTTPStatus.PRECONDITION_FAILED:
                return answer(HTTPError(412, "It is not what `If-Match` names: read it again."))
        return response
