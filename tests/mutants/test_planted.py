"""The planted bugs fit the code as it stands, so that the list goes stale loudly."""

import ast
from pathlib import Path

import pytest

from tests.mutants.planted import PLANTED, Mutant

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mutant", PLANTED, ids=[mutant.name for mutant in PLANTED])
def test_a_planted_bug_can_be_planted_in_one_place_and_still_parses(mutant: Mutant) -> None:
    text = (ROOT / mutant.file).read_text()

    assert text.count(mutant.old) == 1
    ast.parse(text.replace(mutant.old, mutant.new))


def test_the_tests_that_should_catch_a_bug_are_there() -> None:
    assert [path for mutant in PLANTED for path in mutant.tests if not (ROOT / path).exists()] == []
