"""What is agreed: a leave is nothing that ordinary pauses could not have come to."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import pact
from shared.events.couple import PauseEnded, PauseOpened
from shared.pact import Agreement, Refused
from tests.people import ANA, BO

_TODAY = date(2026, 11, 24)


def _date(ahead: int) -> str:
    return (_TODAY + timedelta(days=ahead)).isoformat()


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    """Pauses of either member, opened and ended on days before today and today."""
    agreed = Agreement()
    for number in range(draw(st.integers(0, 6))):
        ends = draw(st.booleans())
        who, on = draw(st.sampled_from([ANA.id, BO.id])), draw(st.integers(-5, 0))
        first, lasts = on + draw(st.integers(0, 4)), draw(st.none() | st.integers(0, 5))
        last = None if lasts is None else _date(first + lasts)
        try:
            if agreed.pauses and ends:
                pause = draw(st.sampled_from(agreed.pauses))
                agreed = pact.end_pause(agreed, PauseEnded(who, "c", _date(on), pause.id))
            agreed = pact.open_pause(
                agreed, f"e{number}", PauseOpened(who, "c", _date(on), _date(first), last)
            )
        except Refused:
            continue
    return agreed


def _paused_for_good(agreed: Agreement, who: str, today: str) -> Agreement:
    first = today
    for pause in agreed.pauses:
        if pause.opener != who or (pause.last is not None and pause.last < today):
            continue
        if pause.first <= today and pause.last is None:
            return agreed
        if pause.covers(today):
            first = _date(1)
        agreed = pact.end_pause(agreed, PauseEnded(who, "c", today, pause.id))
    return pact.open_pause(agreed, "leave", PauseOpened(who, "c", today, first, None))


@given(agreements())
def test_leaving_comes_to_what_ending_ones_pauses_and_pausing_for_good_comes_to(agreed: Agreement) -> None:
    left = pact.leave(agreed, "leave", BO.id, _date(0))
    paused = _paused_for_good(agreed, BO.id, _date(0))

    assert {pause for pause in left.pauses if pause.last is None or pause.last >= _date(-7)} == set(
        paused.pauses
    )


@given(agreements())
def test_who_has_left_is_paused_from_today_for_good_and_nobody_else_is_touched(agreed: Agreement) -> None:
    left = pact.leave(agreed, "leave", BO.id, _date(0))

    assert all(left.pause_on(_date(ahead)) is not None for ahead in range(400))
    assert [p for p in left.pauses if p.opener == ANA.id] == [p for p in agreed.pauses if p.opener == ANA.id]


@pytest.mark.parametrize(("first", "last"), [(0, 731), (731, 731), (731, None), (0, None)])
def test_a_pause_may_lie_up_to_two_years_ahead(first: int, last: int | None) -> None:
    wish = PauseOpened(ANA.id, "c", _date(0), _date(first), None if last is None else _date(last))

    assert len(pact.open_pause(Agreement(), "e", wish).pauses) == 1


@pytest.mark.parametrize(("first", "last"), [(0, 732), (732, 732), (732, None)])
def test_a_pause_that_lies_further_ahead_is_refused(first: int, last: int | None) -> None:
    wish = PauseOpened(ANA.id, "c", _date(0), _date(first), None if last is None else _date(last))

    with pytest.raises(Refused, match="pause_too_far_ahead"):
        pact.open_pause(Agreement(), "e", wish)
