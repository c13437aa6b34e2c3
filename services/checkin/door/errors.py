"""Refusals: every error leaves as application/problem+json (RFC 9457) with a stable `type`."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

import structlog
from apiflask import HTTPError
from flask import Response
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from checkin.words.problems import title_of, word_of
from shared.faults import LogUnavailable, StoreUnavailable

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"

Flaw = Mapping[str, str]
"""What is wrong with one field: `pointer` (RFC 6901) and `detail`."""


class Problem(HTTPError):
    """A refusal. `word` is stable and has its line in `problems.toml`; `detail` is a sentence."""

    def __init__(
        self,
        status: int,
        word: str,
        detail: str,
        flaws: Sequence[Flaw] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, message=detail, headers=dict(headers or {}))
        self.word = word
        self.flaws = flaws


def invalid(*flaws: tuple[str, str]) -> Problem:
    """422: these fields (pointer, sentence) cannot be taken."""
    listed = [{"pointer": pointer, "detail": detail} for pointer, detail in flaws]
    return Problem(422, "invalid", "Some fields cannot be taken.", listed)


def refused_fields(error: ValidationError) -> Problem:
    """422: what a model says about each field."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    # Pydantic announces what a validator of ours says.
    return invalid(*((pointer(f["loc"]), f"{f['msg'].removeprefix('Value error, ')}.") for f in found))


def later(detail: str, after_s: int = 1) -> Problem:
    """503: the same request will be right in a moment."""
    return Problem(503, "unavailable", detail, headers={"Retry-After": str(after_s)})


def broken() -> Problem:
    """500: a fault of ours."""
    return Problem(500, "internal_error", "Attune failed here; the operator's log says how.")


def refusal(error: Exception, route: str) -> Response:
    """The response to whatever an endpoint raised: a problem, and no fault shows its insides."""
    if isinstance(error, LogUnavailable | StoreUnavailable):
        log.warning("unavailable", route=route, reason=str(error))
        return answer(_unavailable(error))
    if isinstance(error, HTTPException):
        headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
        return answer(HTTPError(error.code or HTTPStatus.BAD_REQUEST, error.name, headers=headers))
    if isinstance(error, HTTPError):
        return answer(error)
    log.error("broken", route=route, exc_info=error)
    return answer(broken())


def _unavailable(error: LogUnavailable | StoreUnavailable) -> Problem:
    """What is away is not named to clients: the reason is in the logs."""
    what = "keep" if isinstance(error, LogUnavailable) else "look up"
    return later(f"Attune cannot {what} anything right now. With an Idempotency-Key a repeat is safe.")


def answer(error: HTTPError) -> Response:
    """The response to an error of ours, of the framework's or of a model's validation."""
    if isinstance(error.__cause__, ValidationError):
        error = refused_fields(error.__cause__)
    response = Response(body_of(error), error.status_code, mimetype=MEDIA_TYPE)
    response.headers.extend(dict(error.headers))
    return response


def body_of(error: HTTPError) -> bytes:
    """The problem's members as JSON."""
    problem = error if isinstance(error, Problem) else None
    word = problem.word if problem else word_of(error.status_code)
    body: dict[str, object] = {
        "type": f"/problems/{word}",
        "title": title_of(word),
        "status": error.status_code,
        "detail": error.message,
    }
    if problem and problem.flaws:
        body["errors"] = list(problem.flaws)
    return json.dumps(body).encode()


def pointer(path: Sequence[str | int]) -> str:
    """The JSON pointer (RFC 6901) to what stands under these names and positions."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
