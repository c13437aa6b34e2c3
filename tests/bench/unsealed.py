"""The front door with every text left as it is: what `worker` holds the real one against."""

from shared.sealing import Sealer


def _as_it_is(self: Sealer, person: str, wrapped: bytes, event_id: str, field: str, text: str) -> str:
    return text


Sealer.seal = _as_it_is  # type: ignore[method-assign]

from checkin.wsgi import app  # noqa: E402 once nothing is sealed

__all__ = ["app"]
