"""Habit strength: known values of the published score."""

import pytest
from streaks import strength

MEMORY = 0.5 ** (1 / 13)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("", 0.0),
        ("k", 1 - MEMORY),
        ("k" * 13, 0.5),
        ("k" * 26, 0.75),
        ("k" * 13 + "r" * 13, 0.25),
        ("k" * 13 + "m" * 13, 0.25),
        ("k" * 12 + "R", 0.5),
        ("k" * 13 + "eeeo", 0.5),
    ],
)
def test_strength_after_days(days: str, expected: float) -> None:
    assert strength.after(0.0, "daily", "", days) == pytest.approx(expected)


def test_thirteen_days_halve_the_way_to_either_end() -> None:
    assert strength.after(1.0, "daily", "", "m" * 13) == pytest.approx(0.5)
