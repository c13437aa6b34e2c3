"""What a person would be sent in the next days if nobody did anything, by the one policy. Pure."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from shared import caps, days, hours, nudging
from shared.caps import SILENT_DAYS, History
from shared.days import DAY_MS
from shared.events.nudges import NudgePlanned
from shared.kinds import kind_of
from shared.nudging import Couple, Drop, Hold, Receiver, Send
from shared.views.couple import CheckinView
from shared.views.inbox import OutlookView
from shared.views.streak import AheadView, StreakView

AHEAD_MS = 7 * DAY_MS

_LIVES_MS = DAY_MS
_NOTE_LIVES_MS = 7 * DAY_MS


class Foretold(NamedTuple):
    """One nudge. `outcome`: sent or dropped at `at_ms`, or held until then.

    `rule`: what held or drops it, or has it sent to the inbox alone.
    """

    kind: str
    date: str | None
    due_ms: int
    outcome: str
    at_ms: int
    rule: str | None


def foretold(
    person: str,
    receiver: Receiver,
    couple: Couple,
    outlook: OutlookView,
    entries: Mapping[str, CheckinView],
    now_ms: int,
) -> list[Foretold]:
    """What waits for a decision and what time will bring, each as it will be decided, in order of that.

    `entries`: those that something waiting tells of, by the id of the check-in.
    """
    waiting = [*outlook.pending, *_planned(person, couple, now_ms)]
    waiting = [nudge for nudge in waiting if nudge.due_ms <= now_ms + AHEAD_MS]
    due_ms = {nudge.nudge: nudge.due_ms for nudge in waiting}
    held_by: dict[str, str] = {}
    history, found = History(outlook.system_ms, outlook.partner_ms), []
    while waiting:
        nudge = min(waiting, key=nudging.order_of)
        waiting.remove(nudge)
        at_ms, rule = max(nudge.due_ms, now_ms), held_by.get(nudge.nudge)
        told = Foretold(nudge.kind, nudge.date, due_ms[nudge.nudge], "held", at_ms, rule)
        if at_ms > now_ms + AHEAD_MS:
            found.append(told)
            continue
        side = dataclasses.replace(couple, entry=entries.get(nudge.checkin or ""))
        match nudging.decide(nudge, receiver, side, history, at_ms):
            case Send(channels=channels, rule=inbox_alone):
                history = caps.remembered(history, nudge.kind, channels, at_ms)
                found.append(told._replace(outcome="sent", rule=inbox_alone or rule))
            case Hold(until_ms=until_ms, rule=rule):
                held_by[nudge.nudge] = rule
                waiting.append(replace(nudge, due_ms=until_ms))
            case Drop(rule="no_longer_true" | "paused") if kind_of(nudge.kind).by_partner:
                pass  # that there was something, which is not to be seen any more, is not to be learnt here
            case Drop(rule=rule):
                found.append(told._replace(outcome="dropped", rule=rule))
    return sorted(found, key=lambda told: (told.at_ms, told.due_ms))


# --- what time will bring -----------------------------------------------------------------------------


def _planned(person: str, couple: Couple, now_ms: int) -> Iterator[NudgePlanned]:
    streak = couple.streak
    if streak is None or streak.ahead is None:
        return
    for kind, due_ms, expires_ms, date in _due(couple, streak, streak.ahead, now_ms):
        yield NudgePlanned(f"{kind} {date}", kind, kind, person, due_ms, expires_ms, due_ms, date)


Due = tuple[str, int, int, str | None]
"""A kind, when it falls due, when it expires, and the date that it is about."""


def _due(couple: Couple, streak: StreakView, ahead: AheadView, now_ms: int) -> Iterator[Due]:
    for date in ahead.at_risk:
        yield from _warnings(streak, date)
    for date in ahead.reached:
        at_ms = _close_of(streak, days.ordinal(date))
        yield "streak.milestone", at_ms, at_ms + _LIVES_MS, date
    at_ms = streak.lapse.lapsed_ms or 0
    if at_ms > now_ms:
        yield "pact.outgrown" if ahead.outgrows else "lapse.opened", at_ms, at_ms + _LIVES_MS, None
    if ahead.kept:
        sunday = _sunday(streak, now_ms)
        at_ms = _close_of(streak, sunday)
        yield "week.summed", at_ms, at_ms + _LIVES_MS, days.iso(sunday)
    last = couple.last or streak.day_one
    at_ms = _close_of(streak, days.ordinal(last) + SILENT_DAYS - 1)
    if at_ms > now_ms:
        yield "member.silent", at_ms, at_ms + _NOTE_LIVES_MS, last


def _warnings(streak: StreakView, date: str) -> Iterator[Due]:
    """A day's warning, and its last chance; none where the day has no such hour."""
    day, timelines = days.ordinal(date), [member.spans for member in streak.members]
    warned_ms = hours.evening_of(timelines, day, hours.AT_RISK_MINUTES)
    if warned_ms is None:
        return
    yield "day.at_risk", warned_ms, _close_of(streak, day), date
    chance_ms = hours.evening_of(timelines, day, hours.LAST_CHANCE_MINUTES)
    if chance_ms is not None:
        yield "day.last_chance", chance_ms, _close_of(streak, day), date


def _close_of(streak: StreakView, day: int) -> int:
    """When a couple-day has ended for every member."""
    return max(days.end_of(member.spans, day) for member in streak.members)


def _sunday(streak: StreakView, now_ms: int) -> int:
    """The last day of the week in which the first open day lies."""
    still_open = (day.date for day in streak.days if day.closes_ms > now_ms)
    day = days.ordinal(next(still_open, streak.days[-1].date))
    return day + -day % 7
