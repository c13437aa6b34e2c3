"""Group commit: everybody gets their own answer, whatever becomes of the lot."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from checkin.door import lots as module
from checkin.door.lots import Lots

from shared.faults import StoreUnavailable


@contextmanager
def running(
    carry: Callable[[Sequence[int]], Sequence[int | Exception]], wait_s: float = 5.0
) -> Iterator[Lots[int, int]]:
    lots = Lots("test", carry, StoreUnavailable, wait_s)
    lots.start()
    yield lots
    lots.close()


def test_what_gathers_while_a_lot_is_on_its_way_goes_as_the_next_and_all_get_their_own_result() -> None:
    sizes: list[int] = []
    first_is_under_way = threading.Event()
    go_on = threading.Event()

    def carry(items: Sequence[int]) -> list[int | Exception]:
        sizes.append(len(items))
        first_is_under_way.set()
        go_on.wait(5)
        return [item * 10 for item in items]

    with running(carry) as lots, ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(lots.submit, 0)]
        first_is_under_way.wait(5)
        answers += [pool.submit(lots.submit, number) for number in range(1, 6)]
        while lots.waiting < 5:
            time.sleep(0.001)
        go_on.set()

        assert [answer.result(5) for answer in answers] == [0, 10, 20, 30, 40, 50]
    assert sizes == [1, 5]


def test_an_error_of_one_item_reaches_only_whom_it_is_about() -> None:
    with running(lambda items: [ValueError("odd") if item % 2 else item for item in items]) as lots:
        assert lots.submit(2) == 2
        with pytest.raises(ValueError, match="odd"):
            lots.submit(1)


def test_a_fault_of_the_whole_lot_reaches_everybody_and_the_next_lot_is_carried() -> None:
    faults = [StoreUnavailable("away"), RuntimeError("a bug")]

    def carry(items: Sequence[int]) -> Sequence[int | Exception]:
        if faults:
            raise faults.pop(0)
        return items

    with running(carry) as lots:
        with pytest.raises(StoreUnavailable, match="away"):
            lots.submit(1)
        with pytest.raises(RuntimeError, match="a bug"):
            lots.submit(2)
        assert lots.submit(3) == 3


def test_who_waits_too_long_is_told_so() -> None:
    go_on = threading.Event()

    def carry(items: Sequence[int]) -> Sequence[int | Exception]:
        go_on.wait(5)
        return items

    with running(carry, wait_s=0.05) as lots:
        with pytest.raises(StoreUnavailable, match="too long"):
            lots.submit(1)
        go_on.set()


def test_when_too_many_wait_the_next_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 0)

    with running(lambda items: items) as lots, pytest.raises(StoreUnavailable, match="Too many"):
        lots.submit(1)


def test_many_at_once_are_handed_over_before_any_is_waited_for() -> None:
    sizes: list[int] = []

    def carry(items: Sequence[int]) -> Sequence[int | Exception]:
        sizes.append(len(items))
        return [ValueError("odd") if item == 3 else item * 10 for item in items]

    with running(carry) as lots:
        results = lots.submit_all(range(6))

    assert [result if isinstance(result, int) else str(result) for result in results] == [
        0,
        10,
        20,
        "odd",
        40,
        50,
    ]
    assert len(sizes) <= 2


def test_of_many_at_once_those_that_find_no_room_are_told_so_and_the_others_are_carried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 8)

    with running(lambda items: items) as lots:
        results = lots.submit_all(range(6))

    assert results[:4] == [0, 1, 2, 3]
    assert [str(result) for result in results[4:]] == ["Too many are waiting."] * 2


def test_of_many_at_once_each_waits_only_so_long() -> None:
    go_on = threading.Event()

    def carry(items: Sequence[int]) -> Sequence[int | Exception]:
        go_on.wait(5)
        return items

    with running(carry, wait_s=0.05) as lots:
        results = lots.submit_all(range(3))
        go_on.set()

    assert [str(result) for result in results] == ["It took too long."] * 3


def test_none_at_once_is_nothing() -> None:
    with running(lambda items: items) as lots:
        assert lots.submit_all([]) == []


def test_what_has_gathered_is_carried_before_the_end() -> None:
    carried: list[int] = []

    def carry(items: Sequence[int]) -> Sequence[int | Exception]:
        carried.extend(items)
        return items

    with running(carry) as lots:
        lots.submit(1)
        lots.close()

    assert carried == [1]


def test_who_comes_after_the_end_is_told_so_and_does_not_wait() -> None:
    with running(lambda items: items) as lots:
        lots.close()
        with pytest.raises(StoreUnavailable, match="ends"):
            lots.submit(1)
