"""Attempts at delivery: leased, made, made again, given up, and never where they may not leave."""

from collections.abc import Iterator

import msgspec
import pytest
from msgspec.structs import replace
from notifier.channels import DeliveryError
from notifier.delivery import QUEUE, QUEUE_PER_ENDPOINT
from notifier.record import State

from shared.events.nudges import NudgeDelivered, NudgeFailed, NudgeSent
from tests.notifier_shard import SECOND_MS, Notifier
from tests.nudge_world import (
    ANA,
    COUPLE,
    DAY_MS,
    EVENING_MS,
    MINUTE_MS,
    appreciation,
    at,
    at_risk,
    nudge_record,
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


# --- attempts -------------------------------------------------------------------------------------------


def test_a_failed_attempt_is_made_again_later_under_the_same_id(notifier: Notifier) -> None:
    notifier.channel.answers = [DeliveryError("The receiver answered 500.", endpoint_down=True)]
    only_ana(notifier)
    (sent,) = notifier.turn()

    assert notifier.settle() == []
    due_ms = notifier.due_ms[COUPLE]
    assert due_ms is not None
    assert 0 < due_ms - EVENING_MS <= 5 * SECOND_MS

    notifier.turn(due_ms)
    assert notifier.settle() == [NudgeDelivered(sent.nudge, "hook", 2, due_ms)]
    assert [message.id for _, message in notifier.channel.sent] == [sent.nudge] * 2
    assert notifier.channel.sent[0] == notifier.channel.sent[1]


def test_six_failed_attempts_are_the_end(notifier: Notifier) -> None:
    notifier.channel.answers = [DeliveryError("The receiver answered 404.")] * 9
    notifier.now_ms = at("2026-11-24 09:00")
    only_ana(notifier)
    (sent,) = notifier.turn()
    last = notifier.settle()
    while not last:
        notifier.turn(notifier.due_ms[COUPLE])
        last = notifier.settle()

    assert last == [NudgeFailed(sent.nudge, "hook", 6, "The receiver answered 404.", notifier.now_ms)]
    assert len(notifier.channel.sent) == 6
    assert notifier.now_ms < at("2026-11-24 12:30")


def test_a_permanent_failure_ends_at_once(notifier: Notifier) -> None:
    notifier.channel.answers = [DeliveryError("The receiver answered 410.", permanent=True)]
    only_ana(notifier)
    (sent,) = notifier.turn()

    assert notifier.settle() == [NudgeFailed(sent.nudge, "hook", 1, "The receiver answered 410.", EVENING_MS)]


def test_a_wish_for_patience_is_honoured(notifier: Notifier) -> None:
    notifier.channel.answers = [DeliveryError("The receiver answered 429.", retry_after_s=9)]
    only_ana(notifier)
    notifier.turn()
    notifier.settle()

    assert notifier.due_ms[COUPLE] == EVENING_MS + 9 * SECOND_MS


def test_an_attempt_that_would_come_after_the_expiry_is_not_planned(notifier: Notifier) -> None:
    notifier.channel.answers = [DeliveryError("The receiver answered 429.", retry_after_s=60)]
    notifier.hear(appreciation(expires_ms=EVENING_MS + 31 * SECOND_MS))
    notifier.turn()

    ended = notifier.settle(EVENING_MS + 1 * SECOND_MS)

    assert [type(data) for data in ended] == [NudgeFailed]


def test_nothing_is_attempted_in_quiet_hours(notifier: Notifier) -> None:
    notifier.now_ms = at("2026-11-24 21:29")
    notifier.channel.answers = [DeliveryError("The receiver answered 500.")]
    notifier.hear(appreciation(expires_ms=at("2026-11-25 21:00")))
    notifier.turn()
    notifier.settle(at("2026-11-24 21:29:58"))

    notifier.turn(at("2026-11-24 21:30:10"))

    assert notifier.due_ms[COUPLE] == at("2026-11-25 08:00")
    assert len(notifier.channel.sent) == 1
    notifier.turn(at("2026-11-25 08:00"))
    assert [type(data) for data in notifier.settle()] == [NudgeDelivered]


def test_a_retry_is_not_made_when_the_day_was_kept_meanwhile(notifier: Notifier) -> None:
    notifier.channel.answers = [DeliveryError("The receiver answered 500.")] * 2
    notifier.hear(at_risk())
    notifier.turn()
    notifier.settle()
    notifier.views.streak = streak_view("kept")

    assert {data.reason for data in notifier.turn(EVENING_MS + MINUTE_MS)} == {"no_longer_true"}
    assert len(notifier.channel.sent) == 2


def test_a_channel_that_was_removed_meanwhile_gets_nothing_more(notifier: Notifier) -> None:
    notifier.channel.answers = [DeliveryError("The receiver answered 500.")]
    only_ana(notifier)
    notifier.turn()
    notifier.settle()
    notifier.views.people[ANA] = person_view(channels=())

    assert [data.reason for data in notifier.turn(EVENING_MS + MINUTE_MS)] == ["removed"]


def test_a_channel_that_cannot_be_unsealed_ends_at_once(notifier: Notifier) -> None:
    notifier.views.people[ANA] = person_view(key=b"another")
    only_ana(notifier)

    assert [type(data) for data in notifier.turn()] == [NudgeSent, NudgeFailed]


def test_a_secret_that_cannot_be_unsealed_ends_it_and_gives_the_place_back(notifier: Notifier) -> None:
    person = person_view()
    person.channels["hook"] = replace(person.channels["hook"], secret="spoilt")
    notifier.views.people[ANA] = person
    only_ana(notifier)

    assert [type(data) for data in notifier.turn()] == [NudgeSent, NudgeFailed]
    assert notifier.deliveries.room == QUEUE


def test_a_key_that_has_not_been_read_yet_is_waited_for(notifier: Notifier) -> None:
    notifier.views.people[ANA] = person_view(key=None)
    only_ana(notifier)
    notifier.turn()
    notifier.views.people[ANA] = person_view()

    notifier.turn(EVENING_MS + 10 * SECOND_MS)

    assert [type(data) for data in notifier.settle()] == [NudgeDelivered]


# --- leases ---------------------------------------------------------------------------------------------


def test_an_attempt_under_way_is_not_made_a_second_time(notifier: Notifier) -> None:
    notifier.channel.go_on.clear()
    only_ana(notifier)
    notifier.turn()

    for change in notifier.wake().values():
        assert list(change.outputs) == []
    notifier.channel.go_on.set()
    assert notifier.settle() != []
    assert len(notifier.channel.sent) == 1


def test_after_a_crash_the_attempt_is_made_again_when_its_lease_has_run_out(notifier: Notifier) -> None:
    only_ana(notifier)
    (sent,) = notifier.turn()
    after_crash = Notifier()
    after_crash.states, after_crash.due_ms = notifier.states, notifier.due_ms

    assert after_crash.turn(EVENING_MS + 29 * SECOND_MS) == []
    assert after_crash.due_ms[COUPLE] == EVENING_MS + 30 * SECOND_MS
    after_crash.turn(EVENING_MS + 30 * SECOND_MS)
    after_crash.settle()
    after_crash.worker.close(5)

    assert [message.id for _, message in after_crash.channel.sent] == [sent.nudge]


def test_a_failure_that_is_heard_after_the_lease_was_taken_anew_is_ignored(notifier: Notifier) -> None:
    notifier.channel.answers = [DeliveryError("The receiver answered 410.", permanent=True)]
    only_ana(notifier)
    notifier.turn()
    (delivery,) = notifier.state.deliveries.values()
    retaken = msgspec.structs.replace(delivery, attempts=2, lease_ms=EVENING_MS + DAY_MS)
    notifier.states[COUPLE] = msgspec.structs.replace(notifier.state, deliveries={delivery.key: retaken})

    assert notifier.settle() == []


def test_after_a_rebuild_from_its_record_what_has_no_outcome_goes_out_again(notifier: Notifier) -> None:
    only_ana(notifier)
    (sent,) = notifier.turn()
    rebuilt = Notifier()
    state: State | None = None
    for event in notifier.record:
        change = rebuilt.rules.fold(COUPLE, state, nudge_record(event))
        if change is not None:
            state = change.state
            rebuilt.keep(COUPLE, change)

    assert rebuilt.turn(EVENING_MS + MINUTE_MS) == []
    rebuilt.settle()
    rebuilt.worker.close(5)

    assert [message.id for _, message in rebuilt.channel.sent] == [sent.nudge]


def test_an_attempt_waits_for_a_place_at_its_endpoint(notifier: Notifier) -> None:
    hook = "https://hook.example/"
    while notifier.deliveries.reserve(hook) == 0:
        pass
    only_ana(notifier)

    assert [type(data) for data in notifier.turn()] == [NudgeSent]
    assert notifier.due_ms[COUPLE] == EVENING_MS + 500
    assert notifier.channel.sent == []

    for _ in range(QUEUE_PER_ENDPOINT):
        notifier.deliveries.release(hook)
    notifier.turn(EVENING_MS + 500)
    assert [type(data) for data in notifier.settle()] == [NudgeDelivered]
