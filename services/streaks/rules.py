"""The rules of streaks: what a record, or time alone, does to a couple, and what there is to say about it.

A state is changed in place: the caller may keep it only if the call returned.
"""

from collections.abc import Callable
from typing import Any

from shared import days
from shared.events import Event
from shared.events.couple import (
    CheckinAmended,
    CheckinRecorded,
    CheckinUndone,
    MemberLeft,
    PactChanged,
    PartnerNudged,
    PauseEnded,
    PauseOpened,
)
from shared.events.moments import DayAtRisk, LapseOpened, PactOutgrown
from shared.events.person import (
    CoupleLeft,
    InviteCreated,
    MemberJoined,
    PersonChanged,
    PersonErased,
    PromiseAnswered,
)
from shared.folding import Change, Entry, Record
from shared.views import pack
from streaks import (
    agreement,
    calendar,
    checkins,
    freezing,
    lapse,
    membership,
    moments,
    passing,
    risk,
    shown,
    undoing,
)
from streaks.moments import Done
from streaks.state import State

Act = Callable[[str, State, Record], Done | None]
Step = Callable[[str, State, int], Done]

TALLIES = {"lapses_open": "Couples whose quality time is overdue"}


class StreakRules:
    """The fold of streaks over the journal."""

    state_type = State
    layout = 6

    def fold(self, subject: str, state: State | None, record: Record) -> Change[State] | None:
        event = record.event
        if state is None:
            begun = membership.begun(subject, record)
            return None if begun is None else Change(begun, _due_ms(begun))
        if isinstance(event.data, PersonErased) and event.data.person is None:
            return membership.erased(subject, state, record)
        asked = moments.asked(subject, record)
        if asked is not None:
            # Also of a person who is in a couple by now, whose own stream has ended.
            return Change(state, _due_ms(state), [asked])
        act = (_ENDED_ACTS if state.ended else _ACTS).get(type(event.data))
        if act is None or _has_passed(state, event):
            return None
        had_lapsed = _has_lapsed(state)
        done = act(subject, state, record)
        if done is None:
            return None
        membership.note_passed(state, event)
        return _change(subject, state, _due_ms(state), done, had_lapsed)

    def advance(self, subject: str, state: State, until_ms: int) -> Change[State]:
        done, had_lapsed = Done([]), _has_lapsed(state)
        while not state.ended:
            at_ms, step = _next_step(state)
            if at_ms > until_ms:
                return _change(subject, state, at_ms, done, had_lapsed)
            more = step(subject, state, at_ms)
            done = Done(done.outputs + more.outputs, {**done.views, **more.views})
        return _change(subject, state, None, done, had_lapsed)

    def show(
        self,
        subject: str,
        state: State,
        now_ms: int,  # noqa: ARG002 - a rebuild must show the same: a view depends on the state alone
    ) -> dict[str, bytes | None]:
        return {f"streak/{subject}": pack(shown.streak_view(state))}


def _change(subject: str, state: State, due_ms: int | None, done: Done, had_lapsed: bool) -> Change[State]:
    entries = [Entry(f"moments/{subject}", line) for output in done.outputs if (line := moments.line(output))]
    lapses = _has_lapsed(state) - had_lapsed
    tally = {"lapses_open": lapses} if lapses else None
    return Change(state, due_ms, done.outputs, dict(done.views), entries, tally)


def _has_lapsed(state: State) -> bool:
    return state.lapse.open and not state.ended


# --- what a record does -------------------------------------------------------------------------------


def _check_in(subject: str, state: State, record: Record) -> Done | None:
    last = state.last
    outputs = checkins.record_checkin(subject, state, record)
    return None if outputs is None else Done(outputs, shown.last_views(subject, state, last))


def _undo(subject: str, state: State, record: Record) -> Done | None:
    last = state.last
    outputs = undoing.undo_checkin(subject, state, record)
    return None if outputs is None else Done(outputs, shown.last_views(subject, state, last))


def _share(subject: str, state: State, record: Record) -> Done | None:
    outputs = checkins.share_later(subject, state, record)
    return Done(outputs) if outputs else None


_ACTS: dict[type[Any], Act] = {
    CheckinRecorded: _check_in,
    CheckinUndone: _undo,
    CheckinAmended: _share,
    PersonChanged: membership.move,
    PactChanged: agreement.change_pact,
    PauseOpened: agreement.open_pause,
    PauseEnded: agreement.end_pause,
    MemberJoined: membership.end,
    MemberLeft: membership.part,
    PersonErased: membership.erase,
    PartnerNudged: passing.nudge,
    InviteCreated: passing.offer,
    PromiseAnswered: passing.answer,
}
_ENDED_ACTS: dict[type[Any], Act] = {
    PersonChanged: membership.move_while_away,
    CoupleLeft: membership.alone_again,
    PersonErased: membership.erase,
}


def _has_passed(state: State, event: Event) -> bool:
    """Whether this crossing, or a later one from its sender, has been here before."""
    if event.sender is None or event.sequence is None:
        return False
    return event.sequence <= state.passed.get(event.sender, -1)


# --- what time does -----------------------------------------------------------------------------------


def _next_step(state: State) -> tuple[int, Step]:
    """When time changes this couple next, and how."""
    step: tuple[int, Step] = (state.closes[-1], _close)
    if state.risk_ms < step[0]:
        step = (state.risk_ms, _warn)
    lapses_ms = state.lapse.lapses_ms
    if lapses_ms is not None and lapses_ms < step[0] and not state.lapse.open:
        step = (lapses_ms, _open_lapse)
    return step


def _due_ms(state: State) -> int | None:
    return None if state.ended else _next_step(state)[0]


def _warn(subject: str, state: State, at_ms: int) -> Done:
    day = state.warned = state.risk_day
    state.risk_day, state.risk_ms = risk.next_risk(state, day + 1, at_ms)
    streak = risk.streak_at_risk(state, day)
    if not streak:
        return Done([])
    date, closes_ms = days.iso(day), calendar.close_of(state.members, day)
    data = DayAtRisk(date, streak, state.people(), closes_ms, risk.last_chance(state.members, day))
    return Done([moments.dated(subject, data, date, at_ms, due_ms=at_ms)])


def _close(subject: str, state: State, at_ms: int) -> Done:
    checkins.settle(state, at_ms)
    day = state.open_day
    bit = calendar.bit_of(state, day)
    if not calendar.kept_days(state) & bit and calendar.is_skipped(state.members, day):
        state.excused |= bit
    if state.agreement.pause_on(days.iso(day)) is not None:
        state.paused |= bit
    state.closes.append(calendar.close_of(state.members, day + 1))
    told = [moments.of_news(state, news, at_ms) for news in calendar.look_at_close(state, day)]
    outputs = [moments.dated(subject, data, data.date, at_ms, due_ms=at_ms) for data in told]
    outputs += passing.at_close(subject, state, day, at_ms)
    return Done(outputs, _freeze(subject, state, at_ms))


def _freeze(subject: str, state: State, at_ms: int) -> dict[str, bytes | None]:
    """Freezing waits for a close: it needs no due time of its own, and is the same in every replay."""
    views: dict[str, bytes | None] = {}
    while state.closes[0] + calendar.FREEZE_MS <= at_ms:
        views |= freezing.freeze_first(subject, state)
    return views


def _open_lapse(subject: str, state: State, at_ms: int) -> Done:
    state.lapse, outgrown = lapse.opened(state.lapse, at_ms)
    view, expires_ms = shown.lapse_view(state), at_ms + moments.LIVES_MS
    people = state.people()
    told: list[LapseOpened | PactOutgrown] = [
        LapseOpened(at_ms, view.agreed_days, view.threshold_days, people, expires_ms, outgrown)
    ]
    if outgrown:
        told.append(PactOutgrown(view.agreed_days, len(state.lapse.opened_ms), people, expires_ms))
    # Not by the date: one taken back by another pact can open once more while the same day is open.
    return Done([moments.dated(subject, data, days.iso_instant(at_ms), at_ms, due_ms=at_ms) for data in told])
