"""The notifier's record as a fold: repeats, order, the inbox, and what is forgotten."""

from collections.abc import Iterable

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from notifier.record import INBOX_SIZE, NotifierRules, Received, State, applied, first_due, nudge_event
from notifier.seen import REMEMBERED

from shared.events import Event
from shared.events.nudges import NudgeDelivered, NudgeDropped, NudgeFailed, NudgeHeld, NudgePlanned, NudgeSent
from shared.events.values import SealedText
from shared.folding import Change, Record
from shared.topics import NUDGES
from shared.views.inbox import ChannelSeen, ChannelsView, InboxView, OutlookView
from tests.nudge_world import (
    ANA,
    BO,
    CLOSE_MS,
    COUPLE,
    DAY_MS,
    EVENING_MS,
    HOUR_MS,
    appreciation,
    at_risk,
    lapse,
    moment,
    nudge,
    nudge_record,
)

LATE: list[str] = []
RULES = NotifierRules(LATE.append)


def fold(records: Iterable[Record], state: State | None = None) -> State:
    for record in records:
        change = RULES.fold(COUPLE, state, record)
        state = state if change is None else change.state
    return State() if state is None else state


def changed(record: Record, state: State | None = None) -> Change[State]:
    change = RULES.fold(COUPLE, state, record)
    assert change is not None
    return change


def after(*outcomes: object) -> State:
    state = State()
    for outcome in outcomes:
        state = applied(state, outcome)
    return state


def sent(channels: tuple[str, ...] = ("hook",), nudge_id: str = "n1", language: str = "en") -> NudgeSent:
    return NudgeSent(nudge_id, ANA, EVENING_MS + 100, language, channels)


def inbox(state: State, person: str = ANA) -> InboxView:
    view = RULES.show(COUPLE, state, 0)[f"inbox/{COUPLE}/{person}"]
    assert view is not None
    return msgspec.msgpack.decode(view, type=InboxView)


# --- planning -------------------------------------------------------------------------------------------


def test_a_moment_is_planned_and_folded_in_one_change() -> None:
    change = changed(moment(at_risk()))

    assert change.state is not None
    assert [n.receiver for n in change.state.pending.values()] == [ANA, BO]
    assert change.due_ms == EVENING_MS
    assert [output.topic for output in change.outputs] == [NUDGES, NUDGES]
    assert [output.event.id for output in change.outputs] == list(change.state.pending)
    assert {output.event.time for output in change.outputs} == {"2026-11-24T18:30:00.000Z"}


def test_what_was_planned_is_ignored_when_it_comes_back() -> None:
    change = changed(moment(at_risk()))

    for output in change.outputs:
        assert RULES.fold(COUPLE, change.state, nudge_record(output.event)) is None


def test_a_moment_that_comes_again_plans_nothing_even_after_it_was_sent() -> None:
    state = changed(moment(at_risk())).state

    assert RULES.fold(COUPLE, state, moment(at_risk())) is None
    assert state is not None
    state = applied(state, NudgeDropped(next(iter(state.pending)), ANA, "expired"))
    assert RULES.fold(COUPLE, state, moment(at_risk())) is None


def test_a_moment_that_comes_after_its_expiry_is_counted_and_not_planned() -> None:
    LATE.clear()

    assert RULES.fold(COUPLE, None, moment(at_risk(), append_ms=CLOSE_MS)) is None
    assert LATE == ["day.at_risk"]


def test_a_moment_that_leads_to_nothing_changes_nothing() -> None:
    LATE.clear()
    record = moment(at_risk())

    ignored = record._replace(event=Event("m", "streak.extended", "s", "", COUPLE, None))

    assert RULES.fold(COUPLE, None, ignored) is None
    assert LATE == []


def test_an_id_is_remembered_until_it_expires() -> None:
    state = fold([moment(at_risk()), moment(lapse(CLOSE_MS), "m2", append_ms=CLOSE_MS)])

    assert set(state.known.values()) == {CLOSE_MS + DAY_MS}


def test_time_alone_changes_nothing() -> None:
    state = fold([moment(at_risk())])

    change = RULES.advance(COUPLE, state, CLOSE_MS + DAY_MS)

    assert (change.state, change.due_ms, list(change.outputs)) == (state, EVENING_MS, [])


# --- outcomes -------------------------------------------------------------------------------------------


def test_a_held_nudge_falls_due_when_it_was_held_until() -> None:
    state = after(nudge(), NudgeHeld("n1", ANA, EVENING_MS + HOUR_MS, "quiet_hours"))

    assert first_due(state, {}) == EVENING_MS + HOUR_MS


def test_an_earlier_hold_that_is_repeated_does_not_take_a_nudge_back() -> None:
    first = NudgeHeld("n1", ANA, EVENING_MS + HOUR_MS, "quiet_hours")
    second = NudgeHeld("n1", ANA, EVENING_MS + 9 * HOUR_MS, "one_a_day")

    assert after(nudge(), first, second, first) == after(nudge(), first, second)


def test_what_is_sent_stands_in_the_inbox_and_is_due_on_the_first_channel() -> None:
    state = after(nudge(), sent(("hook", "bell")))

    assert state.pending == {}
    assert list(state.deliveries) == ["n1/hook"]
    assert first_due(state, {}) == EVENING_MS
    assert state.received[ANA].history.system_ms == (EVENING_MS + 100,)


def test_the_first_outcome_of_a_nudge_stays() -> None:
    state = after(nudge(), sent())

    assert applied(state, NudgeDropped("n1", ANA, "expired")) is state
    assert applied(state, NudgeHeld("n1", ANA, CLOSE_MS, "quiet_hours")) is state
    assert applied(state, sent(("other",))) is state


def test_a_delivery_ends_when_it_arrived_or_failed() -> None:
    state = after(nudge(), sent(("hook", "bell")))

    assert applied(state, NudgeDelivered("n1", "hook", 1)).deliveries == {}
    assert applied(state, NudgeFailed("n1", "hook", 6, "expired")).deliveries == {}


def test_what_failed_goes_on_to_the_channel_that_was_decided_with_the_others_behind_it() -> None:
    state = after(nudge(), sent(("hook", "bell", "post")), NudgeFailed("n1", "hook", 3, "500", next="bell"))

    assert [(d.channel, d.attempts, d.rest) for d in state.deliveries.values()] == [("bell", 0, ("post",))]
    assert first_due(state, {}) == EVENING_MS


def test_what_was_seen_of_a_channel_is_published_for_its_owner() -> None:
    gone = NudgeFailed("n1", "hook", 1, "410", EVENING_MS + 5, gone=True, next="bell")
    state = after(nudge(), sent(("hook", "bell")), gone, NudgeDelivered("n1", "bell", 1, EVENING_MS + 9))

    packed = RULES.show(COUPLE, state, 0)[f"channels/{COUPLE}/{ANA}"]
    assert msgspec.msgpack.decode(packed or b"", type=ChannelsView).channels == {
        "hook": ChannelSeen(failed_ms=EVENING_MS + 5, gone_ms=EVENING_MS + 5, reason="410"),
        "bell": ChannelSeen(delivered_ms=EVENING_MS + 9),
    }


def test_channels_that_were_used_longest_ago_are_forgotten() -> None:
    state = State()
    for i in range(REMEMBERED + 2):
        asked = nudge("channel.asked", nudge=f"n{i}", channel=f"ch{i}")
        delivered = NudgeDelivered(f"n{i}", f"ch{i}", 1, EVENING_MS + i)
        for outcome in (asked, sent((f"ch{i}",), nudge_id=f"n{i}"), delivered):
            state = applied(state, outcome)

    assert list(state.received[ANA].channels) == [f"ch{i}" for i in range(2, REMEMBERED + 2)]


def test_what_was_asked_for_stands_in_no_inbox_and_counts_in_no_cap() -> None:
    state = after(nudge("channel.asked", channel="hook"), sent(("hook",)))

    assert list(state.deliveries) == ["n1/hook"]
    assert state.received[ANA] == Received()


def test_a_delivery_under_way_is_due_again_when_its_lease_ends() -> None:
    state = after(nudge(), sent())
    leased = msgspec.structs.replace(state.deliveries["n1/hook"], lease_ms=CLOSE_MS)

    assert first_due(msgspec.structs.replace(state, deliveries={leased.key: leased}), {}) == CLOSE_MS


def test_outcomes_have_ids_that_follow_from_what_they_say() -> None:
    held = [nudge_event(COUPLE, NudgeHeld("n1", ANA, until, "r"), 0).id for until in (1, 1, 2)]
    arrived = [nudge_event(COUPLE, NudgeDelivered("n1", channel, 1), 0).id for channel in ("hook", "bell")]
    failed = nudge_event(COUPLE, NudgeFailed("n1", "hook", 1, "removed"), 0).id

    assert held[0] == held[1] != held[2]
    assert len({*held, *arrived, failed}) == 5


# --- the inbox ------------------------------------------------------------------------------------------


def test_the_inbox_is_in_the_receivers_language_and_newest_first() -> None:
    state = after(nudge(), sent(language="fr"), nudge("lapse.opened", nudge="n2"), sent(nudge_id="n2"))

    assert [(n.id, n.title) for n in inbox(state).nudges] == [
        ("n2", "Time for a plan?"),
        ("n1", "Un petit rappel"),
    ]
    assert inbox(state).nudges[0].at_ms == EVENING_MS + 100


def test_the_inbox_keeps_the_last_hundred() -> None:
    state = State()
    for i in range(INBOX_SIZE + 5):
        state = applied(state, nudge("appreciation.shared", nudge=f"n{i}"))
        state = applied(state, sent((), nudge_id=f"n{i}"))

    assert [n.id for n in inbox(state).nudges] == [f"n{i}" for i in range(INBOX_SIZE + 4, 4, -1)]


def test_a_member_who_was_sent_nothing_has_no_inbox() -> None:
    views = RULES.show(COUPLE, after(nudge(), nudge(nudge="n2", receiver=BO), sent()), 0)

    assert [name for name in views if name.startswith("inbox/")] == [f"inbox/{COUPLE}/{ANA}"]


def test_the_inbox_says_more_to_those_who_had_asked_for_it_then() -> None:
    told = nudge(facts={"count": 12})
    full = NudgeSent("n1", ANA, EVENING_MS, "en", (), full=True)

    assert inbox(after(told, full)).nudges[0].body.endswith("Your streak stands at 12.")
    assert not inbox(after(told, sent(()))).nudges[0].body.endswith("12.")


def test_what_a_partner_wrote_stands_in_the_inbox_as_it_was_sealed() -> None:
    text = SealedText(BO, "command", "sealed words")
    (found,) = inbox(after(nudge("nudge.asked", text=text, author=BO), sent(()))).nudges

    assert found.text == text
    assert "words" not in found.body


# --- the outlook ----------------------------------------------------------------------------------------


def outlook(state: State, person: str = ANA) -> OutlookView | None:
    view = RULES.show(COUPLE, state, 0)[f"outlook/{COUPLE}/{person}"]
    return None if view is None else msgspec.msgpack.decode(view, type=OutlookView)


def test_the_outlook_has_what_is_still_to_be_decided_for_one_person_and_what_their_caps_count() -> None:
    state = after(nudge(), sent(), nudge("lapse.opened", nudge="n2"), nudge(nudge="n3", receiver=BO))

    assert outlook(state) == OutlookView((nudge("lapse.opened", nudge="n2"),), (EVENING_MS + 100,))
    assert outlook(state, BO) == OutlookView((nudge(nudge="n3", receiver=BO),))


def test_an_outlook_without_anything_is_taken_back() -> None:
    assert outlook(after(nudge(), NudgeDropped("n1", ANA, "expired"))) is None


# --- the words ------------------------------------------------------------------------------------------


def test_the_words_come_in_turn_for_the_couple_whatever_was_sent_or_dropped() -> None:
    state, chosen = State(), []
    for day in range(8):
        at_ms = EVENING_MS + day * DAY_MS
        data = msgspec.structs.replace(at_risk(), expires_ms=CLOSE_MS + day * DAY_MS)
        change = changed(moment(data, f"m{day}", append_ms=at_ms), state)
        assert change.state is not None
        planned = [output.event.data for output in change.outputs]
        chosen.append({one.template for one in planned})
        state = applied(change.state, NudgeDropped(planned[0].nudge, ANA, "muted"))
    names = [f"day.at_risk/{number}" for number in range(1, 5)]

    assert chosen == [{name} for name in names * 2]


def test_a_moment_of_which_one_plan_was_lost_plans_it_in_the_same_words() -> None:
    first, second = (output.event for output in changed(moment(at_risk())).outputs)
    half = fold([nudge_record(first)])

    (again,) = changed(moment(at_risk()), half).outputs[-1:]

    assert again.event == second


# --- the record alone decides ---------------------------------------------------------------------------

OUTCOMES = st.sampled_from(["held", "sent", "dropped"])


def story(nudge_: NudgePlanned, outcomes: list[str]) -> list[Event]:
    """Every event about one nudge, in the order in which they are written."""
    data: list[object] = []
    for n, outcome in enumerate(outcomes):
        match outcome:
            case "held":
                data.append(NudgeHeld(nudge_.nudge, nudge_.receiver, nudge_.due_ms + n * HOUR_MS, "rule"))
            case "sent":
                data.append(NudgeSent(nudge_.nudge, nudge_.receiver, EVENING_MS + n, "en", ("hook", "bell")))
                data.append(NudgeDelivered(nudge_.nudge, "hook", 1))
            case "dropped":
                data.append(NudgeDropped(nudge_.nudge, nudge_.receiver, "rule"))
    return [nudge_event(COUPLE, each, EVENING_MS) for each in data]  # type: ignore[arg-type]


@given(data=st.data())
def test_repeats_and_any_interleaving_with_the_moments_give_the_same_state(data: st.DataObject) -> None:
    moments = [moment(at_risk(), "m1"), moment(lapse(), "m2"), moment(appreciation(), "m3")]
    planned = [output.event for record in moments for output in changed(record).outputs]
    log = list(planned)
    for event in planned:
        log += story(event.data, data.draw(st.lists(OUTCOMES, max_size=4)))
    records = [nudge_record(event) for event in log]
    expected = fold(records)

    for record in data.draw(st.lists(st.sampled_from(records), max_size=8)):
        # A repeat comes after the first, as a publisher that was not sure of its ack appends it.
        first = records.index(record)
        records.insert(data.draw(st.integers(first + 1, len(records))), record)
    for record in [*moments, *moments]:
        records.insert(data.draw(st.integers(0, len(records))), record)

    assert fold(records) == expected


@given(st.integers(0, 12))
def test_a_record_read_in_two_halves_gives_the_same_bytes(cut: int) -> None:
    state = changed(moment(at_risk())).state
    assert state is not None
    planned = list(state.pending.values())
    log = [nudge_event(COUPLE, nudge_, 0) for nudge_ in planned]  # type: ignore[arg-type]
    for nudge_ in planned:
        log += story(nudge_, ["held", "sent"])
    records = [nudge_record(event) for event in log]

    half = msgspec.msgpack.decode(msgspec.msgpack.encode(fold(records[:cut])), type=State)
    whole = fold(records)

    assert msgspec.msgpack.encode(fold(records[cut:], half)) == msgspec.msgpack.encode(whole)
