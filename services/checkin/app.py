"""The application: endpoints, refusals, headers, and counting. `wsgi.py` gives it its collaborators."""

import time

import structlog
from apiflask import APIFlask, HTTPError
from flask import Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from checkin import metrics
from checkin.api.checkins import checkins_api
from checkin.api.couple import couple_api
from checkin.api.nudges import nudges_api
from checkin.api.people import people_api
from checkin.api.service import service_api
from checkin.api.streak import streak_api
from checkin.bodies import MOST_BYTES, JsonRequest
from checkin.errors import Problem, answer, later, unavailable
from checkin.front import Front
from checkin.openapi import describe
from shared.faults import LogUnavailable, StoreUnavailable

log = structlog.get_logger(__name__)

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


def create_app(front: Front, proxies: int = 0) -> APIFlask:
    """The application. `proxies`: how many trusted ones stand before it."""
    app = APIFlask("checkin", title="Attune", version="1", docs_path=None, spec_path="/openapi.json")
    app.request_class = JsonRequest
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.url_map.strict_slashes = False
    for api in (people_api, couple_api, checkins_api, streak_api, nudges_api, service_api):
        app.register_blueprint(api(front))
    describe(app)
    _refuse(app)
    _watch(app, front)
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    return app


def _refuse(app: APIFlask) -> None:
    """Every refusal is a problem, and no fault shows its insides."""

    @app.error_processor
    def refused(error: HTTPError) -> Response:
        return answer(error)

    @app.errorhandler(LogUnavailable)
    @app.errorhandler(StoreUnavailable)
    def away(error: LogUnavailable | StoreUnavailable) -> Response:
        log.warning("unavailable", route=_route(), reason=str(error))
        return unavailable(error)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        log.error("broken", route=_route(), exc_info=error)
        return answer(Problem(500, "internal_error", "Attune failed here; the operator's log says how."))


def _watch(app: APIFlask, front: Front) -> None:
    """Count and time each request by its route, never by its path."""

    @app.before_request
    def begin() -> None:
        g.began_s = time.perf_counter()
        metrics.inflight.inc()
        if front.is_full() and request.method not in _READS:
            raise later("Attune has no room for new entries until its operator makes some.", after_s=30)

    @app.after_request
    def finish(response: Response) -> Response:
        route = _route()
        metrics.http_requests.labels(route, response.status_code).inc()
        metrics.http_seconds.labels(route).observe(time.perf_counter() - g.began_s)
        response.headers.extend(_HEADERS)
        if request.method in ("GET", "HEAD") and response.status_code == 200:  # noqa: PLR2004 OK
            response.add_etag()
            response.make_conditional(request)
        return response

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        metrics.inflight.dec()


def _route() -> str:
    return "none" if request.url_rule is None else request.url_rule.rule
