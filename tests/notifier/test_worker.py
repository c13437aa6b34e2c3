"""What the worker decides by the wall clock, from a state and from views that may lag behind."""

from collections.abc import Iterator

import msgspec
import pytest
from notifier.channels import DeliveryError, Message
from notifier.record import State, applied

from shared.events.moments import NudgeAsked
from shared.events.nudges import NudgeDelivered, NudgeDropped, NudgeFailed, NudgeHeld, NudgeSent
from shared.events.values import SealedText
from shared.links import Tap
from shared.pact import Agreement, Pause
from shared.views.person import NudgeSettings
from tests.notifier_shard import LINKS, SECOND_MS, SHARD, Notifier
from tests.nudge_world import (
    ANA,
    BO,
    CLOSE_MS,
    COUPLE,
    EVENING_MS,
    HOUR_MS,
    MINUTE_MS,
    TODAY,
    appreciation,
    at,
    at_risk,
    lapse,
    nudge,
    person_view,
    streak_view,
)


@pytest.fixture
def notifier() -> Iterator[Notifier]:
    world = Notifier()
    yield world
    assert world.worker.close(5)


def only_ana(notifier: Notifier) -> None:
    """A nudge to Ana alone."""
    notifier.hear(appreciation())


def test_what_is_about_today_is_of_use_until_today_ends_for_its_receiver(notifier: Notifier) -> None:
    """A push service keeps it no longer than that for a phone that is asleep."""
    noon_ms = at("2026-11-25 12:00")
    notifier.views.streak = streak_view(closes_ms=noon_ms)
    notifier.hear(at_risk(expires_ms=noon_ms))
    notifier.turn()
    notifier.settle()

    assert {message.expires_ms for _, message in notifier.channel.nudges} == {at("2026-11-25 03:00")}


# --- deciding -------------------------------------------------------------------------------------------


def test_a_moment_reaches_both_inboxes_and_both_webhooks(notifier: Notifier) -> None:
    notifier.hear(at_risk())

    sent = notifier.turn()
    delivered = notifier.settle()

    assert {(type(data), data.receiver) for data in sent} == {(NudgeSent, ANA), (NudgeSent, BO)}
    assert [type(data) for data in delivered] == [NudgeDelivered, NudgeDelivered]
    assert {message.id for _, message in notifier.channel.sent} == {data.nudge for data in sent}
    assert notifier.due_ms[COUPLE] is None


def test_nothing_is_sent_before_the_decision_is_stored(notifier: Notifier) -> None:
    notifier.hear(at_risk())

    notifier.wake()

    assert notifier.channel.sent == []


def test_a_decision_that_was_not_stored_is_forgotten_with_its_places(notifier: Notifier) -> None:
    notifier.hear(at_risk())
    notifier.wake()

    notifier.worker.abandoned(SHARD)
    notifier.worker.committed(SHARD, {})

    assert notifier.channel.sent == []
    assert notifier.deliveries._taken == 0


def test_each_member_has_their_own_quiet_hours(notifier: Notifier) -> None:
    notifier.views.people[BO] = person_view("Asia/Tokyo")
    notifier.hear(lapse())

    decided = {data.receiver: data for data in notifier.turn()}

    assert isinstance(decided[ANA], NudgeSent)
    assert decided[BO] == NudgeHeld(
        decided[BO].nudge, BO, at("2026-11-25 08:00", "Asia/Tokyo"), "quiet_hours"
    )


def test_a_held_nudge_goes_out_when_quiet_hours_have_ended(notifier: Notifier) -> None:
    notifier.now_ms = at("2026-11-24 22:00")
    notifier.hear(appreciation(expires_ms=at("2026-11-25 22:00")))
    notifier.turn()

    assert notifier.due_ms[COUPLE] == at("2026-11-25 08:00")
    assert [type(data) for data in notifier.turn(at("2026-11-25 08:00"))] == [NudgeSent]


def test_a_day_that_was_kept_meanwhile_is_not_mentioned(notifier: Notifier) -> None:
    notifier.hear(at_risk())
    notifier.views.streak = streak_view("kept")

    assert {(type(data), data.rule) for data in notifier.turn()} == {(NudgeDropped, "no_longer_true")}
    assert notifier.settle() == []
    assert notifier.channel.sent == []


def test_the_second_appreciation_in_four_hours_waits_in_the_inbox(notifier: Notifier) -> None:
    notifier.hear(appreciation("c1"), "m1")
    notifier.hear(appreciation("c2"), "m2")

    assert [data.channels for data in notifier.turn()] == [("hook",), ()]


def test_no_view_is_read_when_nothing_is_due(notifier: Notifier) -> None:
    notifier.states[COUPLE] = applied(State(), nudge(due_ms=EVENING_MS + 1))

    assert notifier.turn() == []
    assert notifier.views.asked == 0


# --- words and links ------------------------------------------------------------------------------------

TEXT = SealedText(BO, "added words", "sealed See you at six.")


def asked(notifier: Notifier) -> Message:
    """What Ana's webhook receives of Bo's sign."""
    notifier.hear(NudgeAsked(BO, ANA, EVENING_MS + HOUR_MS, TEXT))
    notifier.turn()
    notifier.settle()
    ((_, message),) = notifier.channel.sent
    return message


def test_what_the_partner_wrote_is_read_by_whoever_asked_for_more(notifier: Notifier) -> None:
    notifier.views.people[ANA] = person_view(nudges=NudgeSettings(content=True))

    assert asked(notifier).body.endswith("“See you at six.”")


def test_what_the_partner_wrote_is_not_read_by_default(notifier: Notifier) -> None:
    assert "six" not in asked(notifier).body


def test_what_cannot_be_opened_any_more_is_left_out(notifier: Notifier) -> None:
    notifier.views.people[ANA] = person_view(nudges=NudgeSettings(content=True))
    notifier.views.people[BO] = person_view(key=None)

    assert "six" not in asked(notifier).body


@pytest.mark.parametrize(
    ("data", "of"),
    [(appreciation(), "partner"), (msgspec.structs.replace(at_risk(), members=(ANA,)), "system")],
)
def test_every_nudge_has_links_for_fewer_and_for_none_of_its_kind(
    notifier: Notifier, data: msgspec.Struct, of: str
) -> None:
    notifier.hear(data)
    notifier.turn()
    notifier.settle()
    _, message = notifier.channel.sent[0]

    for url, wish in ((message.fewer, "fewer"), (message.stop, "stop")):
        assert url is not None
        place, _, signed = url.rpartition("/n/")
        assert place == "https://attune.example"
        assert LINKS.read(signed, EVENING_MS) == Tap(ANA, wish, of, "en")  # type: ignore[arg-type]
        assert ANA not in url


# --- together, or not -----------------------------------------------------------------------------------


def test_in_a_pause_nothing_is_sent_and_the_record_says_why(notifier: Notifier) -> None:
    notifier.views.agreement = Agreement(pauses=(Pause("p", BO, TODAY, None),))
    notifier.hear(at_risk())
    notifier.hear(appreciation(), "m2")

    assert {(type(data), data.rule) for data in notifier.turn()} == {(NudgeDropped, "paused")}


def test_nothing_more_leaves_of_somebody_who_has_gone_meanwhile(notifier: Notifier) -> None:
    notifier.channel.answers = [DeliveryError("The receiver answered 500.")]
    only_ana(notifier)
    notifier.turn()
    notifier.settle()
    notifier.views.people[BO] = person_view(couple=None)

    given_up = notifier.turn(EVENING_MS + 10 * SECOND_MS)

    assert [(type(data), data.reason) for data in given_up] == [(NudgeFailed, "no_longer_true")]


def test_what_is_switched_off_by_a_tap_is_not_tried_again(notifier: Notifier) -> None:
    notifier.channel.answers = [DeliveryError("The receiver answered 500.")]
    only_ana(notifier)
    notifier.turn()
    notifier.settle()
    notifier.views.people[ANA] = person_view(nudges=NudgeSettings(partner="none"))

    assert [data.reason for data in notifier.turn(EVENING_MS + 10 * SECOND_MS)] == ["muted"]


# --- views that lag behind ------------------------------------------------------------------------------


@pytest.mark.parametrize("caught_up_ms", [None, EVENING_MS - 1, EVENING_MS])
def test_a_send_waits_until_its_views_are_caught_up_past_the_instant_it_fell_due(
    notifier: Notifier, caught_up_ms: int | None
) -> None:
    notifier.hear(at_risk())
    notifier.views.caught_up_ms = caught_up_ms

    assert notifier.turn(EVENING_MS + 10) == []
    assert notifier.due_ms[COUPLE] == EVENING_MS + 10 + 200

    notifier.views.caught_up_ms = EVENING_MS + 1
    assert [type(data) for data in notifier.turn(EVENING_MS + 300)] == [NudgeSent, NudgeSent]


def test_a_send_that_waits_holds_back_no_other(notifier: Notifier) -> None:
    other = "couple/other"
    notifier.states[COUPLE] = applied(State(), nudge("appreciation.shared"))
    early = nudge("appreciation.shared", EVENING_MS - MINUTE_MS, receiver=BO)
    notifier.states[other] = applied(State(), early)
    notifier.views.people[BO] = person_view(couple="other")
    notifier.views.caught_up_ms = EVENING_MS

    assert [data.receiver for data in notifier.turn()] == [BO]


def test_what_expires_while_it_waits_is_dropped_without_a_view(notifier: Notifier) -> None:
    notifier.hear(at_risk())
    notifier.views.caught_up_ms = None
    notifier.turn()

    assert {data.rule for data in notifier.turn(CLOSE_MS)} == {"expired"}


def test_a_retry_waits_for_views_that_are_later_than_itself(notifier: Notifier) -> None:
    notifier.channel.answers = [DeliveryError("The receiver answered 500.")]
    only_ana(notifier)
    notifier.turn()
    notifier.views.caught_up_ms = EVENING_MS + 1
    notifier.settle()

    notifier.turn(EVENING_MS + 10 * SECOND_MS)

    assert notifier.settle() == []
    assert len(notifier.channel.sent) == 1
