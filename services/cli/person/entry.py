"""The body of a check-in: complete when it is made, since it is sent as it is however late that is. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple


class When(NamedTuple):
    """The options that say for which day an entry is."""

    yesterday: bool = False
    on: str | None = None


class Seen(NamedTuple):
    """The options that say who may see an entry."""

    shared: bool = False
    sealed: bool = False
    secret: bool = False


def body_of(
    entry_id: str, now_ms: int, kind: str, said: Mapping[str, Any], when: When, seen: Seen
) -> dict[str, Any]:
    """As the API reads it. Raises `ValueError` with a sentence for options that exclude one another."""
    visibility = [name for name, given in seen._asdict().items() if given]
    if len(visibility) > 1:
        raise ValueError("Choose one of --shared, --sealed and --secret.")
    if when.yesterday and when.on:
        raise ValueError("Choose one of --yesterday and --on.")
    return {
        "id": entry_id,
        "kind": kind,
        **{name: value for name, value in said.items() if value is not None},
        **({"visibility": visibility[0]} if visibility else {}),
        # An instant rather than `yesterday`: the words would mean another day when they are sent later.
        **({"day": when.on} if when.on else {"at": _instant(now_ms, yesterday=when.yesterday)}),
    }


def _instant(now_ms: int, *, yesterday: bool) -> str:
    """This instant, or that of the same time of the day before by this machine's clock."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    if yesterday:
        # Counted without the zone, so that it is a day earlier also where a day has 23 or 25 hours.
        now = (now.astimezone().replace(tzinfo=None) - timedelta(days=1)).astimezone(UTC)
    return now.isoformat(timespec="milliseconds")
