"""Attune's HTTP API at one site, as a person's commands speak to it."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from cli.person.trouble import Refused, Trouble, Unreachable, phrase, refusal

if TYPE_CHECKING:
    from cli.person.wire import Reply, Wire

MOST_WAIT_S = 5
_LOOKS, _LOOK_S = 10, 1.0
# 409 is patient only with a Retry-After: while the first request of the same key is under way.
_ASKS_FOR_PATIENCE = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.CONFLICT)
_GATEWAYS = (HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)

Query = Mapping[str, str | int | None]


class Client:
    """Answers are decoded JSON. Every method raises `Unreachable` or `Refused`; what is safe to repeat is
    repeated when the site asks for at most five seconds of patience.
    """

    def __init__(
        self,
        site: str,
        token: str | None,
        sleep: Callable[[float], None],
        new_id: Callable[[], str],
    ) -> None:
        self.site = site
        self._token = token
        self._sleep = sleep
        self._new_id = new_id
        self._opened: Wire | None = None

    def get(self, path: str, query: Query | None = None) -> Any:
        return self._json(self._ask("GET", _with(path, query), repeatable=True))

    def command(self, method: str, path: str, body: object = None, query: Query | None = None) -> Any:
        """What a command came to; `{}` where there is nothing to say. Waits for an outcome that is late."""
        key = {"Idempotency-Key": f'"{self._new_id()}"'}
        reply = self._ask(method, _with(path, query), body, key, repeatable=True)
        found = self._json(reply)
        if reply.status == HTTPStatus.ACCEPTED and "command" in found:
            return {**found, **self._outcome(str(found["command"]))}
        return found

    def change(self, path: str, body: object, shown_at: str | None = None) -> Any:
        """What there is after a PUT, as GET shows it at the same path or at another."""
        found = self.command("PUT", path, body)
        # An outcome that was late says no more than that it is done.
        return self.get(shown_at or path) if "command" in found else found

    def check_in(self, body: Mapping[str, object]) -> Any:
        """`body` has an `id` of ours, so that it is safe to repeat."""
        return self._json(self._ask("POST", "/v1/check-ins", body, repeatable=True))

    def post_once(self, path: str, body: object) -> Any:
        """Of a request that a repeat would do again."""
        return self._json(self._ask("POST", path, body, repeatable=False))

    @contextmanager
    def download(self, path: str, query: Query) -> Iterator[Iterator[bytes]]:
        """The pieces of a file."""
        with self._wire.stream("GET", _with(path, query), self._headers({})) as (reply, pieces):
            if reply.status != HTTPStatus.OK:
                self._json(reply)
                raise self._somebody_else()
            yield pieces

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()

    def _ask(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        *,
        repeatable: bool,
    ) -> "Reply":
        sent = None if body is None else json.dumps(body).encode()
        waited_s = 0
        while True:
            reply = self._wire.ask(method, path, self._headers(headers or {}), sent)
            pause_s = _pause_s(reply, repeatable=repeatable)
            if pause_s is None or waited_s + pause_s > MOST_WAIT_S:
                return reply
            self._sleep(pause_s)
            waited_s += pause_s

    def _outcome(self, command: str) -> dict[str, Any]:
        """What a command came to that was answered with 202. Raises `Refused`, or `Trouble` if late."""
        for _ in range(_LOOKS):
            found = self.get(f"/v1/commands/{command}")
            if found["state"] == "refused":
                status, word = int(found.get("status") or 409), str(found.get("error") or "")
                raise Refused(status, word, str(found.get("detail") or "This cannot be done."))
            if found["state"] == "done":
                return {"state": "done", **(found.get("result") or {})}
            self._sleep(_LOOK_S)
        raise Trouble("The site has it in its log and will do it, but has not yet. Look again in a while.")

    def _json(self, reply: "Reply") -> Any:
        is_json = "json" in reply.headers.get("content-type", "")
        if reply.status in _GATEWAYS and not is_json:
            raise Unreachable(f"{self.site} cannot be reached: its front answers {phrase(reply.status)}.")
        if reply.status == HTTPStatus.NO_CONTENT or (reply.status < 300 and not reply.body):  # noqa: PLR2004
            return {}
        if not is_json:
            raise self._somebody_else()
        try:
            found = json.loads(reply.body)
        except ValueError:
            raise self._somebody_else() from None
        if not isinstance(found, dict):
            raise self._somebody_else()
        if reply.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise refusal(reply.status, found)
        return found

    def _somebody_else(self) -> Unreachable:
        return Unreachable(f"What answers at {self.site} is not Attune. Is the address right?")

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        token = {} if self._token is None else {"Authorization": f"Bearer {self._token}"}
        return {"Accept": "*/*", "Content-Type": "application/json", "User-Agent": "attune", **token, **more}

    @property
    def _wire(self) -> "Wire":
        if self._opened is None:
            from cli.person.wire import Wire  # noqa: PLC0415 it takes longer to load than `attune --help`

            self._opened = Wire(self.site)
        return self._opened


def _pause_s(reply: "Reply", *, repeatable: bool) -> int | None:
    """For how long the site asks to wait, if the request may be made again then."""
    # A 429 has done nothing; a 503 may have.
    safe = repeatable or reply.status == HTTPStatus.TOO_MANY_REQUESTS
    told = reply.headers.get("retry-after", "")
    if reply.status not in _ASKS_FOR_PATIENCE or not safe or not told.isdecimal():
        return None
    return max(1, int(told))


def _with(path: str, query: Query | None) -> str:
    told = {name: value for name, value in (query or {}).items() if value is not None}
    return f"{path}?{urlencode(told)}" if told else path
