"""What an accepted check-in is answered with, with `Prefer: wait=N` (RFC 7240) once it can be read."""

from typing import NamedTuple

import msgspec
from flask import Request

from checkin.door.commands import WAIT_S, Waiting
from checkin.door.front import Front
from shared.faults import StoreUnavailable
from shared.views import PROJECTOR, STREAKS

_DIGITS = 9
_encode = msgspec.json.Encoder().encode


class Written(NamedTuple):
    """An entry in the log: the streams that it can be in and, if this request wrote it, its offset there."""

    id: str
    local_date: str
    subjects: tuple[str, ...]
    offset: int | None = None


class Accepting(NamedTuple):
    """What 202 comes with."""

    body: bytes
    headers: list[tuple[str, str]]


def answer_to(front: Front, request: Request, written: Written) -> Accepting:
    """The answer: where the entry is, and whether it can be read by now if the client would rather wait."""
    body = _encode({"id": written.id, "local_date": written.local_date})
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Location", f"/v1/check-ins/{written.id}"),
    ]
    prefer = request.environ.get("HTTP_PREFER")
    seconds = None if prefer is None else seconds_preferred(prefer)
    if seconds is not None and wait_to_be_read(front, written, seconds):
        headers.append(("Preference-Applied", f"wait={seconds}"))
    return Accepting(body, headers)


def seconds_preferred(header: str) -> int | None:
    """How long the client would rather wait, at most five seconds; None where it does not say."""
    for preference in header.split(","):
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "wait":
            digits = value.strip().strip('"')
            known = digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS
            return min(int(digits), int(WAIT_S)) if known else None
    return None


def wait_to_be_read(front: Front, written: Written, seconds: int) -> bool:
    """Whether it can be read, in the views and in what they add up to, within so many seconds.

    What an earlier request wrote is read once all that was in the log when this one came has been. What
    cannot be looked up is not known to be.
    """
    waiting, began_ms = Waiting(front, seconds), front.clock.now_ms()
    try:
        if written.offset is not None:
            (stream,) = written.subjects
            return all(waiting.passed(service, stream, written.offset) for service in (PROJECTOR, STREAKS))
        asks = [
            (service, subject, subject) for service in (PROJECTOR, STREAKS) for subject in written.subjects
        ]
        return waiting.until(
            lambda: all((at_ms or 0) >= began_ms for _, at_ms in front.store.views_as_of(asks))
        )
    except StoreUnavailable:
        return False
