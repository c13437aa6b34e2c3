"""When a failed attempt is made again: full jitter, the receiver's wish, and an end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notifier.retries import BACKOFF_MS, TRIES_BEFORE_THE_NEXT, pause_after

NUDGES = [f"n{i}" for i in range(200)]


def test_after_six_attempts_there_is_an_end() -> None:
    pauses = [pause_after("n1", attempts, None, another=False) for attempts in range(1, 7)]

    assert [pause is None for pause in pauses] == [False] * 5 + [True]


def test_of_a_channel_with_another_behind_it_three_are_the_end() -> None:
    pauses = [pause_after("n1", attempts, None, another=True) for attempts in range(1, 4)]

    assert [pause is None for pause in pauses] == [False, False, True]
    assert sum(BACKOFF_MS[: TRIES_BEFORE_THE_NEXT - 1]) <= 60_000


@given(st.text(), st.integers(1, 5))
def test_a_pause_is_within_the_back_off_and_always_the_same(nudge: str, attempts: int) -> None:
    pause = pause_after(nudge, attempts, None, another=False)

    assert pause == pause_after(nudge, attempts, None, another=False)
    assert pause is not None
    assert 0 < pause <= BACKOFF_MS[attempts - 1]


@pytest.mark.parametrize("attempts", range(1, 6))
def test_what_failed_together_is_spread_over_the_whole_back_off(attempts: int) -> None:
    pauses = [pause_after(nudge, attempts, None, another=False) or 0 for nudge in NUDGES]
    quarters = {pause * 4 // (BACKOFF_MS[attempts - 1] + 1) for pause in pauses}

    assert quarters == {0, 1, 2, 3}


@pytest.mark.parametrize("wish_s", [0, 7, 3600, 10**9])
def test_an_attempt_never_comes_sooner_than_the_receiver_asked(wish_s: float) -> None:
    for nudge in NUDGES:
        pause = pause_after(nudge, 1, wish_s, another=False)
        assert pause is not None
        assert pause >= wish_s * 1000
