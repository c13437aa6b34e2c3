"""The audit of nudges complains about what never came, came twice, was false or out of hours."""

from dataclasses import replace

import pytest

from shared.events.nudges import NudgeDropped, NudgePlanned
from shared.events.values import Span
from shared.topics import NUDGES
from shared.views import NOTIFIER
from tests.chaos.arrivals import Arrival
from tests.chaos.capping import caps_passed
from tests.chaos.small_site import ANA, EVENING_MS, Site, facts, found_in

HOUR_MS = 3_600_000
MONDAY_MS = EVENING_MS - 36 * HOUR_MS
"""Eight in the morning in Paris."""


@pytest.fixture
def site() -> Site:
    return Site()


def test_what_is_right_raises_no_complaint(site: Site) -> None:
    found = found_in(site)

    assert (found.lost, found.wrong) == ([], [])
    assert (found.figures["sent day.at_risk"], found.figures["sent appreciation.shared"]) == (2, 1)


def test_a_nudge_that_was_never_planned_is_lost(site: Site) -> None:
    _, nudge = site.at_risk()
    site.drop(NUDGES, "nudge.planned", nudge.nudge)

    assert any("never planned" in line for line in found_in(site).lost)


def test_a_nudge_that_never_arrived_is_lost(site: Site) -> None:
    _, nudge = site.at_risk()
    site.arrivals = [arrival for arrival in site.arrivals if arrival.nudge != nudge.nudge]

    assert "never arrived" in found_in(site).lost[0]


def test_an_arrival_that_nobody_planned_is_wrong(site: Site) -> None:
    site.arrivals.append(Arrival("webhook", "who knows", "who knows", ANA, EVENING_MS))

    assert "never planned" in found_in(site).wrong[0]


def test_an_arrival_at_somebody_else_is_wrong(site: Site) -> None:
    site.arrivals[0] = site.arrivals[0]._replace(person="somebody")

    assert "arrived at somebody" in found_in(site).wrong[0]


def test_a_second_attempt_is_counted_and_no_more(site: Site) -> None:
    site.arrivals.append(site.arrivals[0])
    found = found_in(site)

    assert (found.lost, found.wrong, found.figures["arrived again"]) == ([], [], 1)


def test_a_nudge_that_was_false_when_it_fell_due_is_wrong(site: Site) -> None:
    subject, nudge = site.at_risk()
    kept = replace(facts(site), kept_ms={(subject, str(nudge.date)): nudge.due_ms - 1})

    assert "false when it fell due" in found_in(site, kept).wrong[0]


def test_a_nudge_overtaken_between_due_and_sent_is_counted(site: Site) -> None:
    subject, nudge = site.at_risk()
    found = found_in(site, replace(facts(site), kept_ms={(subject, str(nudge.date)): nudge.due_ms + 1}))

    assert (found.wrong, found.figures["overtaken between due and sent"]) == ([], 2)


def test_a_nudge_that_was_decided_twice_is_wrong(site: Site) -> None:
    subject, nudge = site.at_risk()
    site.tell(NudgeDropped(nudge.nudge, nudge.receiver, "no_longer_true"), subject, EVENING_MS)

    assert any("more than once" in line for line in found_in(site).wrong)


def test_a_nudge_that_was_dropped_though_true_is_lost(site: Site) -> None:
    subject, nudge = undecided(site)
    site.tell(NudgeDropped(nudge.nudge, nudge.receiver, "no_longer_true"), subject, EVENING_MS)

    assert "dropped though it was true" in found_in(site).lost[0]


def test_what_is_sent_in_quiet_hours_is_wrong(site: Site) -> None:
    site.spoil(NUDGES, f'"at_ms":{_sent_ms(site)}'.encode(), f'"at_ms":{EVENING_MS + 2 * HOUR_MS}'.encode())

    assert any("sent in quiet hours" in line for line in found_in(site).wrong)


def test_what_is_sent_after_its_expiry_is_wrong(site: Site) -> None:
    _, nudge = site.at_risk()
    site.spoil(NUDGES, f'"at_ms":{_sent_ms(site)}'.encode(), f'"at_ms":{nudge.expires_ms}'.encode())

    assert any("after its expiry" in line for line in found_in(site).wrong)


def test_a_state_that_is_not_the_fold_of_the_nudges_is_wrong(site: Site) -> None:
    key = next(k for k, shard in site.shards.items() if k[0] == NOTIFIER and shard.states)
    site.shards[key] = replace(site.shards[key], states={})

    assert any(line.startswith("nudges of") for line in found_in(site).wrong)


def test_an_inbox_that_shows_something_else_is_wrong(site: Site) -> None:
    key = next(k for k, shard in site.shards.items() if k[0] == NOTIFIER and shard.views)
    site.shards[key] = replace(site.shards[key], views={})

    assert any(line.startswith("inbox of") for line in found_in(site).wrong)


def test_what_arrives_in_quiet_hours_is_wrong(site: Site) -> None:
    site.arrivals[0] = site.arrivals[0]._replace(at_ms=EVENING_MS + 2 * HOUR_MS)

    assert any("arrived in quiet hours" in line for line in found_in(site).wrong)


def test_what_arrives_after_its_expiry_is_wrong(site: Site) -> None:
    site.arrivals[0] = site.arrivals[0]._replace(at_ms=EVENING_MS + 24 * HOUR_MS)

    assert any("arrived after its expiry" in line for line in found_in(site).wrong)


def test_what_fell_due_and_was_never_decided_is_lost(site: Site) -> None:
    undecided(site)

    assert any("never decided" in line for line in found_in(site).lost)


def test_a_pause_is_a_reason_only_where_one_of_them_has_left(site: Site) -> None:
    subject, nudge = undecided(site)
    site.tell(NudgeDropped(nudge.nudge, nudge.receiver, "paused"), subject, EVENING_MS)
    known = facts(site)
    left = {**known.gone_ms, (subject, "the other"): EVENING_MS}

    assert any("dropped as 'paused'" in line for line in found_in(site).lost)
    assert not any("dropped as" in line for line in found_in(site, replace(known, gone_ms=left)).lost)


def test_what_expired_though_there_was_time_is_lost(site: Site) -> None:
    subject, nudge = undecided(site)
    site.tell(NudgeDropped(nudge.nudge, nudge.receiver, "expired"), subject, nudge.expires_ms)

    assert any("dropped as 'expired'" in line for line in found_in(site).lost)


def test_what_could_never_have_left_before_it_expired_is_not_lost(site: Site) -> None:
    subject, nudge = undecided(site)
    site.spoil(NUDGES, *(f'"due_ms":{at_ms}'.encode() for at_ms in (nudge.due_ms, EVENING_MS + 2 * HOUR_MS)))
    site.tell(NudgeDropped(nudge.nudge, nudge.receiver, "expired"), subject, nudge.expires_ms)

    assert not any("dropped as" in line for line in found_in(site).lost)


def test_what_arrives_when_the_receivers_own_day_is_over_is_wrong(site: Site) -> None:
    known = facts(site)
    ended = {person: (Span(0, "Pacific/Auckland", 180),) for person in known.spans}

    assert any("sent after its expiry" in line for line in found_in(site, replace(known, spans=ended)).wrong)


def undecided(site: Site) -> tuple[str, NudgePlanned]:
    """A nudge about today of which nothing is said but that it is planned, and its subject."""
    subject, nudge = site.at_risk()
    for word in ("nudge.sent", "nudge.delivered"):
        site.drop(NUDGES, word, nudge.nudge)
    site.forget(nudge)
    site.inboxes = {}
    return subject, nudge


@pytest.mark.parametrize(
    ("by_partner", "hours_apart", "above"),
    [
        (False, [0, 24, 48], False),
        (False, [0, 1], True),
        (False, [0, 24, 48, 72], True),
        (True, [0, 5, 24], False),
        (True, [0, 3], True),
        (True, [0, 5, 10], True),
    ],
)
def test_what_is_above_a_cap_is_wrong(
    site: Site, by_partner: bool, hours_apart: list[int], above: bool
) -> None:
    # From a Monday morning on.
    sent_ms = {("couple/c", ANA, by_partner): [MONDAY_MS + after * HOUR_MS for after in hours_apart]}

    assert bool(list(caps_passed(sent_ms, facts(site)))) == above


def _sent_ms(site: Site) -> int:
    """When the nudges about today were sent."""
    return site.at_risk()[1].due_ms + 1000
