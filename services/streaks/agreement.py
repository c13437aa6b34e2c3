"""What a change of the pact or of a pause does: the same facts, read under another agreement."""

from collections.abc import Callable
from typing import Any

from shared import days, pact
from shared.events.couple import PactChanged, PauseEnded, PauseOpened
from shared.events.moments import PactRenewed
from shared.folding import Record
from shared.pact import Agreement, Refused
from streaks import calendar, freezing, lapse, modes, moments
from streaks.calendar import News
from streaks.moments import Done
from streaks.state import Lapse, State


def change_pact(subject: str, state: State, record: Record) -> Done | None:
    """A new mode re-reads the calendar; a new cadence is held against what was learnt, at once."""
    wish: PactChanged = record.event.data
    before = state.agreement
    agreement = _decided(lambda: pact.change_pact(before, wish))
    if agreement is None or agreement == before or state.place_of(wish.person) is None:
        return None
    state.agreement = agreement
    if agreement.agreed_days != before.agreed_days:
        state.turn_clocks(
            lambda clock: lapse.under_another(clock, agreement.agreed_days, state.members, record.append_ms)
        )
    renewed = PactRenewed(
        agreement.mode,
        agreement.agreed_days,
        agreement.reply_to_reveal,
        state.people(),
        record.append_ms + moments.LIVES_MS,
    )
    told = [moments.caused(subject, renewed, record)]
    if agreement.mode == before.mode:
        return Done(told)
    views, news = _read_again(subject, state, before.mode)
    return Done(told + moments.of_all(subject, state, news, record), views)


def _read_again(subject: str, state: State, old_mode: str) -> tuple[freezing.Views, list[News]]:
    """The whole calendar under the mode of now: a single correction, if the streak is another."""
    before = modes.total(old_mode, state.frozen, state.said, state.closed)
    views = freezing.read_again(subject, state)
    state.said = calendar.evaluate(state)
    now = modes.total(state.agreement.mode, state.frozen, state.said, state.closed)
    return views, [] if now.streak == before.streak else [News("corrected", state.open_day, now.streak)]


def open_pause(_subject: str, state: State, record: Record) -> Done | None:
    wish: PauseOpened = record.event.data
    return _with_pauses(state, wish, lambda a: pact.open_pause(a, record.event.id, wish))


def end_pause(_subject: str, state: State, record: Record) -> Done | None:
    wish: PauseEnded = record.event.data
    return _with_pauses(state, wish, lambda a: pact.end_pause(a, wish))


def _with_pauses(state: State, wish: Any, decide: Callable[[Agreement], Agreement]) -> Done | None:
    agreement = _decided(lambda: decide(state.agreement))
    if agreement is None or state.place_of(wish.person) is None:
        return None
    take(state, agreement, wish.today)
    return Done([])


def take(state: State, agreement: Agreement, today: str) -> None:
    """From now on this is agreed, and its pauses stop the clock of quality time."""

    def stopped(clock: Lapse) -> Lapse:
        paused = lapse.with_pauses(clock, agreement.pauses, days.ordinal(today))
        return lapse.timed(paused, agreement.agreed_days, state.members)

    state.agreement = agreement
    state.turn_clocks(stopped)


def _decided(decide: Callable[[], Agreement]) -> Agreement | None:
    try:
        return decide()
    except Refused:
        return None
