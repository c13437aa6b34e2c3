"""Whether a nudge that is due is sent, held or dropped: hours, caps, back-off, wishes, truth, expiry."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import topics
from shared.caps import History, backed_off, remembered
from shared.days import iso, ordinal
from shared.events.nudges import NudgePlanned
from shared.events.values import Member
from shared.kinds import KINDS
from shared.nudging import (
    Couple,
    Decision,
    Drop,
    Hold,
    Receiver,
    Send,
    decide,
    order_of,
    receiver_of,
    still_true,
)
from shared.pact import Agreement, Pause
from shared.views.person import NudgeSettings
from tests.nudge_world import (
    ANA,
    BO,
    CLOSE_MS,
    COUPLE,
    DAY_MS,
    EVENING_MS,
    HOUR_MS,
    TODAY,
    at,
    entry,
    nudge,
    person_view,
    receiver,
    side,
    spans,
    streak_view,
)

NOTHING = History()
SENT = Send(("hook",), "en")
WAITS = Send((), "en", rule="partner_cap")
SYSTEM = [kind for kind, known in KINDS.items() if not known.by_partner]
PARTNERS = [kind for kind, known in KINDS.items() if known.by_partner]
PAUSED = Agreement(pauses=(Pause("p", BO, TODAY, None),))


def decided(
    planned: NudgePlanned | None = None,
    who: Receiver | None = None,
    history: History = NOTHING,
    now_ms: int | None = None,
    **couple: Any,
) -> Decision:
    """What becomes of a nudge to Ana; by default of the warning of today, when it falls due."""
    planned = planned or nudge()
    now_ms = planned.due_ms if now_ms is None else now_ms
    return decide(planned, who or receiver(), side(**couple), history, now_ms)


def sent_on(*clocks: str) -> History:
    return History(system_ms=tuple(at(clock) for clock in clocks))


# --- deciding -------------------------------------------------------------------------------------------


def test_what_is_true_and_due_is_sent_over_every_channel_in_the_receivers_language() -> None:
    assert decided() == SENT


def test_what_has_expired_is_dropped() -> None:
    assert decided(now_ms=CLOSE_MS) == Drop("expired")
    assert decide(nudge(), None, side(), NOTHING, CLOSE_MS) == Drop("expired")


def test_a_receiver_who_is_not_there_gets_nothing() -> None:
    assert decide(nudge(), None, side(), NOTHING, EVENING_MS) == Drop("unknown_receiver")


def test_a_person_without_channels_has_the_inbox() -> None:
    assert decided(who=receiver(channels=())) == Send((), "en")


def test_fuller_words_are_for_those_who_asked_for_them() -> None:
    assert decided(who=receiver(content=True)) == Send(("hook",), "en", full=True)


def test_what_falls_due_at_one_instant_goes_by_its_weight() -> None:
    together = [
        nudge(kind, EVENING_MS, nudge=kind) for kind in ("week.summed", "lapse.opened", "invite.taken")
    ]

    assert [n.kind for n in sorted(together, key=order_of)] == ["invite.taken", "lapse.opened", "week.summed"]


# --- quiet hours ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["lapse.opened", "appreciation.shared"])
def test_quiet_hours_hold_a_nudge_until_their_end(kind: str) -> None:
    late = nudge(kind, at("2026-11-24 22:00"))

    assert decided(late) == Hold(at("2026-11-25 08:00"), "quiet_hours")


@pytest.mark.parametrize("expires_ms", [CLOSE_MS, at("2026-11-25 08:00")])
def test_quiet_hours_drop_what_would_expire_in_them(expires_ms: int) -> None:
    assert decided(nudge(expires_ms=expires_ms), now_ms=at("2026-11-24 22:00")) == Drop("quiet_hours")


def test_quiet_hours_are_the_receivers_own() -> None:
    assert decided(who=receiver("America/New_York"), now_ms=at("2026-11-24 22:00")) == SENT


def test_quiet_hours_are_those_that_the_receiver_has_set() -> None:
    early = receiver(quiet=(19 * 60, 21 * 60))

    assert decided(who=early) == Hold(at("2026-11-24 21:00"), "quiet_hours")
    assert decided(who=receiver(quiet=(0, 0)), now_ms=at("2026-11-24 23:30")) == SENT


def test_a_last_chance_does_not_wait_for_the_end_of_quiet_hours() -> None:
    asked = receiver(quiet=(20 * 60, 22 * 60), kinds={"day.last_chance": True})

    assert decided(nudge("day.last_chance", at("2026-11-24 21:00")), asked) == Drop("quiet_hours")


@pytest.mark.parametrize("kind", ["day.at_risk", "day.last_chance"])
def test_what_is_about_today_is_not_said_once_today_is_over_for_the_receiver(kind: str) -> None:
    """The day may be open for longer to a partner who lives further west."""
    noon_ms = at("2026-11-25 12:00")
    far: dict[str, Any] = {"streak": streak_view(closes_ms=noon_ms)}
    planned = nudge(kind, expires_ms=noon_ms)
    asked = receiver(kinds={"day.last_chance": True}, quiet=(0, 0))

    assert decided(planned, asked, now_ms=at("2026-11-25 02:59"), **far) == SENT
    assert decided(planned, asked, now_ms=at("2026-11-25 03:00"), **far) == Drop("expired")
    early = receiver(kinds={"day.last_chance": True}, quiet=(19 * 60, 8 * 60))
    assert decided(planned, early, **far) == Drop("quiet_hours")
    capped = decided(planned, asked, sent_on("2026-11-24 09:00"), **far)
    assert capped == Drop("one_a_day")


# --- caps -----------------------------------------------------------------------------------------------


def test_a_second_system_nudge_waits_for_the_next_day_and_the_end_of_quiet_hours() -> None:
    found = decided(nudge("lapse.opened"), history=sent_on("2026-11-24 09:00"))

    assert found == Hold(at("2026-11-25 08:00"), "one_a_day")


def test_a_second_system_nudge_that_expires_before_the_next_day_is_dropped() -> None:
    assert decided(history=sent_on("2026-11-24 09:00")) == Drop("one_a_day")


def test_the_day_of_the_cap_is_the_receivers_local_day() -> None:
    assert decided(history=sent_on("2026-11-24 02:59")) == SENT
    assert decided(history=sent_on("2026-11-24 03:00")) == Drop("one_a_day")


THREE = ("2026-11-24 09:00", "2026-11-25 09:00", "2026-11-26 09:00")


def test_a_fourth_system_nudge_of_a_week_waits_for_monday() -> None:
    friday, sunday = at("2026-11-27 19:30"), at("2026-11-29 19:30")

    assert decided(nudge("lapse.opened", friday), history=sent_on(*THREE)) == Drop("three_a_week")
    held = decided(nudge("lapse.opened", sunday), history=sent_on(*THREE), last="2026-11-29")
    assert held == Hold(at("2026-11-30 08:00"), "three_a_week")


def test_last_weeks_nudges_do_not_count() -> None:
    assert decided(history=sent_on("2026-11-20 09:00", "2026-11-21 09:00", "2026-11-22 09:00")) == SENT


def test_who_wants_fewer_has_one_in_two_days() -> None:
    fewer, week = receiver(system="fewer"), nudge("lapse.opened", expires_ms=EVENING_MS + 7 * DAY_MS)

    assert decided(week, fewer, sent_on("2026-11-23 09:00")) == Hold(
        at("2026-11-25 08:00"), "one_in_two_days"
    )
    assert decided(week, fewer, sent_on("2026-11-24 09:00")) == Hold(
        at("2026-11-26 08:00"), "one_in_two_days"
    )
    assert decided(week, fewer, sent_on("2026-11-22 09:00")) == SENT


def test_who_wants_fewer_has_three_in_two_weeks() -> None:
    week = nudge("lapse.opened", expires_ms=EVENING_MS + 20 * DAY_MS)
    history = sent_on("2026-11-17 09:00", "2026-11-19 09:00", "2026-11-21 09:00")

    found = decided(week, receiver(system="fewer"), history)

    assert found == Hold(at("2026-11-30 08:00"), "three_in_two_weeks")
    assert decided(week, history=history) == SENT


def test_what_the_partner_sends_does_not_count_as_the_systems_nor_the_reverse() -> None:
    noon = (at("2026-11-24 12:00"),)

    assert decided(history=History(partner_ms=noon)) == SENT
    assert decided(nudge("appreciation.shared"), history=History(system_ms=noon)) == SENT


@pytest.mark.parametrize(
    ("before_ms", "amount", "pushed"),
    [
        ((EVENING_MS - 4 * HOUR_MS + 1,), "all", False),
        ((EVENING_MS - 4 * HOUR_MS,), "all", True),
        ((EVENING_MS - 9 * HOUR_MS, EVENING_MS - 5 * HOUR_MS), "all", False),
        ((EVENING_MS - DAY_MS, EVENING_MS - 5 * HOUR_MS), "all", True),
        ((EVENING_MS - 9 * HOUR_MS,), "fewer", False),  # one a day
        ((EVENING_MS - DAY_MS,), "fewer", True),
        ((at("2026-11-24 02:50"),), "fewer", True),
    ],
)
def test_of_a_partners_one_in_four_hours_and_two_a_day_go_out_and_the_rest_waits_in_the_inbox(
    before_ms: tuple[int, ...], amount: str, pushed: bool
) -> None:
    history = History(partner_ms=before_ms)

    found = decided(nudge("appreciation.shared"), receiver(partner=amount), history)

    assert found == (SENT if pushed else WAITS)


def test_a_partners_gap_is_eight_hours_for_who_wants_fewer() -> None:
    morning = at("2026-11-24 03:10")
    history = History(partner_ms=(at("2026-11-24 02:50"),))
    no_quiet = receiver(partner="fewer", quiet=(0, 0))

    assert decided(nudge("nudge.asked", morning), no_quiet, history) == WAITS
    later = nudge("nudge.asked", at("2026-11-24 10:50"))
    assert decided(later, no_quiet, history) == SENT


# --- back-off -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("silent", "pause"),
    [(0, 3), (1, 3), (2, 2), (9, 2), (10, 6), (29, 6), (30, 15), (59, 15)],
)
def test_an_unanswered_nudge_puts_off_the_next_by_how_long_its_receiver_has_been_away(
    silent: int, pause: int
) -> None:
    today = ordinal(TODAY)
    answered = backed_off(today, [today - pause], today - silent)
    unanswered = backed_off(today, [today - pause + 1], min(today - silent, today - pause))

    assert answered is None
    assert unanswered is None or unanswered[1] == "back_off"


@given(st.integers(0, 70), st.integers(0, 40))
def test_the_end_of_a_back_off_is_the_first_day_whose_own_pause_has_passed(silent: int, ago: int) -> None:
    today = ordinal(TODAY)
    last, sent = today - silent, today - ago
    found = backed_off(today, [sent], last)

    def free(day: int) -> bool:
        away = day - last
        pause = 3 if away < 2 else 2 if away < 10 else 6 if away < 30 else 15
        return day - sent >= pause

    if last >= sent:
        assert found is None  # they have been here since
    else:
        first = next(day for day in range(today, today + 16) if free(day))
        assert found == (None if first == today else (first, "back_off"))


def test_a_warning_is_dropped_while_the_one_before_is_unanswered() -> None:
    assert decided(history=sent_on("2026-11-23 19:30"), last="2026-11-22") == Drop("back_off")
    assert decided(history=sent_on("2026-11-22 19:30"), last="2026-11-21") == SENT


def test_what_can_wait_is_held_until_the_back_off_has_passed() -> None:
    week = nudge("lapse.opened", expires_ms=EVENING_MS + 7 * DAY_MS)

    found = decided(week, history=sent_on("2026-11-21 19:30"), last="2026-11-10")

    assert found == Hold(at("2026-11-27 08:00"), "back_off")


@pytest.mark.parametrize("last", ["2026-11-23", "2026-11-24"])
def test_a_check_in_since_or_on_the_date_of_the_nudge_is_an_answer(last: str) -> None:
    assert decided(history=sent_on("2026-11-23 19:30"), last=last) == SENT


def test_what_the_partner_sends_is_not_put_off() -> None:
    found = decided(nudge("nudge.asked"), history=sent_on("2026-11-23 19:30"), last="2026-10-01")

    assert found == SENT


@pytest.mark.parametrize("kind", ["invite.taken", "invite.expired"])
def test_an_answer_to_what_one_did_oneself_is_not_put_off(kind: str) -> None:
    assert decided(nudge(kind), history=sent_on("2026-11-23 19:30"), last="2026-11-01") == SENT
    assert decided(nudge(kind), last="2026-01-01") == SENT


def test_before_the_first_check_in_one_counts_from_day_one() -> None:
    assert decided(last=None, history=sent_on("2026-11-23 19:30")) == Drop("back_off")
    assert decided(last=None, history=sent_on("2026-11-18 19:30")) == SENT


# --- silence --------------------------------------------------------------------------------------------

SIXTY_DAYS_AGO = iso(ordinal(TODAY) - 60)


@pytest.mark.parametrize("kind", ["day.at_risk", "lapse.opened", "pact.renewed", "streak.milestone"])
def test_after_sixty_days_the_system_is_silent(kind: str) -> None:
    assert decided(nudge(kind), last=SIXTY_DAYS_AGO) == Drop("silent")
    assert decided(nudge(kind), last=iso(ordinal(TODAY) - 59)) == SENT


def test_the_one_neutral_note_is_said_at_sixty_days_and_to_nobody_who_is_back() -> None:
    note = nudge("member.silent")

    assert decided(note, last=SIXTY_DAYS_AGO, history=sent_on("2026-11-10 09:00")) == SENT
    assert decided(note, last=TODAY) == Drop("no_longer_true")


def test_a_partner_is_still_heard() -> None:
    assert decided(nudge("nudge.asked"), last=SIXTY_DAYS_AGO) == SENT


# --- wishes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", SYSTEM)
def test_who_wants_nothing_of_the_system_gets_nothing_of_it(kind: str) -> None:
    assert decided(nudge(kind), receiver(system="none")) == Drop("switched_off")


@pytest.mark.parametrize("kind", PARTNERS)
def test_a_partner_is_muted_without_the_systems_being_so(kind: str) -> None:
    assert decided(nudge(kind), receiver(partner="none")) == Drop("muted")
    assert decided(nudge(kind), receiver(system="none")) == SENT
    assert decided(who=receiver(partner="none")) == SENT


@pytest.mark.parametrize("kind", [kind for kind, known in KINDS.items() if known.on])
def test_a_single_kind_can_be_switched_off(kind: str) -> None:
    assert decided(nudge(kind), receiver(kinds={kind: False})) == Drop("switched_off")


@pytest.mark.parametrize("kind", ["day.last_chance", "week.summed"])
def test_what_is_off_unless_asked_for_is_sent_to_whoever_asks(kind: str) -> None:
    assert decided(nudge(kind)) == Drop("not_asked_for")
    assert decided(nudge(kind), receiver(kinds={kind: True})) == SENT


# --- truth ----------------------------------------------------------------------------------------------


def holds(planned: NudgePlanned, now_ms: int = EVENING_MS, **couple: Any) -> bool:
    return still_true(planned, receiver(), side(**couple), now_ms)


@pytest.mark.parametrize("kind", ["day.at_risk", "day.last_chance"])
@pytest.mark.parametrize("state", ["kept", "excused", "reserve", "repaired", "not_kept"])
def test_a_day_that_is_not_open_any_more_is_not_at_risk(kind: str, state: str) -> None:
    assert holds(nudge(kind))
    assert not holds(nudge(kind), streak=streak_view(state))


def test_a_day_that_has_closed_is_not_at_risk_though_the_view_still_calls_it_open() -> None:
    assert holds(nudge(), streak=streak_view(closes_ms=EVENING_MS + 1))
    assert not holds(nudge(), streak=streak_view(closes_ms=EVENING_MS))


def test_a_day_that_nobody_has_reached_in_the_view_is_open() -> None:
    assert holds(nudge(date="2026-11-25"))


def test_a_day_that_has_left_the_view_is_past() -> None:
    assert not holds(nudge(date="2026-11-01"))


def test_a_lapse_is_open_until_quality_time_moves_its_threshold_ahead() -> None:
    assert holds(nudge("lapse.opened"), streak=streak_view(lapsed_ms=EVENING_MS))
    assert not holds(nudge("lapse.opened"), streak=streak_view(lapsed_ms=EVENING_MS + 1))


@pytest.mark.parametrize("kind", ["streak.milestone", "couple.returned"])
def test_what_was_reached_is_told_while_the_streak_is_no_shorter(kind: str) -> None:
    """An entry can be undone while the news of it waits for the end of quiet hours."""
    assert holds(nudge(kind, facts={"count": 3.0}))
    assert not holds(nudge(kind, facts={"count": 4.0}))


def test_without_a_streak_nothing_about_it_holds() -> None:
    assert not holds(nudge(), streak=None)
    assert not holds(nudge("lapse.opened"), streak=None)


@pytest.mark.parametrize("kind", ["appreciation.shared", "reflection.shared"])
@pytest.mark.parametrize("gone", [None, entry("sealed"), entry(deleted=True)])
def test_what_was_undone_deleted_or_unshared_is_not_told(kind: str, gone: object) -> None:
    assert holds(nudge(kind, checkin="c1"))
    assert not holds(nudge(kind, checkin="c1"), entry=gone)


def test_what_is_no_longer_true_is_dropped() -> None:
    assert decided(streak=streak_view("kept")) == Drop("no_longer_true")


# --- together, or not -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_in_a_pause_nothing_about_the_couple_is_said(kind: str) -> None:
    asked = receiver(kinds={"day.last_chance": True, "week.summed": True})

    assert decided(nudge(kind), asked, agreement=PAUSED) == Drop("paused")


def test_a_pause_is_one_if_it_covers_the_current_date_of_either() -> None:
    tomorrow = Agreement(pauses=(Pause("p", BO, "2026-11-25", None),))
    ahead = (Member(ANA, spans()), Member(BO, spans("Pacific/Auckland")))
    view = streak_view()
    far = type(view)(**{name: getattr(view, name) for name in view.__struct_fields__} | {"members": ahead})

    assert decided(agreement=tomorrow) == SENT
    assert decided(agreement=tomorrow, streak=far) == Drop("paused")


@pytest.mark.parametrize("stream", [topics.person(ANA), topics.couple("another")])
def test_nothing_holds_in_a_stream_that_the_receiver_is_no_longer_in(stream: str) -> None:
    assert decided(who=receiver(stream=stream)) == Drop("no_longer_true")


@pytest.mark.parametrize("now", ["", topics.person(BO), topics.couple("another")])
def test_nothing_is_passed_on_from_somebody_who_has_left_or_is_erased(now: str) -> None:
    shared = nudge("appreciation.shared", author=BO)

    assert decided(shared, author_stream=COUPLE) == SENT
    assert decided(shared, author_stream=now) == Drop("no_longer_true")


def test_a_receiver_is_read_from_their_view() -> None:
    settled = NudgeSettings(system="fewer")
    view = person_view("Asia/Tokyo", ("hook", "bell"), language="fr", nudges=settled)

    found = receiver_of(ANA, view)

    assert found == Receiver(spans("Asia/Tokyo"), "fr", ("hook", "bell"), COUPLE, settled)
    assert receiver_of(ANA, None) is None
    alone = receiver_of(ANA, person_view(couple=None))
    assert alone is not None
    assert (alone.stream, alone.settings) == (topics.person(ANA), NudgeSettings())


# --- what the caps remember -----------------------------------------------------------------------------


def test_a_system_nudge_counts_though_it_went_to_the_inbox_alone() -> None:
    assert remembered(NOTHING, "day.at_risk", (), EVENING_MS) == History(system_ms=(EVENING_MS,))


@pytest.mark.parametrize("kind", PARTNERS)
def test_a_partners_nudge_counts_only_if_it_left_the_inbox(kind: str) -> None:
    assert remembered(NOTHING, kind, (), EVENING_MS) == NOTHING
    assert remembered(NOTHING, kind, ("hook",), EVENING_MS) == History(partner_ms=(EVENING_MS,))


def test_what_no_cap_counts_any_more_is_forgotten() -> None:
    old = History(system_ms=(EVENING_MS - 30 * DAY_MS, EVENING_MS - 16 * DAY_MS))

    kept = remembered(old, "day.at_risk", (), EVENING_MS)

    assert kept.system_ms == (EVENING_MS - 16 * DAY_MS, EVENING_MS)


# --- for any history ------------------------------------------------------------------------------------

INSTANTS = st.integers(at("2026-11-01 00:00"), EVENING_MS - 1)
HISTORIES = st.builds(History, *[st.lists(INSTANTS, max_size=6).map(lambda sent: tuple(sorted(sent)))] * 2)
SETTINGS = st.builds(
    NudgeSettings,
    st.sampled_from(["all", "fewer", "none"]),
    st.sampled_from(["all", "fewer", "none"]),
    st.tuples(st.integers(0, 1439), st.integers(0, 1439)),
    st.booleans(),
    st.dictionaries(st.sampled_from(list(KINDS)), st.booleans()),
)


@given(st.sampled_from(list(KINDS)), SETTINGS, HISTORIES, st.integers(0, 70))
def test_what_is_held_comes_to_an_end(
    kind: str, settings: NudgeSettings, history: History, away: int
) -> None:
    """However often a nudge is held, each time it is put off further, and at last it is sent or dropped."""
    planned = nudge(kind, expires_ms=EVENING_MS + 30 * DAY_MS)
    who = Receiver(spans(), "en", ("hook",), COUPLE, settings)
    now_ms = EVENING_MS
    for _ in range(20):
        found = decide(planned, who, side(last=iso(ordinal(TODAY) - away)), history, now_ms)
        if not isinstance(found, Hold):
            return
        assert now_ms < found.until_ms < planned.expires_ms
        now_ms = found.until_ms
    pytest.fail("it is held again and again")


@given(
    st.sampled_from(list(KINDS)),
    SETTINGS,
    HISTORIES,
    st.integers(0, 70),
    st.sampled_from(["Europe/Paris", "Pacific/Honolulu", "Pacific/Kiritimati", "Asia/Kathmandu"]),
)
def test_nothing_leaves_in_quiet_hours_or_over_a_cap(
    kind: str, settings: NudgeSettings, history: History, away: int, zone: str
) -> None:
    who = Receiver(spans(zone), "en", ("hook",), COUPLE, settings)
    found = decide(nudge(kind), who, side(last=iso(ordinal(TODAY) - away)), history, EVENING_MS)

    if isinstance(found, Send) and not KINDS[kind].by_partner:
        assert settings.system != "none"
        assert EVENING_MS - max(history.system_ms, default=0) > 3 * HOUR_MS
    if isinstance(found, Send):
        first, last = settings.quiet
        minutes = (EVENING_MS // 60_000 + _offset(zone)) % 1440
        assert not (first <= minutes < last or (first > last and not last <= minutes < first))


def _offset(zone: str) -> int:
    """Minutes east of Greenwich on that evening."""
    hours = {"Europe/Paris": 1, "Pacific/Honolulu": -10, "Pacific/Kiritimati": 14, "Asia/Kathmandu": 5.75}
    return round(hours[zone] * 60)


def test_the_couple_is_seen_from_the_receivers_side_alone() -> None:
    """Nothing of the partner's settings, mute, channels, caps or inbox can be told to the policy at all."""
    assert set(Couple.__dataclass_fields__) == {
        "subject", "streak", "agreement", "last", "author_stream", "entry",
    }  # fmt: skip
