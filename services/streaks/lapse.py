"""The busyness lapse: quality time overdue by this couple's own measure.

Mean and deviation of the gaps adapt as a TCP retransmission timer does (RFC 6298), each gap cut at the
threshold. The clock starts when the couple is formed, so that is where the first gap begins.
"""

from shared.days import DAY_MS
from shared.views import LapseView
from streaks.state import Lapse

AGREED_DAYS = 3.5
DRIFTING_SHARE = 0.75
QUALITY_KINDS = frozenset({"quality_time", "safe_space"})


def begun(day_one: int, at_ms: int) -> Lapse:
    """The clock of a couple that was formed at this instant."""
    return _clock(AGREED_DAYS, AGREED_DAYS, AGREED_DAYS / 2, day_one - 1, at_ms)


def after_event(lapse: Lapse, day: int, at_ms: int) -> Lapse:
    """The clock after a quality entry for a couple-day: the same if that day, or a later one, has had one."""
    if day <= lapse.last_day:
        return lapse
    gap = max(0, at_ms - lapse.last_ms) / DAY_MS
    error = min(gap, _threshold_days(lapse)) - lapse.mean
    mean = lapse.mean + error / 8
    deviation = lapse.deviation + (abs(error) - lapse.deviation) / 4
    return _clock(lapse.agreed, mean, deviation, day, max(lapse.last_ms, at_ms))


def length_days(lapse: Lapse, at_ms: int) -> float:
    """How long a lapse lasted that a quality event at this instant closes."""
    return max(0, at_ms - lapse.lapses_ms) / DAY_MS


def shown(lapse: Lapse) -> LapseView:
    """The clock, with the instants from which the couple drifts and has lapsed."""
    threshold_days = _threshold_days(lapse)
    drifting_ms = lapse.last_ms + round(DRIFTING_SHARE * threshold_days * DAY_MS)
    return LapseView(lapse.agreed, threshold_days, lapse.last_ms, drifting_ms, lapse.lapses_ms)


def _clock(agreed: float, mean: float, deviation: float, last_day: int, last_ms: int) -> Lapse:
    threshold_days = threshold(mean, deviation, agreed)
    return Lapse(agreed, mean, deviation, last_day, last_ms, last_ms + round(threshold_days * DAY_MS))


def _threshold_days(lapse: Lapse) -> float:
    return threshold(lapse.mean, lapse.deviation, lapse.agreed)


def threshold(mean: float, deviation: float, agreed: float) -> float:
    """The gap in days at which a lapse opens."""
    return max(3.0, min(max(mean + 4 * deviation, 1.5 * agreed), 3 * agreed))
