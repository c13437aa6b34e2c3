"""One HTTP request to an address that a person gave: to the checked address, in a bounded time, once.

The name is resolved once and every answer vetted; the connection goes to the vetted address, with the name as
Host and SNI. No redirect is followed, no proxy or environment heeded, and the body is cut at its limit.
"""

import http.client
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

from notifier.channels import DeliveryError
from shared.addresses import (
    Address,
    BadAddress,
    Resolver,
    Unresolvable,
    parse_webhook_url,
    resolve,
    system_resolver,
)

Connected = Callable[[], socket.socket | None]
"""The socket that something goes over at present, if there is one."""

_KNOWN = 16_384
_LOOKS_EVERY_S = 0.05
_ASKS_FOR_PATIENCE = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


@dataclass(frozen=True)
class Limits:
    """Of one attempt: `total_s` covers everything from the look-up of the name on."""

    connect_s: float = 3.0
    total_s: float = 15.0
    answer_bytes: int = 20_000

    def until_s(self) -> float:
        """When an attempt that begins now must have ended, by the clock for waits."""
        return time.monotonic() + self.total_s


class Request(NamedTuple):
    method: str
    to: Address
    headers: Mapping[str, str]
    body: bytes


class Answer(NamedTuple):
    """Names of `headers` are in small letters; `body` is what came of it in time, up to the limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Deadlines:
    """Ends what a receiver is waited for at an instant: one that trickles keeps every single read short.

    One thread looks after all that is under way, and is there only while something is. What is done for each
    takes no lock: hundreds pass here in a second, and would wait for one another.
    """

    def __init__(self) -> None:
        self._starting = threading.Lock()
        self._under_way: dict[object, tuple[float, Connected]] = {}
        self._watched = False

    @contextmanager
    def cut_off_at(self, until_s: float, connected: Connected) -> Iterator[None]:
        """Shut the socket down at this instant, unless this has ended before."""
        mark = object()
        self._under_way[mark] = until_s, connected
        if not self._watched:
            self._start()
        try:
            yield
        finally:
            self._under_way.pop(mark, None)

    def _start(self) -> None:
        with self._starting:
            if not self._watched:
                self._watched = True
                threading.Thread(target=self._watch, name="deadlines", daemon=True).start()

    def _watch(self) -> None:
        while self._is_needed():
            time.sleep(_LOOKS_EVERY_S)
            now_s = time.monotonic()
            for mark, (until_s, connected) in list(self._under_way.items()):
                if until_s <= now_s:
                    self._under_way.pop(mark, None)
                    _cut(connected)

    def _is_needed(self) -> bool:
        with self._starting:
            # In this order: who comes in between finds that nobody watches, and starts anew.
            self._watched = False
            self._watched = bool(self._under_way)
            return self._watched


def _cut(connected: Connected) -> None:
    # Asked for now: STARTTLS puts another in the place of the first.
    sock = connected()
    if sock is not None:
        with suppress(OSError):
            # Not the method of a TLS socket: that takes TLS off under the thread that is reading.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)


class Caller:
    """`allowed` is the operator's list of `host:port` (see `shared.addresses`)."""

    def __init__(
        self,
        allowed: Collection[str] = (),
        resolver: Resolver = system_resolver,
        limits: Limits = Limits(),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = allowed
        self._resolver = resolver
        self._tls = tls or ssl.create_default_context()
        self._deadlines = Deadlines()
        self._known = lru_cache(maxsize=_KNOWN)(self._parsed)
        self.limits = limits

    def parsed(self, url: str) -> Address:
        """The parts of an address. Raises `DeliveryError`, for good."""
        return self._known(url)

    def _parsed(self, url: str) -> Address:
        try:
            return parse_webhook_url(url, self._allowed)
        except BadAddress as error:
            raise DeliveryError(str(error), permanent=True) from error

    def call(self, request: Request, until_s: float) -> Answer:
        """What is answered by `until_s`. Raises `DeliveryError` if that is nothing."""
        ip, sent = self._resolved(request.to, until_s), _written(request)
        left_s = until_s - time.monotonic()
        if left_s <= 0:
            raise DeliveryError("The host name took too long to be found.", endpoint_down=True)
        try:
            with self._connected(request.to, ip, min(left_s, self.limits.connect_s)) as sock:
                sock.settimeout(self.limits.total_s)
                with self._deadlines.cut_off_at(until_s, lambda: sock):
                    sock.sendall(sent)
                    return self._read(sock, request.method, until_s)
        except (http.client.HTTPException, OSError) as error:
            raise DeliveryError(_sentence(error), endpoint_down=True) from error

    def _resolved(self, to: Address, until_s: float) -> str:
        try:
            return resolve(to, _in_time(self._resolver, until_s))
        except BadAddress as error:
            raise DeliveryError(str(error), permanent=True) from error
        except Unresolvable as error:
            raise DeliveryError(str(error), endpoint_down=True) from error

    def _connected(self, to: Address, ip: str, connect_s: float) -> socket.socket:
        # Not by a function that would look the address up once more.
        sock = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET)
        try:
            sock.settimeout(connect_s)
            sock.connect((ip, to.port))
            if to.scheme == "http":
                return sock
            # The certificate is checked against the name that was given, not the address connected to.
            return self._tls.wrap_socket(sock, server_hostname=to.host)
        except BaseException:
            sock.close()
            raise

    def _read(self, sock: socket.socket, method: str, until_s: float) -> Answer:
        with closing(http.client.HTTPResponse(sock, method=method)) as response:
            response.begin()
            if time.monotonic() >= until_s:
                # A head that was cut off in its middle reads like one that has ended.
                raise TimeoutError
            body = b""
            with suppress(http.client.HTTPException, OSError):
                # The status is the answer; the rest is read so that the receiver may finish its sentence.
                body = response.read(self.limits.answer_bytes)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, headers, body)


def _written(request: Request) -> bytes:
    """The request as it goes over the wire. Raises `DeliveryError` if a header would not stay one line."""
    ours = {"Host": request.to.host_header, "Content-Length": str(len(request.body)), **_OURS}
    headers = [f"{name}: {value}" for name, value in {**request.headers, **ours}.items()]
    lines = [f"{request.method} {request.to.target} HTTP/1.1", *headers]
    if any(not line.isprintable() for line in lines):
        raise DeliveryError("This address cannot be put into a request.", permanent=True)
    try:
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + request.body
    except UnicodeEncodeError as error:
        raise DeliveryError("This address cannot be put into a request.", permanent=True) from error


_OURS = {"Accept-Encoding": "identity", "User-Agent": "Attune", "Connection": "close"}


def judge(answer: Answer, now_ms: int) -> None:
    """Raises `DeliveryError` unless the answer is a success, which only 2xx is."""
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004 the class of success
        return
    patience = answer.headers.get("retry-after") if status in _ASKS_FOR_PATIENCE else None
    raise DeliveryError(
        f"The receiver answered {status}.",
        permanent=status == HTTPStatus.GONE,
        retry_after_s=_seconds(patience, now_ms),
        endpoint_down=status >= 500 or status == HTTPStatus.TOO_MANY_REQUESTS,  # noqa: PLR2004 the class of failure
        gone=status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE),
    )


def _in_time(resolver: Resolver, until_s: float) -> Resolver:
    """The system's resolver has no time-out: it is left behind in a thread of its own when time is up."""

    def resolved(host: str, port: int) -> Sequence[str]:
        answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(resolver(host, port))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        threading.Thread(target=ask, name="look-up", daemon=True).start()
        try:
            answer = answers.get(timeout=max(0.0, until_s - time.monotonic()))
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    return resolved


def _seconds(retry_after: str | None, now_ms: int) -> float | None:
    """The wish in a `Retry-After`, given in seconds or as a date; None if there is none to be read."""
    if retry_after is None:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - now_ms / 1000)
    except (ValueError, OverflowError):
        return None


def _sentence(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return "The receiver's certificate is not valid, or it does not speak TLS."
    if isinstance(error, TimeoutError | ConnectionRefusedError):
        return "The receiver could not be reached, or did not answer in time."
    return "The receiver broke off the connection."
