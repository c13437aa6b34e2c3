"""Apprise: one of a few services by URL, spoken to through our own door alone.

The library follows redirects, heeds proxies and waits without end; so every request that it makes goes
through `calling`, which vets the address, follows nothing, and ends with the attempt. It is loaded when it is
first used.
"""

import logging
import re
import threading
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from notifier.channels import DeliveryError, Message
from notifier.channels.calling import Answer, Caller, Request, judge
from shared.addresses import BadAddress
from shared.apprise_urls import AppriseUrl, parse_apprise_url

_OF_TRANSPORT = re.compile(r"(?<=[?&])(?:retry|wait|verify|redirect|cto|rto|store|overflow|optional)=[^&]*&?")
"""Parameters of a URL that would change how it is sent."""


@dataclass
class _Attempt:
    """What is under way in one thread: until when, for which message, and what came of it."""

    caller: Caller
    until_s: float
    now_ms: int
    message: str
    error: DeliveryError | None = None


_under_way = threading.local()
_LOOKS = {"app_id": "Attune", "app_desc": "Attune", "app_url": "", "image_url_mask": "", "image_url_logo": ""}
"""No picture either: the receiver's device would fetch it from a stranger."""


class Apprise:
    """Implements `notifier.channels.Channel`. `allowed` is the operator's list of `host:port`."""

    def __init__(self, caller: Caller, allowed: Collection[str] = ()) -> None:
        self._caller = caller
        self._allowed = allowed

    def endpoint(self, address: str) -> str:
        return self._parsed(address).endpoint

    def send(self, address: str, secret: str, message: Message, now_ms: int) -> bool:  # noqa: ARG002 it has none
        self._parsed(address)
        # Loading the library is no part of an attempt: it takes a second, once.
        library = _library()
        attempt = _Attempt(self._caller, self._caller.limits.until_s(), now_ms, message.id)
        _under_way.attempt = attempt
        try:
            arrived = _notify(library, address, message)
        except DeliveryError:
            raise
        except Exception as error:
            raise DeliveryError("Apprise failed in this attempt.") from error
        finally:
            _under_way.attempt = None
        if not arrived:
            raise attempt.error or DeliveryError("The service did not take it.")
        return False

    def _parsed(self, address: str) -> AppriseUrl:
        try:
            return parse_apprise_url(address, self._allowed)
        except BadAddress as error:
            raise DeliveryError(str(error), permanent=True) from error


def _body(message: Message) -> str:
    parts = [message.body, message.why, *(f"{label}\n{link}" for label, link in message.links)]
    return "\n\n".join(part for part in parts if part)


def _notify(library: Any, address: str, message: Message) -> bool:
    """Whether the service took it. Raises `DeliveryError`, and whatever the library raises."""
    asset = library.AppriseAsset(storage_mode="memory", plugin_paths=[], **_LOOKS)
    service = library.Apprise.instantiate(_OF_TRANSPORT.sub("", address).rstrip("?&"), asset=asset)
    if service is None:
        raise DeliveryError("Apprise cannot read this address.", permanent=True)
    return bool(service.notify(title=message.title, body=_body(message)))


@cache
def _library() -> Any:
    """Apprise with our door in the place of its own. Raises `DeliveryError` where it is not installed."""
    try:
        import apprise  # noqa: PLC0415 it takes memory that most sites need not spend
        import requests  # noqa: PLC0415 the same
    except ImportError as error:
        raise DeliveryError("This site has no Apprise.", permanent=True) from error
    # Its lines would hold addresses and what they are answered.
    logging.getLogger("apprise").disabled = True
    _close_other_doors(requests)
    # The plug-ins are loaded by the first address, whatever it is.
    apprise.Apprise.instantiate("ntfy://topic")
    return apprise


def _close_other_doors(requests: Any) -> None:
    """Every request of the library is ours from here on; nobody else here uses it."""

    class Session(requests.Session):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.trust_env = False
            self.mount("https://", Door())
            self.mount("http://", Door())

        def request(self, method: str, url: str, **options: Any) -> Any:
            return super().request(method, url, **{**options, "allow_redirects": False})

    class Door(requests.adapters.BaseAdapter):  # type: ignore[misc]
        def send(self, request: Any, **_options: Any) -> Any:
            response = requests.Response()
            response.request, response.url = request, request.url
            try:
                answer = _answered(request)
            except DeliveryError as error:
                raise requests.ConnectionError(str(error)) from error
            response.status_code = answer.status
            response.headers = requests.structures.CaseInsensitiveDict(answer.headers)
            response._content = answer.body  # noqa: SLF001 a response that has been read
            return response

        def close(self) -> None:
            """Nothing is kept open."""

    requests.Session = requests.sessions.Session = Session


def _answered(request: Any) -> Answer:
    """What a request of the library's is answered. The attempt in this thread notes what went wrong."""
    attempt: _Attempt | None = getattr(_under_way, "attempt", None)
    if attempt is None:
        raise DeliveryError("Nothing is under way here.")
    body = request.body or b""
    headers = {name: value for name, value in request.headers.items() if name.lower() not in _NOT_PASSED_ON}
    headers["Idempotency-Key"] = f'"{attempt.message}"'
    try:
        to = attempt.caller.parsed(request.url)
        body = body.encode() if isinstance(body, str) else body
        answer = attempt.caller.call(Request(request.method, to, headers, body), attempt.until_s)
    except DeliveryError as error:
        attempt.error = error
        raise
    attempt.error = _verdict(answer, attempt.now_ms)
    return answer


def _verdict(answer: Answer, now_ms: int) -> DeliveryError | None:
    try:
        judge(answer, now_ms)
    except DeliveryError as error:
        return error
    return None


_NOT_PASSED_ON = frozenset({"connection", "accept-encoding", "content-length", "host"})
