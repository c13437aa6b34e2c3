"""Which nudges a moment leads to, from when until when, and whether an attempt may be made."""

import pytest
from notifier.messages import Fact, text
from notifier.policy import obstacle, plan
from notifier.wording import WORDS

from shared.events.moments import (
    CoupleReturned,
    InviteOffered,
    InviteTaken,
    LapseClosed,
    MemberSilent,
    MilestoneReached,
    NudgeAsked,
    PactOutgrown,
    PactRenewed,
    ReflectionShared,
    StreakBroken,
    StreakExtended,
    WeekSummed,
)
from shared.events.nudges import NudgePlanned
from shared.events.values import SealedText
from shared.kinds import KINDS
from shared.nudging import Drop, Hold
from tests.nudge_world import (
    ANA,
    BO,
    CLOSE_MS,
    COUPLE,
    DAY_MS,
    EVENING_MS,
    MINUTE_MS,
    TODAY,
    appreciation,
    at,
    at_risk,
    lapse,
    moment,
    nudge,
    receiver,
    side,
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


NINE_MS = at("2026-11-24 21:00")


def test_a_day_at_risk_is_also_a_last_chance_at_nine_for_those_who_ask() -> None:
    warned = planned(at_risk(last_chance_ms=NINE_MS))

    found = [(n.kind, n.receiver, n.due_ms, n.expires_ms, n.date) for n in warned]
    assert found == [
        ("day.at_risk", ANA, EVENING_MS, CLOSE_MS, TODAY),
        ("day.at_risk", BO, EVENING_MS, CLOSE_MS, TODAY),
        ("day.last_chance", ANA, NINE_MS, CLOSE_MS, TODAY),
        ("day.last_chance", BO, NINE_MS, CLOSE_MS, TODAY),
    ]


def test_an_invite_that_runs_out_is_said_when_it_does() -> None:
    until_ms = EVENING_MS + 2 * DAY_MS
    (found,) = planned(InviteOffered(ANA, until_ms, until_ms + DAY_MS))

    assert (found.kind, found.receiver) == ("invite.expired", ANA)
    assert (found.due_ms, found.expires_ms) == (until_ms, until_ms + DAY_MS)


def test_what_a_partner_sends_names_who_and_what() -> None:
    text = SealedText(BO, "command", "sealed")
    (shared,) = planned(appreciation("c1"))
    (asked,) = planned(NudgeAsked(BO, ANA, CLOSE_MS, text))

    assert (shared.author, shared.checkin, shared.text) == (BO, "c1", None)
    assert (asked.author, asked.checkin, asked.text) == (BO, None, text)


BOTH = (ANA, BO)
TOLD = [
    at_risk(last_chance_ms=NINE_MS),
    lapse(),
    PactOutgrown(3.5, 3, BOTH, CLOSE_MS),
    PactRenewed("daily", 3.5, False, BOTH, CLOSE_MS),
    CoupleReturned(TODAY, 5, BOTH, CLOSE_MS),
    MilestoneReached(TODAY, 7, BOTH, CLOSE_MS),
    WeekSummed("2026-11-22", 4, BOTH, CLOSE_MS),
    MemberSilent(ANA, "2026-09-25", CLOSE_MS),
    InviteTaken(ANA, CLOSE_MS),
    InviteOffered(ANA, CLOSE_MS, CLOSE_MS + DAY_MS),
    appreciation(),
    ReflectionShared("c1", BO, ANA, CLOSE_MS),
    NudgeAsked(BO, ANA, CLOSE_MS),
]


def test_every_kind_comes_from_some_moment_and_has_its_words() -> None:
    kinds = {n.kind for data in TOLD for n in planned(data)}

    assert kinds == KINDS.keys() == WORDS.keys()


@pytest.mark.parametrize("data", TOLD, ids=lambda data: type(data).__name__)
def test_the_facts_of_a_moment_are_those_that_its_fuller_words_tell(data: object) -> None:
    for found in planned(data):
        more = WORDS[found.kind].more
        if more is not None:
            facts: dict[str, Fact] = {**found.facts, "text": "Hello."}
            written = {name: f"{fact:g}" if isinstance(fact, float) else fact for name, fact in facts.items()}
            assert text(found.template, "en", facts).body.endswith(more.en.format(**written))


def test_the_words_come_in_turn() -> None:
    used_ms = {"day.at_risk/1": EVENING_MS - 3 * DAY_MS, "day.at_risk/2": EVENING_MS - DAY_MS}

    found = plan(moment(at_risk()).event, EVENING_MS, used_ms)

    assert {n.template for n in found} == {"day.at_risk/3"}


# --- attempts -------------------------------------------------------------------------------------------


def test_an_attempt_may_be_made_while_all_holds() -> None:
    assert obstacle(nudge(), "hook", receiver(), side(), EVENING_MS) is None


def test_an_attempt_must_end_before_the_expiry() -> None:
    late, there = CLOSE_MS - 29_999, receiver("America/New_York")

    assert obstacle(nudge(), "hook", there, side(), late) == Drop("expired")
    assert obstacle(nudge(), "hook", there, side(), late - 1) is None


def test_an_attempt_must_end_before_quiet_hours() -> None:
    at_nine = nudge("appreciation.shared", NINE_MS)
    until_eight = Hold(at("2026-11-25 08:00"), "quiet_hours")

    assert obstacle(at_nine, "hook", receiver(), side(), at("2026-11-24 21:29:30")) == until_eight
    assert obstacle(at_nine, "hook", receiver(), side(), at("2026-11-24 21:29:30") - 1) is None
    assert obstacle(at_nine, "hook", receiver(), side(), at("2026-11-25 07:59:59")) == until_eight


@pytest.mark.parametrize("gone", [None, receiver(channels=("other",))])
def test_no_attempt_is_made_over_a_channel_that_was_removed(gone: object) -> None:
    assert obstacle(nudge(), "hook", gone, side(), EVENING_MS) == Drop("removed")  # type: ignore[arg-type]


def test_no_attempt_is_made_for_what_is_no_longer_true_or_no_longer_wanted() -> None:
    now_ms = EVENING_MS + MINUTE_MS

    assert obstacle(nudge(), "hook", receiver(), side(streak=None), now_ms) == Drop("no_longer_true")
    assert obstacle(nudge(), "hook", receiver(system="none"), side(), now_ms) == Drop("switched_off")


def test_an_attempt_at_a_last_chance_does_not_wait_for_the_end_of_quiet_hours() -> None:
    asked = receiver(kinds={"day.last_chance": True})
    chance = nudge("day.last_chance", at("2026-11-24 21:00"), expires_ms=at("2026-11-25 12:00"))

    assert obstacle(chance, "hook", asked, side(), at("2026-11-24 21:30")) == Drop("quiet_hours")


def test_no_attempt_at_a_warning_is_made_when_its_day_is_over_for_the_receiver() -> None:
    awake = receiver(quiet=(0, 0))
    far = nudge(expires_ms=at("2026-11-25 12:00"))
    there = side(streak=streak_view(closes_ms=far.expires_ms))

    assert obstacle(far, "hook", awake, there, at("2026-11-25 02:59")) is None
    assert obstacle(far, "hook", awake, there, at("2026-11-25 03:00")) == Drop("expired")
