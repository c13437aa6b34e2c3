"""The developers' page of the rules names functions and tests that are there."""

import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
import streaks

PAGE = Path(streaks.__path__[0], "docs", "rules.md")
TESTS = Path(__file__).parents[1]
ROWS = [row.strip("| ").split(" | ") for row in PAGE.read_text().splitlines() if row.startswith("| ")]
RULES = [row for row in ROWS if row[0] not in ("§", "---")]


def names(cell: str) -> tuple[str, str]:
    """A module and what it holds, from `module.name`."""
    module, _, name = cell.strip("`").partition(".")
    return module, name


@pytest.mark.parametrize("cell", sorted({row[-2] for row in RULES}))
def test_a_function_on_the_page_is_there(cell: str) -> None:
    module, name = names(cell)
    (found,) = [
        import_module(f"{package}.{module}")
        for package in ("streaks", "shared", "checkin.rules", "checkin.reading", "checkin.words")
        if find_spec(f"{package}.{module}") and hasattr(import_module(f"{package}.{module}"), name)
    ]
    assert callable(getattr(found, name))


@pytest.mark.parametrize("cell", sorted({row[-1] for row in RULES}))
def test_a_test_on_the_page_is_there(cell: str) -> None:
    module, name = names(cell)
    found = [path for path in TESTS.rglob(f"{module}.py") if f"\ndef {name}(" in path.read_text()]
    assert len(found) == 1


def test_every_rule_of_the_streak_is_on_the_page() -> None:
    numbers = {re.sub(r"[a-f]$", "", row[0]) for row in RULES}
    assert numbers >= {f"3.{number}" for number in range(1, 13)}
