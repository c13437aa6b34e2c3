"""The policy over simulated months: nothing quiet, over a cap, false or twice; the forecast comes true."""

from dataclasses import replace

import pytest
from checkin.reading.foretelling import foretold

from shared.days import DAY_MS
from shared.nudging import NOTHING_AGREED, Couple, Receiver, receiver_of
from shared.views.person import NudgeSettings
from tests.year.audit import complaints, watched
from tests.year.home import Decided, Home
from tests.year.life import home_of, live
from tests.year.run import is_alone, year_of

HOMES = range(12)
LENGTH = 75
MINUTE_MS = 60_000


@pytest.mark.parametrize("seed", HOMES)
def test_no_promise_is_broken(seed: int) -> None:
    found = year_of(seed, LENGTH)

    assert found.broken == ()
    assert sum(found.counts.values()) > 0


def test_the_audit_notices_what_should_not_have_been_sent() -> None:
    home = watched(home_of(1))
    home.settings.clear()
    live(home, 1, LENGTH)
    system = [seen for seen in home.seen if seen.kind == "day.at_risk"]
    home.seen.append(
        replace(system[-1], decided=replace(system[-1].decided, at_ms=system[-1].at_ms + 5 * 3_600_000))
    )

    found = {complaint.partition(":")[0] for complaint in complaints(home)}

    assert found >= {"in quiet hours", "over the day's cap"}


# --- the forecast ---------------------------------------------------------------------------------------


def forecast(home: Home, person: str) -> list[tuple[str, str | None, str, int, str | None]]:
    """What checkin would answer now."""
    receiver = receiver_of(person, home.view(person))
    assert isinstance(receiver, Receiver)
    state = home.diary.state
    couple = Couple(
        home.subject,
        home.diary.view,
        NOTHING_AGREED if state is None else state.agreement,
        home.last(person),
        author_stream=home.subject,
    )
    found = foretold(person, receiver, couple, home.outlook(person), home.entries, home.now_ms)
    return [(told.kind, told.date, told.outcome, told.at_ms, told.rule) for told in found]


def decided_since(home: Home, person: str, place: int) -> list[Decided]:
    return [one for one in home.decided[place:] if one.planned.receiver == person and one.outcome != "held"]


@pytest.mark.parametrize("seed", HOMES)
@pytest.mark.parametrize("day", [9, 44, 100])
def test_the_forecast_is_what_is_then_decided_if_nobody_does_anything(seed: int, day: int) -> None:
    home = home_of(seed, alone=is_alone(seed))
    live(home, seed, day)
    for person in home.who:
        told = [found for found in forecast(home, person.id) if found[2] != "held"]
        future = home.twin()
        future.pass_time(home.now_ms + 7 * DAY_MS)
        then = decided_since(future, person.id, len(home.decided))

        assert [_rounded(*found) for found in told] == [
            _rounded(one.planned.kind, one.planned.date, one.outcome, one.at_ms, one.rule or None)
            for one in then
        ]


def _rounded(kind: str, date: str | None, outcome: str, at_ms: int, rule: str | None) -> tuple[object, ...]:
    """To the minute: a moment is read some seconds after its time. Of what is sent no rule is recorded."""
    about = date if kind in ("day.at_risk", "day.last_chance", "week.summed") else None
    return kind, about, outcome, (at_ms - 10_000) // MINUTE_MS, rule if outcome == "dropped" else None


# --- each for themself ----------------------------------------------------------------------------------

ELSE = NudgeSettings("none", "none", (0, 0), True, {"day.last_chance": True, "day.at_risk": False})


@pytest.mark.parametrize("seed", [seed for seed in HOMES if not is_alone(seed)])
def test_a_persons_nudges_never_depend_on_the_partners_settings_mute_or_channels(seed: int) -> None:
    usual, other = home_of(seed), home_of(seed)
    one, partner = usual.who
    other.settings[partner.id] = ELSE
    other.channels[partner.id] = ("a", "b") if partner.id in usual.channels else ()
    for home in (usual, other):
        home.settings[one.id] = NudgeSettings()
        live(home, seed, LENGTH)

    def of(home: Home) -> list[Decided]:
        return [found for found in home.decided if found.planned.receiver == one.id]

    assert of(other) == of(usual)
    assert [f.planned.template for f in of(other)] == [f.planned.template for f in of(usual)]
