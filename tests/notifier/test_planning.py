"""Which nudges a moment leads to, and whether what a nudge says still holds."""

import pytest
from notifier.policy import (
    needs_streak,
    plan,
    still_true,
)

from shared.events import LapseClosed, NudgePlanned, StreakBroken, StreakExtended
from shared.topics import couple, person
from shared.views import PersonView, StreakView
from tests.nudge_world import (
    ANA,
    BO,
    CLOSE_MS,
    COUPLE,
    EVENING_MS,
    TODAY,
    appreciation,
    at_risk,
    lapse,
    moment,
    nudge,
    person_view,
    streak_view,
)


def planned(data: object, moment_id: str = "m1") -> list[NudgePlanned]:
    return plan(moment(data, moment_id).event, EVENING_MS)  # type: ignore[arg-type]


# --- planning -------------------------------------------------------------------------------------------


def test_a_day_at_risk_is_told_to_each_member() -> None:
    nudges = planned(at_risk())

    assert [n.receiver for n in nudges] == [ANA, BO]
    assert {(n.kind, n.date, n.due_ms, n.expires_ms) for n in nudges} == {
        ("day.at_risk", TODAY, EVENING_MS, CLOSE_MS)
    }


def test_both_members_are_told_in_the_same_words() -> None:
    assert len({n.template for n in planned(at_risk())}) == 1


def test_a_lapse_is_told_to_each_member() -> None:
    nudges = planned(lapse())

    assert [(n.receiver, n.since_ms) for n in nudges] == [(ANA, EVENING_MS), (BO, EVENING_MS)]


def test_an_appreciation_is_told_to_its_receiver_alone() -> None:
    assert [n.receiver for n in planned(appreciation())] == [ANA]


@pytest.mark.parametrize(
    "data",
    [
        StreakExtended(TODAY, 3, (ANA, BO), CLOSE_MS),
        StreakBroken(TODAY, 3, (ANA, BO), CLOSE_MS),
        LapseClosed(0, 1.0, (ANA, BO), CLOSE_MS),
        None,
    ],
)
def test_other_moments_are_told_to_nobody(data: object) -> None:
    event = moment(at_risk()).event
    event = type(event)(event.id, "other", event.source, "", COUPLE, data)

    assert plan(event, EVENING_MS) == []


def test_the_id_of_a_nudge_follows_from_the_moment_and_the_receiver() -> None:
    first, again, other = planned(at_risk()), planned(at_risk()), planned(at_risk(), "m2")

    assert [n.nudge for n in first] == [n.nudge for n in again]
    assert len({n.nudge for n in first + other}) == 4


# --- is it still true? ----------------------------------------------------------------------------------


def holds(
    planned: NudgePlanned,
    streak: StreakView | None,
    who: PersonView | None = person_view(),  # noqa: B008 frozen
    subject: str = COUPLE,
    now_ms: int = EVENING_MS,
) -> bool:
    return still_true(planned, subject, who, streak, now_ms)


@pytest.mark.parametrize("state", ["kept", "excused", "reserve", "repaired", "not_kept"])
def test_a_day_that_is_not_open_any_more_is_not_at_risk(state: str) -> None:
    assert holds(nudge(), streak_view("open"))
    assert not holds(nudge(), streak_view(state))


def test_a_day_that_has_closed_is_not_at_risk_though_the_view_still_calls_it_open() -> None:
    assert holds(nudge(), streak_view(closes_ms=EVENING_MS + 1))
    assert not holds(nudge(), streak_view(closes_ms=EVENING_MS))


def test_a_day_that_nobody_has_reached_in_the_view_is_open() -> None:
    assert holds(nudge(date="2026-11-25"), streak_view())


def test_a_day_that_has_left_the_view_is_past() -> None:
    assert not holds(nudge(date="2026-11-01"), streak_view())


def test_a_lapse_is_open_until_quality_time_moves_its_threshold_ahead() -> None:
    assert holds(nudge("lapse.opened"), streak_view(lapsed_ms=EVENING_MS))
    assert not holds(nudge("lapse.opened"), streak_view(lapsed_ms=EVENING_MS + 1))


def test_without_a_streak_nothing_about_it_holds() -> None:
    assert not holds(nudge(), None)
    assert not holds(nudge("lapse.opened"), None)


def test_an_appreciation_stays_true_and_needs_no_streak() -> None:
    assert holds(nudge("appreciation.shared"), None)
    assert not needs_streak("appreciation.shared")


def test_nothing_holds_in_a_stream_that_the_receiver_is_no_longer_in() -> None:
    alone, with_another = person_view(couple=None), person_view(couple="another")

    assert not holds(nudge("appreciation.shared"), None, with_another)
    assert not holds(nudge(), streak_view(), alone)
    assert not holds(nudge(), streak_view(), person_view(), subject=person(ANA))
    assert holds(nudge(), streak_view(), alone, subject=person(ANA))
    assert holds(nudge(), streak_view(), with_another, subject=couple("another"))
