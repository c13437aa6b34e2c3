"""Ten years of daily check-ins: what the state weighs, and what a day and an entry cost then."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import msgspec
import pytest

from tests.diaries import Diary
from tests.lived import agree, close, keep, lived

ROUND = 56
"""Days after which weekday and kind are the same again."""
SHORT, LONG = ROUND, 65 * ROUND
MOST_BYTES = 2048


def instructions(of: Callable[[], Any]) -> int:
    """How many bytecode instructions a call takes: the same on every machine."""
    count = 0

    def watch(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        count += event == "opcode"
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        of()
    finally:
        sys.settrace(before)
    return count


def a_day(diary: Diary, place: int) -> None:
    keep(diary, place)
    close(diary, place)


def cost(length: int, what: Callable[[Diary, int], None]) -> int:
    """Of one more day, of a couple with so long a history; what is cached is cached before."""
    what(lived(length), length)
    diary = lived(length)
    return instructions(lambda: what(diary, length))


def show(diary: Diary, _: int) -> None:
    assert diary.state is not None
    diary.rules.show(diary.subject, diary.state, 0)


def renew(diary: Diary, place: int) -> None:
    agree(diary, "two_misses", place)


def test_the_state_of_ten_years_is_within_two_kib() -> None:
    assert len(lived(LONG).packed()) <= MOST_BYTES


def test_an_entry_that_can_still_be_undone_weighs_less_than_64_bytes() -> None:
    diary = lived(SHORT)
    keep(diary, SHORT)
    assert diary.state is not None
    (fresh,) = diary.state.fresh
    assert len(msgspec.msgpack.encode(fresh)) < 64


@pytest.mark.parametrize("what", [keep, show])
def test_an_entry_and_a_view_cost_the_same_after_ten_years(what: Callable[[Diary, int], None]) -> None:
    assert cost(SHORT, what) == cost(LONG, what)


def test_a_day_costs_the_same_after_ten_years() -> None:
    # All but what the first of a month may take more.
    assert cost(LONG, a_day) == pytest.approx(cost(SHORT, a_day), rel=0.01)


def test_a_change_of_mode_costs_no_more_than_the_days_that_it_reads_again() -> None:
    assert cost(LONG, renew) / LONG <= 1.1 * cost(SHORT, renew) / SHORT
