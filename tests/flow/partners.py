"""What a partner can read, as tests compare it: everything, between two instants or between two worlds."""

from typing import Any
from uuid import UUID

from tests.flow.world import Somebody, World
from tests.people import ANA, BO

READS = (
    "/v1/couple",
    "/v1/check-ins",
    "/v1/streak",
    "/v1/lapse",
    "/v1/nudges",
    "/v1/people/me",
    "/v1/channels",
)
_NAMES = frozenset({"id", "person", "author", "couple", "members"})


class Pair:
    """Ana and Bo, a couple in a world of their own."""

    def __init__(self) -> None:
        self.world = World()
        self.ana, self.bo = self.world.register(ANA), self.world.register(BO)
        self.couple = self.world.pair(self.ana, self.bo)


def seen_by(somebody: Somebody, paths: tuple[str, ...] = READS) -> dict[str, tuple[bytes, str, str | None]]:
    """Everything that somebody can read: body, ETag and link of each."""
    answers = {path: somebody.ask("GET", path) for path in paths}
    return {p: (a.data, a.headers["ETag"], a.headers.get("Link")) for p, a in answers.items()}


def told_to(somebody: Somebody, paths: tuple[str, ...] = READS) -> list[Any]:
    """Everything that somebody can read but ids, which differ from world to world."""
    return [_nameless(somebody.get(path)) for path in paths]


def others(somebody: Somebody, query: str = "") -> list[dict[str, Any]]:
    """The entries that somebody is shown of others."""
    entries = somebody.get(f"/v1/check-ins{query}")["check_ins"]
    return [entry for entry in entries if entry["author"] != somebody.id]


def uuid7(at_ms: int, tail: int = 1) -> str:
    """The id that a client would make at this instant."""
    return str(UUID(int=at_ms << 80 | 7 << 76 | 2 << 62 | tail))


def _nameless(body: Any) -> Any:
    if isinstance(body, dict):
        return {name: _nameless(value) for name, value in body.items() if name not in _NAMES}
    return [_nameless(value) for value in body] if isinstance(body, list) else body
