"""HTTP to the front door: one connection, opened anew after any trouble."""

import http.client
import json
from typing import Any, NamedTuple

TIMEOUT_S = 3.0


class Answer(NamedTuple):
    """`status` 0: no answer came. `body` is {} where it is not a JSON object."""

    status: int
    body: dict[str, Any]
    location: str | None = None


class Client:
    """Not thread-safe. Every wait is bounded."""

    def __init__(self, port: int, timeout_s: float = TIMEOUT_S) -> None:
        self._port = port
        self._timeout_s = timeout_s
        self._connection: http.client.HTTPConnection | None = None

    def post(self, path: str, body: object, token: str | None = None, key: str | None = None) -> Answer:
        """`body` as JSON; bytes go as they are."""
        return self._ask("POST", path, token, key, body)

    def get(self, path: str, token: str) -> Answer:
        return self._ask("GET", path, token)

    def patch(self, path: str, body: object, token: str, key: str) -> Answer:
        return self._ask("PATCH", path, token, key, body)

    def delete(self, path: str, token: str, key: str) -> Answer:
        return self._ask("DELETE", path, token, key)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(
        self, method: str, path: str, token: str | None, key: str | None = None, body: object = None
    ) -> Answer:
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(
                    "127.0.0.1", self._port, timeout=self._timeout_s
                )
            self._connection.request(method, path, content if body is not None else None, headers)
            response = self._connection.getresponse()
            return Answer(response.status, _json(response.read()), response.headers.get("Location"))
        except (OSError, http.client.HTTPException):
            self.close()
            return Answer(0, {})


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
