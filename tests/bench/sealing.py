"""What sealing costs a check-in: the front door's own handler with it and without, in turns, in this process.

The log, the views and the marks are in memory, so that all else that a check-in costs is at its least, and
the share of sealing at its most. In CPU time of this process; medians, since others share the machine.
"""

import gc
import json
from collections.abc import Callable, Iterable
from statistics import median
from time import process_time
from typing import Any
from wsgiref.types import WSGIApplication

from werkzeug.test import EnvironBuilder

from shared.sealing import Sealer
from tests.flow.world import World
from tests.people import ANA

LENGTHS = (300, 4000)
"""Characters of a note: one as people write it, and the longest."""
WARM_UP, PAIRS = 200, 2000
WANTED = 1.10
SENTENCE = "We walked to the lake after work and talked about the summer, at last. Ça m'a fait du bien. "

Ask = Callable[[str, str], float]
"""The CPU seconds of a check-in with this note under this idempotency key."""


class Unsealed(Sealer):
    """Gives back every text as it is."""

    def seal(self, person: str, wrapped: bytes, event_id: str, field: str, text: str) -> str:
        return text


def main() -> None:
    """Print a line for each length of a note."""
    doors = _door(Sealer), _door(Unsealed)
    for length in LENGTHS:
        print_cost(length, *_medians_us(doors, note_of(length)))


def note_of(length: int) -> str:
    """A note of so many characters."""
    return (SENTENCE * (1 + length // len(SENTENCE)))[:length]


def print_cost(length: int, sealed_us: float, unsealed_us: float) -> None:
    """One line of the result."""
    print(
        f"a note of {length:4} characters: {sealed_us:6.1f} µs sealed, {unsealed_us:6.1f} µs unsealed, "
        f"{sealed_us / unsealed_us:.3f} x (wanted: at most {WANTED})",
        flush=True,
    )


def _medians_us(doors: tuple[Ask, Ask], note: str) -> tuple[float, float]:
    measured: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    for nth in range(WARM_UP + PAIRS):
        for door, spent_s in zip(doors, measured, strict=True):
            spent_s.append(door(note, f"{len(note)} {nth}"))
    sealed_s, unsealed_s = (median(spent_s[WARM_UP:]) for spent_s in measured)
    return 1e6 * sealed_s, 1e6 * unsealed_s


def _door(sealer: type[Sealer]) -> Ask:
    """A front door of its own with this sealer."""
    world = World()
    ana = world.register(ANA)
    world.slow = True
    app: WSGIApplication = world.again(sealer=sealer(bytes(32))).application

    def ask(note: str, key: str) -> float:
        environ = _environ(ana.token, note, key)
        began_s = process_time()
        _consume(app(environ, _accepted))
        spent_s = process_time() - began_s
        world.log.records.clear()
        world.marks.kept.clear()
        return spent_s

    return ask


def _environ(token: str, note: str, key: str) -> dict[str, Any]:
    body = {"kind": "feeling", "feelings": ["calm"], "note": note, "visibility": "shared"}
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    builder = EnvironBuilder(
        "/v1/check-ins",
        method="POST",
        data=json.dumps(body),
        content_type="application/json",
        headers=list(headers.items()),
    )
    return builder.get_environ()


def _consume(parts: Iterable[bytes]) -> None:
    for _ in parts:
        pass


def _accepted(status: str, _headers: list[tuple[str, str]], *_more: Any) -> Callable[[bytes], object]:
    assert status == "202 ACCEPTED", status
    return lambda _: None


if __name__ == "__main__":
    main()
