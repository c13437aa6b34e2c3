"""The engine agrees with an oracle of plain sets on 500 random histories, on 10,000 with ATTUNE_DEEP=1."""

import os

import pytest

from shared import days
from tests.oracle.chance import random_history
from tests.oracle.histories import History
from tests.oracle.playing import differences, news, played, risks
from tests.oracle.risks import at_risk
from tests.oracle.shrinking import shrunk
from tests.oracle.telling import told

HISTORIES = 10_000 if os.environ.get("ATTUNE_DEEP") else 500
AT_ONCE = 50


@pytest.mark.parametrize("first", range(0, HISTORIES, AT_ONCE))
def test_the_engine_agrees_with_the_oracle(first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        history, looks = random_history(seed)
        for now in looks:
            seen = history.up_to(now)
            if differences(seen, now):
                pytest.fail(_report(seed, seen, now), pytrace=False)


@pytest.mark.parametrize("first", range(0, HISTORIES, AT_ONCE))
def test_the_engine_warns_on_the_evenings_that_the_oracle_names(first: int) -> None:
    for seed in range(first, first + AT_ONCE, 5):
        history, looks = random_history(seed)
        now = looks[-1]
        assert risks(played(history, now)) == at_risk(history, now), f"seed {seed}\n{history}"


@pytest.mark.parametrize("first", range(0, HISTORIES, AT_ONCE))
def test_the_engine_says_what_the_oracle_says_of_the_streak(first: int) -> None:
    for seed in range(first, first + AT_ONCE, 25):
        history, looks = random_history(seed)
        now = looks[-1]
        assert news(played(history, now)) == told(history, now), f"seed {seed}\n{history}"


def _report(seed: int, history: History, now: int) -> str:
    names = {*differences(history, now)}
    least = shrunk(history, lambda fewer: bool(names & {*differences(fewer, now)}))
    found = "\n".join(
        f"{name}: the engine says {shown}, true is {true}"
        for name, (shown, true) in differences(least, now).items()
    )
    return f"seed {seed}, seen at {days.iso_instant(now)}\n{least}\n{found}"
