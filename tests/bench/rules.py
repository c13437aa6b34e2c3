"""The rules alone, with no log and no store: what an event, a day and a change of mode cost as history grows.

In this process, on one core. Each figure is the median of its rounds.
"""

from collections.abc import Callable
from statistics import median
from time import perf_counter

from tests.diaries import Diary
from tests.lived import agree, close, keep, lived

HISTORIES = (30, 365, 3650)
DAYS = 200
ROUNDS = 5
MODES = ("two_misses", "weekly:3", "daily")


def main() -> None:
    """Print a line for each length of history."""
    print(
        f"{'days of history':>15} {'events/s':>10} {'days closed/s':>14} {'change of mode':>15} {'state':>8}"
    )
    for length in HISTORIES:
        size = len(lived(length).packed())
        events, closes, change_ms = (
            2 * DAYS / _s(_entries, length),
            DAYS / _s(_closes, length),
            _change_ms(length),
        )
        print(f"{length:15} {events:10.0f} {closes:14.0f} {change_ms:12.2f} ms {size:6} B", flush=True)


def _s(what: Callable[[Diary, int], float], length: int) -> float:
    return median(what(lived(length), length) for _ in range(ROUNDS))


def _entries(diary: Diary, length: int) -> float:
    """Seconds for the entries of so many days, without those in which the days close."""
    written, spent_s = lived(length), 0.0
    for place in range(length, length + DAYS):
        keep(written, place)
        close(diary, place - 1)
        spent_s += sum(_timed(diary.add, record) for record in written.records[-2:])
    return spent_s


def _closes(diary: Diary, length: int) -> float:
    """Seconds for the closes of so many days that both have kept, one close at a time."""
    spent_s = 0.0
    for place in range(length, length + DAYS):
        keep(diary, place)
        spent_s += _timed(close, diary, place)
    return spent_s


def _change_ms(length: int) -> float:
    diary = lived(length)
    spent_s = [_timed(_agree, diary, length, mode) for _ in range(ROUNDS) for mode in MODES]
    return 1000 * median(spent_s)


def _agree(diary: Diary, place: int, mode: str) -> None:
    agree(diary, mode, place)


def _timed(what: Callable[..., object], *values: object) -> float:
    began_s = perf_counter()
    what(*values)
    return perf_counter() - began_s
