"""Freezing: a day that nothing can change any more shrinks to two bits, without who.

A change of mode reads the frozen days again under the new one: repaired stays repaired.
"""

from shared import days
from shared.views import pack
from shared.views.streak import MonthView
from streaks import calendar, modes, strength
from streaks.state import EXCUSED, KEPT, MISSED, REPAIRED, RESERVE, Frozen, State

_CODES = {MISSED: 0, RESERVE: 0, KEPT: 1, EXCUSED: 2, REPAIRED: 3}
_LETTERS = (MISSED, KEPT, EXCUSED, REPAIRED)

Views = dict[str, bytes | None]


def freeze_first(subject: str, state: State) -> Views:
    """Move the frozen edge past its first day, which is judged; the view of its month."""
    frozen, letter = state.frozen, state.said[0]
    if letter == REPAIRED:
        frozen.taken = _taken(state)
    frozen.bits = _with_code(frozen.bits, frozen.edge - frozen.start, _CODES[letter])
    strength.freeze(state, letter)
    _leave_behind(state)
    view = _freeze(subject, state.agreement.mode, frozen, letter)
    state.said = state.said[1:]
    state.closes = state.closes[1:]
    state.present = tuple([present >> 1 for present in state.present])
    state.excused >>= 1
    state.paused >>= 1
    return view


def read_again(subject: str, state: State) -> Views:
    """The frozen days under the couple's mode of now; the views of all their months."""
    before = state.frozen
    again = Frozen(before.start, before.start, before.bits, strength=before.strength, kinds=before.kinds)
    views: Views = {}
    for place in range(before.edge - before.start):
        letter = _LETTERS[before.bits[place // 4] >> 2 * (place % 4) & 3]
        if letter == MISSED and _is_reserve(state.agreement.mode, again):
            letter = RESERVE
        views |= _freeze(subject, state.agreement.mode, again, letter)
    again.taken = before.taken
    state.frozen = again
    return views


def _is_reserve(mode: str, frozen: Frozen) -> bool:
    return mode == "daily" and frozen.count > 0 and calendar.reserve_left(frozen, "") > 0


def _freeze(subject: str, mode: str, frozen: Frozen, letter: str) -> Views:
    date = days.iso(frozen.edge)
    frozen.month = letter if date.endswith("-01") else frozen.month + letter
    modes.freeze(mode, frozen, letter)
    frozen.edge += 1
    first = days.iso(frozen.edge - len(frozen.month))
    return {f"calendar/{subject}/{date[:7]}": pack(MonthView(first, frozen.month))}


def _taken(state: State) -> tuple[int, ...]:
    """The days after the first that are used for a repair of it, or of one frozen before."""
    used = {*state.frozen.taken, calendar.repairs_used(state).get(0, 0)}
    return tuple(sorted(day for day in used if day > state.frozen.edge))


def _leave_behind(state: State) -> None:
    """Facts about the first day that decide nothing any more."""
    state.repairs.pop(state.frozen.edge, None)
    state.taken_back.pop(state.frozen.edge, None)
    if state.busy & 1:
        state.busy_days += 1
    state.busy >>= 1
    for kind, bits in state.kinds.items():
        if bits >> strength.WEEK_BEFORE & 1:
            if kind not in state.kind_days:
                state.kind_days = dict(sorted({**state.kind_days, kind: 0}.items()))
            state.kind_days[kind] += 1
    state.kinds = {kind: kept for kind, bits in state.kinds.items() if (kept := bits >> 1)}


def _with_code(bits: bytes, place: int, code: int) -> bytes:
    if place % 4 == 0:
        return bits + bytes([code])
    return bits[:-1] + bytes([bits[-1] | code << 2 * (place % 4)])
