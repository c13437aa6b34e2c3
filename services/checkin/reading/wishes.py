"""What a person wishes of nudges, as clients see it. Pure."""

from typing import Any

from shared import days
from shared.hours import NO_QUIET, Quiet
from shared.kinds import KINDS
from shared.views.person import NudgeSettings, PersonView


def shown(person: PersonView) -> dict[str, Any]:
    """All of it, also what is as usual."""
    settings, wished_ms = person.nudges or NudgeSettings(), person.wished_ms
    return {
        "system": settings.system,
        "partner": settings.partner,
        "quiet": quiet_shown(settings.quiet),
        "content": settings.content,
        "kinds": {kind: settings.kinds.get(kind, known.on) for kind, known in KINDS.items()},
        "changed_at": None if wished_ms is None else days.iso_instant(wished_ms),
    }


def quiet_shown(quiet: Quiet) -> dict[str, str] | None:
    """From when until when; None for never."""
    if quiet[0] == quiet[1]:
        return None
    return {"from": _clock(quiet[0]), "until": _clock(quiet[1])}


def quiet_of(wish: tuple[str, str] | None) -> Quiet:
    """Two times of day as minutes after midnight; None for never."""
    return NO_QUIET if wish is None else (minutes_of(wish[0]), minutes_of(wish[1]))


def minutes_of(clock: str) -> int:
    """Minutes after midnight of 21:30."""
    return int(clock[:2]) * 60 + int(clock[3:])


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
