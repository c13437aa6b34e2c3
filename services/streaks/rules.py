"""The rules of streaks: what a record, or time alone, does to a couple, and what there is to say about it.

A state is changed in place: the caller may keep it only if the call returned.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from shared import days
from shared.events import (
    CheckinRecorded,
    CoupleFormed,
    DayAtRisk,
    Event,
    LapseOpened,
    Member,
    MemberJoined,
    MemberLeft,
    PersonChanged,
    PersonRegistered,
    Span,
)
from shared.folding import Change, Output, Record
from shared.topics import id_of
from shared.views import StreakView, pack
from streaks import calendar, lapse, moments, strength
from streaks.checkins import record_checkin
from streaks.state import Frozen, State

Act = Callable[[str, State, Record], list[Output] | None]
Step = Callable[[str, State, int], list[Output]]


class StreakRules:
    """The fold of streaks over the journal."""

    state_type = State
    layout = 1

    def fold(self, subject: str, state: State | None, record: Record) -> Change[State] | None:
        event = record.event
        if state is None:
            begun = _begun(subject, record)
            return None if begun is None else Change(begun, _due_ms(begun))
        act = _ACTS.get(type(event.data))
        if act is None or state.ended or _has_passed(state, event):
            return None
        outputs = act(subject, state, record)
        if outputs is None:
            return None
        _note_passed(state, event)
        return Change(state, _due_ms(state), outputs)

    def advance(self, subject: str, state: State, until_ms: int) -> Change[State]:
        outputs: list[Output] = []
        while not state.ended:
            at_ms, step = _next_step(state)
            if at_ms > until_ms:
                return Change(state, at_ms, outputs)
            outputs += step(subject, state, at_ms)
        return Change(state, None, outputs)

    def show(
        self,
        subject: str,
        state: State,
        now_ms: int,  # noqa: ARG002 - a rebuild must show the same: a view depends on the state alone
    ) -> dict[str, bytes | None]:
        frozen, said = state.frozen, state.said
        view = StreakView(
            members=state.members,
            day_one=days.iso(state.day_one),
            mode="daily",
            unit="day",
            count=calendar.streak(frozen, said),
            longest=calendar.longest(frozen, said),
            strength=strength.after(frozen.strength, said),
            reserve_left=calendar.reserve_left(frozen, said[: state.closed]),
            days=calendar.shown(state),
            lapse=lapse.shown(state.lapse),
        )
        return {f"streak/{subject}": pack(view)}


# --- how it begins and ends ---------------------------------------------------------------------------


def _begun(subject: str, record: Record) -> State | None:
    data = record.event.data
    if isinstance(data, PersonRegistered):
        spans = (Span(0, data.zone, data.day_start),)
        members: tuple[Member, ...] = (Member(id_of(subject), spans),)
    elif isinstance(data, CoupleFormed):
        members = data.members
    else:
        return None
    dates = [days.local_date(member.spans, record.append_ms) for member in members]
    start, day_one = min(dates), max(dates)
    state = State(
        members=members,
        day_one=day_one,
        frozen=Frozen(start=start, edge=start),
        lapse=lapse.begun(day_one, record.append_ms),
        closes=[calendar.close_of(members, start)],
        present=(0,) * len(members),
        excused=(1 << (day_one - start)) - 1,
        risk_day=start,
        risk_ms=0,
    )
    state.risk_day, state.risk_ms = calendar.next_risk(state, start, record.append_ms)
    _note_passed(state, record.event)
    return state


def _end(_subject: str, state: State, _record: Record) -> list[Output]:
    state.ended = True
    return []


# --- what a record does -------------------------------------------------------------------------------


def _change_person(subject: str, state: State, record: Record) -> list[Output] | None:
    change: PersonChanged = record.event.data
    place = state.place_of(change.person or id_of(subject))
    if place is None:
        return None
    member = state.members[place]
    spans = days.with_change(
        member.spans, record.append_ms, change.zone, change.day_start, change.from_ms or 0
    )
    if spans == member.spans:
        return None
    state.members = (
        *state.members[:place],
        Member(member.person, spans),
        *state.members[place + 1 :],
    )
    state.closes[-1] = calendar.close_of(state.members, state.open_day)
    # A day whose 19:30 has passed by the new clock is not warned of.
    state.risk_day, state.risk_ms = calendar.next_risk(state, state.risk_day, record.append_ms)
    return []


_ACTS: dict[type[Any], Act] = {
    CheckinRecorded: record_checkin,
    PersonChanged: _change_person,
    MemberJoined: _end,
    MemberLeft: _end,
}


def _has_passed(state: State, event: Event) -> bool:
    """Whether this crossing, or a later one from its sender, has been here before."""
    if event.sender is None or event.sequence is None:
        return False
    return event.sequence <= state.passed.get(event.sender, -1)


def _note_passed(state: State, event: Event) -> None:
    if event.sender is not None and event.sequence is not None:
        state.passed[event.sender] = event.sequence


# --- what time does -----------------------------------------------------------------------------------


def _next_step(state: State) -> tuple[int, Step]:
    """When time changes this couple next, and how."""
    step: tuple[int, Step] = (state.closes[-1], _close)
    if state.risk_ms < step[0]:
        step = (state.risk_ms, _warn)
    if state.lapse.lapses_ms < step[0] and not state.lapse.open:
        step = (state.lapse.lapses_ms, _open_lapse)
    return step


def _due_ms(state: State) -> int | None:
    return None if state.ended else _next_step(state)[0]


def _warn(subject: str, state: State, at_ms: int) -> list[Output]:
    day = state.risk_day
    state.risk_day, state.risk_ms = calendar.next_risk(state, day + 1, at_ms)
    streak = calendar.streak(state.frozen, state.said[: day - state.frozen.edge])
    if not streak or calendar.is_skipped(state.members, day):
        return []
    date, closes_ms = days.iso(day), calendar.close_of(state.members, day)
    data = DayAtRisk(date, streak, state.people(), closes_ms)
    return [moments.dated(subject, data, date, at_ms, due_ms=at_ms)]


def _close(subject: str, state: State, at_ms: int) -> list[Output]:
    day = state.open_day
    bit = calendar.bit_of(state, day)
    if not calendar.kept_days(state) & bit and calendar.is_skipped(state.members, day):
        state.excused |= bit
    state.closes.append(calendar.close_of(state.members, day + 1))
    told = [moments.of_news(state, news, at_ms) for news in calendar.look_again(state, day)]
    _freeze(state, at_ms)
    return [moments.dated(subject, data, data.date, at_ms, due_ms=at_ms) for data in told]


def _freeze(state: State, at_ms: int) -> None:
    """Freezing waits for a close: it needs no due time of its own, and is the same in every replay."""
    while state.closes[0] + calendar.FREEZE_MS <= at_ms:
        day = calendar.freeze_first(state)
        state.frozen.strength = strength.after(state.frozen.strength, day)


def _open_lapse(subject: str, state: State, at_ms: int) -> list[Output]:
    state.lapse = replace(state.lapse, open=True)
    view = lapse.shown(state.lapse)
    data = LapseOpened(at_ms, view.agreed_days, view.threshold_days, state.people(), at_ms + moments.LIVES_MS)
    # One lapse at most follows one quality event, so its date names the lapse.
    return [moments.dated(subject, data, days.iso(state.lapse.last_day), at_ms, due_ms=at_ms)]
