"""How the days of each mode add up: the streak and the longest after some days, from a Monday on."""

import pytest
from streaks import modes
from streaks.state import Frozen

from shared import days

MONDAY = days.ordinal("2026-11-23")


@pytest.mark.parametrize(
    ("mode", "letters", "streak", "longest"),
    [
        ("daily", "kkk", 3, 3),
        ("daily", "kkrk", 3, 3),
        ("daily", "kkek", 3, 3),
        ("daily", "kkmk", 1, 2),
        ("daily", "kkRk", 4, 4),
        ("daily", "kko", 2, 2),
        ("two_misses", "kkmk", 3, 3),
        ("two_misses", "kkmmk", 1, 2),
        ("two_misses", "kkmkm", 3, 3),
        ("two_misses", "kkmemk", 1, 2),
        ("two_misses", "kkmRmk", 4, 4),
        ("two_misses", "kkmo", 2, 2),
        ("weekly:3", "kkkmmmm", 1, 1),
        ("weekly:3", "kkk", 1, 1),
        ("weekly:3", "kkmmmmm", 0, 0),
        ("weekly:3", "kkRmmmm", 1, 1),
        ("weekly:3", "kkkmmmm kkmmmmm kkkk", 1, 1),
        ("weekly:3", "kkkmmmm kk", 1, 1),
        ("weekly:3", "kkkmmmm eeeeeee kkk", 2, 2),
        ("weekly:3", "kkkmmmm eeeeekm", 0, 1),
        ("weekly:3", "kkkmmmm eeeeekk", 2, 2),
        ("weekly:7", "kkkkkkk kkkkkke", 2, 2),
        ("weekly:1", "mmmmmmk kmmmmmm", 2, 2),
    ],
)  # fmt: skip
def test_days_add_up(mode: str, letters: str, streak: int, longest: int) -> None:
    letters = letters.replace(" ", "")
    closed = len(letters.rstrip("o"))
    frozen = Frozen(start=MONDAY, edge=MONDAY)
    assert modes.total(mode, frozen, letters, closed) == (streak, longest)


@pytest.mark.parametrize("place", range(7))
def test_days_before_the_first_are_excused_days_of_its_week(place: int) -> None:
    frozen = Frozen(start=MONDAY + place, edge=MONDAY + place)
    left = 7 - place
    needed = min(3, left)
    assert modes.total("weekly:3", frozen, "k" * needed, needed).streak == 1
    assert modes.total("weekly:3", frozen, "k" * (needed - 1) + "m" * (left - needed + 1), left).streak == 0
