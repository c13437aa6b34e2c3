"""HTTP to a site, over urllib3. It is loaded with the first request: it takes longer than all the rest."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)

from cli.person.trouble import Unreachable

# An answer may wait five seconds for its outcome.
CONNECT_S, READ_S = 5.0, 20.0
MOST_BYTES = 16 * 1024 * 1024
_PIECE = 64 * 1024


class Reply(NamedTuple):
    """`headers` has its names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire:
    """Connections to one site. Redirects are answers like any other: the token goes nowhere else."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._pool = PoolManager(
            retries=False,
            timeout=Timeout(connect=CONNECT_S, read=READ_S),
            # It reads the machine's certificates, for longer than a request on loopback takes.
            ssl_context=ssl.create_default_context() if site.startswith("https:") else None,
        )

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """One request and its whole answer. Raises `Unreachable`."""
        with self._asked(method, path, headers, body) as response:
            found = response.read(MOST_BYTES + 1)
            if len(found) > MOST_BYTES:
                raise Unreachable(f"{self._site} answers with more than Attune would.")
            return Reply(response.status, _headers(response), found)

    @contextmanager
    def stream(
        self, method: str, path: str, headers: Mapping[str, str]
    ) -> Iterator[tuple[Reply, Iterator[bytes]]]:
        """One request; its body comes in pieces if it succeeded, else within the reply."""
        with self._asked(method, path, headers, None) as response:
            done = response.status == 200  # noqa: PLR2004 the name of a status
            body = b"" if done else response.read(MOST_BYTES)
            yield Reply(response.status, _headers(response), body), response.stream(_PIECE)

    def close(self) -> None:
        self._pool.clear()

    @contextmanager
    def _asked(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Iterator[BaseHTTPResponse]:
        url = self._site + path
        try:
            response = self._pool.request(
                method, url, body=body, headers=headers, redirect=False, preload_content=False
            )
            try:
                yield response
            finally:
                # A connection whose answer was read to its end is kept for the next request all the same.
                response.close()
        except HTTPError as error:
            raise Unreachable(f"{self._site} cannot be reached: {_reason(error)}.") from error


def _headers(response: BaseHTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _reason(error: HTTPError) -> str:
    match error:
        case NameResolutionError():
            return "nobody knows that name"
        case NewConnectionError():  # which is a kind of time-out to urllib3
            return "nobody answers there"
        case ConnectTimeoutError() | ReadTimeoutError():
            return "it does not answer in time"
        case SSLError():
            return f"its certificate is not to be trusted ({error})"
        case LocationParseError():
            return "that is no address"
        case _:
            return "the connection broke"
