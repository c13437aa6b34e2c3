"""What the lapse clock says, in words. Pure."""

import math

from shared.days import DAY_MS
from shared.views.streak import LapseView

_WEEK_DAYS = 7
_TIMES = {1: "once", 2: "twice", 3: "three times", 4: "four times", 5: "five times", 6: "six times"}


def lapse_state(lapse: LapseView, now_ms: int) -> tuple[str, int]:
    """The state now, and the instant since which it holds."""
    pause_ms = next((first for first, _ in reversed(lapse.stops_ms) if first <= now_ms), None)
    if pause_ms is not None and lapse.is_paused(now_ms):
        return "paused", pause_ms
    for state, since_ms in (("lapsed", lapse.lapsed_ms), ("drifting", lapse.drifting_ms)):
        if since_ms is not None and now_ms >= since_ms:
            return state, since_ms
    return "on_cadence", lapse.last_ms


def lapse_sentence(lapse: LapseView, now_ms: int) -> str:
    """What was agreed, how long it has been, and what is usual."""
    passed = _days(max(0, now_ms - lapse.last_ms) // DAY_MS)
    usual = math.floor(lapse.threshold_days + 0.5)
    if lapse.is_paused(now_ms):
        end = "and a pause stops the clock"
    elif lapse.is_lapsed(now_ms):
        end = f"past your usual {usual}"
    else:
        end = f"your usual is up to {usual}"
    return f"You agreed on about {_cadence(lapse.agreed_days)}; it has been {passed}, {end}."


def _cadence(agreed_days: float) -> str:
    times = _WEEK_DAYS / agreed_days
    if times >= _WEEK_DAYS - 0.5:
        return "every day"
    if times >= 1:
        return f"{_TIMES[math.floor(times + 0.5)]} a week"
    return f"once every {_days(math.floor(agreed_days + 0.5))}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
