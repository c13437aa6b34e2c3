"""Whether a nudge that is due is sent, held or dropped: quiet hours, caps, truth, expiry."""

import pytest
from notifier.policy import (
    Drop,
    History,
    Hold,
    Send,
    decide,
    obstacle,
    remembered,
)

from tests.nudge_world import (
    CLOSE_MS,
    DAY_MS,
    EVENING_MS,
    HOUR_MS,
    MINUTE_MS,
    at,
    nudge,
    receiver,
)

NOBODY = History()
SENT = Send(("hook",), "en")


# --- deciding -------------------------------------------------------------------------------------------


def test_what_is_true_and_due_is_sent_over_every_channel_in_the_receivers_language() -> None:
    assert decide(nudge(), receiver(), True, NOBODY, EVENING_MS) == SENT


def test_what_has_expired_is_dropped() -> None:
    assert decide(nudge(), receiver(), True, NOBODY, CLOSE_MS) == Drop("expired")
    assert decide(nudge(), None, False, NOBODY, CLOSE_MS) == Drop("expired")


def test_what_is_no_longer_true_is_dropped() -> None:
    assert decide(nudge(), receiver(), False, NOBODY, EVENING_MS) == Drop("no_longer_true")


def test_a_receiver_who_is_not_there_gets_nothing() -> None:
    assert decide(nudge(), None, False, NOBODY, EVENING_MS) == Drop("unknown_receiver")


def test_a_person_without_channels_has_the_inbox() -> None:
    assert decide(nudge(), receiver(channels=()), True, NOBODY, EVENING_MS) == Send((), "en")


@pytest.mark.parametrize("kind", ["lapse.opened", "appreciation.shared"])
def test_quiet_hours_hold_a_nudge_until_their_end(kind: str) -> None:
    now_ms = at("2026-11-24 22:00")

    decision = decide(nudge(kind, now_ms), receiver(), True, NOBODY, now_ms)

    assert decision == Hold(at("2026-11-25 08:00"), "quiet_hours")


def test_quiet_hours_drop_what_would_expire_in_them() -> None:
    now_ms = at("2026-11-24 22:00")

    assert decide(nudge(), receiver(), True, NOBODY, now_ms) == Drop("quiet_hours")
    until_eight = nudge(expires_ms=at("2026-11-25 08:00"))
    assert decide(until_eight, receiver(), True, NOBODY, now_ms) == Drop("quiet_hours")


def test_quiet_hours_are_the_receivers_own() -> None:
    late_in_paris = at("2026-11-24 22:00")

    assert decide(nudge(), receiver("America/New_York"), True, NOBODY, late_in_paris) == SENT


def test_a_second_system_nudge_waits_for_the_next_day_and_the_end_of_quiet_hours() -> None:
    morning = History(system_ms=(at("2026-11-24 09:00"),))

    decision = decide(nudge("lapse.opened"), receiver(), True, morning, EVENING_MS)

    assert decision == Hold(at("2026-11-25 08:00"), "one_a_day")


def test_a_second_system_nudge_that_expires_before_the_next_day_is_dropped() -> None:
    morning = History(system_ms=(at("2026-11-24 09:00"),))

    assert decide(nudge(), receiver(), True, morning, EVENING_MS) == Drop("one_a_day")


def test_the_day_of_the_cap_is_the_receivers_local_day() -> None:
    after_midnight = History(system_ms=(at("2026-11-24 02:59"),))
    after_day_start = History(system_ms=(at("2026-11-24 03:00"),))

    assert decide(nudge(), receiver(), True, after_midnight, EVENING_MS) == SENT
    assert decide(nudge(), receiver(), True, after_day_start, EVENING_MS) == Drop("one_a_day")


def test_a_fourth_system_nudge_of_a_week_waits_for_monday() -> None:
    days = ("2026-11-24 09:00", "2026-11-25 09:00", "2026-11-26 09:00")
    full = History(system_ms=tuple(at(day) for day in days))
    friday, sunday = at("2026-11-27 19:30"), at("2026-11-29 19:30")

    assert decide(nudge("lapse.opened", friday), receiver(), True, full, friday) == Drop("three_a_week")
    held = decide(nudge("lapse.opened", sunday), receiver(), True, full, sunday)
    assert held == Hold(at("2026-11-30 08:00"), "three_a_week")


def test_last_weeks_nudges_do_not_count() -> None:
    days = ("2026-11-20 09:00", "2026-11-21 09:00", "2026-11-22 09:00")
    last_week = History(system_ms=tuple(at(day) for day in days))

    assert decide(nudge(), receiver(), True, last_week, EVENING_MS) == SENT


def test_what_the_partner_sends_does_not_count_as_the_systems_nor_the_reverse() -> None:
    noon = (at("2026-11-24 12:00"),)

    assert decide(nudge(), receiver(), True, History(partner_ms=noon), EVENING_MS) == SENT
    shared = nudge("appreciation.shared")
    assert decide(shared, receiver(), True, History(system_ms=noon), EVENING_MS) == SENT


@pytest.mark.parametrize(
    ("before_ms", "pushed"),
    [
        ((EVENING_MS - 4 * HOUR_MS + 1,), False),
        ((EVENING_MS - 4 * HOUR_MS,), True),
        ((EVENING_MS - 9 * HOUR_MS, EVENING_MS - 5 * HOUR_MS), False),
        ((EVENING_MS - DAY_MS, EVENING_MS - 5 * HOUR_MS), True),
    ],
)
def test_of_a_partners_one_in_four_hours_and_two_a_day_go_out_and_the_rest_waits_in_the_inbox(
    before_ms: tuple[int, ...], pushed: bool
) -> None:
    decision = decide(
        nudge("appreciation.shared"), receiver(), True, History(partner_ms=before_ms), EVENING_MS
    )

    assert decision == (SENT if pushed else Send((), "en"))


# --- what the caps remember -----------------------------------------------------------------------------


def test_a_system_nudge_counts_though_it_went_to_the_inbox_alone() -> None:
    assert remembered(NOBODY, "day.at_risk", (), EVENING_MS) == History(system_ms=(EVENING_MS,))


def test_a_partners_nudge_counts_only_if_it_left_the_inbox() -> None:
    assert remembered(NOBODY, "appreciation.shared", (), EVENING_MS) == NOBODY
    pushed = remembered(NOBODY, "appreciation.shared", ("hook",), EVENING_MS)
    assert pushed == History(partner_ms=(EVENING_MS,))


def test_what_no_cap_counts_any_more_is_forgotten() -> None:
    old = History(system_ms=(EVENING_MS - 30 * DAY_MS, EVENING_MS - 6 * DAY_MS))

    kept = remembered(old, "day.at_risk", (), EVENING_MS)

    assert kept.system_ms == (EVENING_MS - 6 * DAY_MS, EVENING_MS)


# --- attempts -------------------------------------------------------------------------------------------


def test_an_attempt_may_be_made_while_all_holds() -> None:
    assert obstacle(nudge(), "hook", receiver(), True, EVENING_MS) is None


def test_an_attempt_must_end_before_the_expiry() -> None:
    late = CLOSE_MS - 29_999

    assert obstacle(nudge(), "hook", receiver("America/New_York"), True, late) == Drop("expired")
    assert obstacle(nudge(), "hook", receiver("America/New_York"), True, late - 1) is None


def test_an_attempt_must_end_before_quiet_hours() -> None:
    at_nine = nudge("lapse.opened", at("2026-11-24 21:00"))
    until_eight = Hold(at("2026-11-25 08:00"), "quiet_hours")

    assert obstacle(at_nine, "hook", receiver(), True, at("2026-11-24 21:29:30")) == until_eight
    assert obstacle(at_nine, "hook", receiver(), True, at("2026-11-24 21:29:30") - 1) is None
    assert obstacle(at_nine, "hook", receiver(), True, at("2026-11-25 07:59:59")) == until_eight


@pytest.mark.parametrize("gone", [None, receiver(channels=("other",))])
def test_no_attempt_is_made_over_a_channel_that_was_removed(gone: object) -> None:
    assert obstacle(nudge(), "hook", gone, True, EVENING_MS) == Drop("removed")  # type: ignore[arg-type]


def test_no_attempt_is_made_for_what_is_no_longer_true() -> None:
    assert obstacle(nudge(), "hook", receiver(), False, EVENING_MS + MINUTE_MS) == Drop("no_longer_true")
