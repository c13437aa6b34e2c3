"""Several channels: the first in order that works, then the next, and never one that may not be used."""

from collections.abc import Iterator

import pytest
from notifier.channels import DeliveryError
from notifier.delivery import _Endpoint

from shared.events.nudges import NudgeDelivered, NudgeFailed
from shared.views import pack
from shared.views.inbox import ChannelSeen, ChannelsView
from tests.notifier_shard import SECOND_MS, Notifier
from tests.nudge_world import (
    ANA,
    COUPLE,
    EVENING_MS,
    MINUTE_MS,
    appreciation,
    at_risk,
    person_view,
    streak_view,
)

REFUSED = DeliveryError("The receiver answered 413.", permanent=True)
GONE = DeliveryError("The receiver answered 410.", permanent=True, gone=True)
DOWN = DeliveryError("The receiver answered 500.", endpoint_down=True)


@pytest.fixture
def notifier() -> Iterator[Notifier]:
    world = Notifier()
    world.views.people[ANA] = person_view(channels=("hook", "bell", "post"))
    yield world
    assert world.worker.close(5)


def called(notifier: Notifier) -> list[str]:
    """The channels over which something was tried, in order."""
    return [address.removeprefix("https://").partition(".")[0] for address, _ in notifier.channel.sent]


def leave_alone(notifier: Notifier, endpoint: str) -> None:
    """As after five failures in a row."""
    to = notifier.deliveries._endpoints.setdefault(endpoint, _Endpoint())
    for _ in range(5):
        to.breaker.failed(notifier.now_ms)


def play(notifier: Notifier, *answers: DeliveryError) -> list[NudgeDelivered | NudgeFailed]:
    """Let one nudge to Ana meet these answers, then success; how each channel ended."""
    notifier.channel.answers = [*answers]
    if not notifier.states:
        notifier.hear(appreciation())
    told = notifier.turn()
    while notifier.state.deliveries:
        told += notifier.settle()
        if not notifier.deliveries._taken and notifier.state.deliveries:
            told += notifier.turn(notifier.due_ms[COUPLE])
    return [data for data in told if isinstance(data, NudgeDelivered | NudgeFailed)]


def test_one_channel_that_works_is_enough(notifier: Notifier) -> None:
    play(notifier)

    assert called(notifier) == ["hook"]


def test_a_channel_that_refuses_is_followed_by_the_next_under_the_same_id(notifier: Notifier) -> None:
    ended = play(notifier, REFUSED, GONE)

    assert called(notifier) == ["hook", "bell", "post"]
    assert [type(data) for data in ended] == [NudgeFailed, NudgeFailed, NudgeDelivered]
    assert len({message.id for _, message in notifier.channel.sent}) == 1


def test_a_channel_with_another_behind_it_is_tried_three_times(notifier: Notifier) -> None:
    play(notifier, *[DOWN] * 3)

    assert called(notifier) == ["hook", "hook", "hook", "bell"]
    assert notifier.now_ms <= EVENING_MS + MINUTE_MS


def test_the_last_channel_is_tried_as_often_as_a_single_one(notifier: Notifier) -> None:
    notifier.views.people[ANA] = person_view(channels=("hook", "bell"))
    notifier.now_ms = EVENING_MS - 10 * 60 * MINUTE_MS
    ended = play(notifier, REFUSED, *[DeliveryError("The receiver answered 404.")] * 9)

    assert called(notifier) == ["hook", *["bell"] * 6]
    assert [data.next for data in ended if isinstance(data, NudgeFailed)] == ["bell", None]


def test_what_is_no_longer_true_goes_on_to_no_other_channel(notifier: Notifier) -> None:
    notifier.channel.answers = [DOWN] * 2
    notifier.hear(at_risk())
    notifier.turn()
    notifier.settle()
    notifier.views.streak = streak_view("kept")

    ended = notifier.turn(EVENING_MS + MINUTE_MS)

    assert {(data.reason, data.next) for data in ended} == {("no_longer_true", None)}
    assert notifier.state.deliveries == {}


def test_an_endpoint_that_is_left_alone_is_passed_over_at_once(notifier: Notifier) -> None:
    leave_alone(notifier, "https://hook.example/")

    ended = play(notifier)

    assert called(notifier) == ["bell"]
    assert ended[0].attempts == 0


def test_a_single_channel_that_is_left_alone_is_waited_for_and_is_no_backlog(notifier: Notifier) -> None:
    notifier.views.people[ANA] = person_view(channels=("hook",))
    leave_alone(notifier, "https://hook.example/")
    notifier.hear(appreciation())
    notifier.turn()

    assert notifier.due_ms[COUPLE] == EVENING_MS + 30 * SECOND_MS
    assert notifier.worker._backlog._since == {}


# --- which may be used ----------------------------------------------------------------------------------


def test_an_unverified_channel_is_never_used(notifier: Notifier) -> None:
    notifier.views.people[ANA] = person_view(channels=("hook", "bell"), verified_ms=None)

    play(notifier)

    assert called(notifier) == []


def test_a_channel_that_has_answered_its_code_is_verified(notifier: Notifier) -> None:
    notifier.views.people[ANA] = person_view(channels=("hook",), verified_ms=None)
    own = f"channels/person/{ANA}/{ANA}"
    notifier.views.seen[own] = pack(ChannelsView({"hook": ChannelSeen(confirmed_ms=1)}))

    play(notifier)

    assert called(notifier) == ["hook"]


def test_a_channel_that_was_gone_is_not_used_again(notifier: Notifier) -> None:
    play(notifier, GONE)
    notifier.channel.sent.clear()
    notifier.hear(appreciation("c2"), "m2")
    notifier.now_ms += 5 * 60 * MINUTE_MS

    notifier.states[COUPLE] = notifier.state
    notifier.turn(notifier.now_ms - 3 * 60 * MINUTE_MS)
    notifier.settle()

    assert "hook" not in called(notifier)


def test_a_channel_that_was_verified_after_it_was_gone_is_used_again(notifier: Notifier) -> None:
    play(notifier, GONE)
    notifier.channel.sent.clear()
    later_ms = notifier.now_ms + MINUTE_MS
    notifier.views.people[ANA] = person_view(channels=("hook", "bell"), verified_ms=later_ms)
    notifier.hear(at_risk(), "m2")

    notifier.turn(later_ms + 1)
    notifier.settle()

    assert "hook" in called(notifier)


def test_a_channel_that_was_found_gone_in_the_middle_of_a_delivery_is_passed_over(notifier: Notifier) -> None:
    own = f"channels/person/{ANA}/{ANA}"
    notifier.channel.answers = [DOWN]
    notifier.hear(appreciation())
    notifier.turn()
    notifier.settle()
    notifier.views.seen[own] = pack(ChannelsView({"hook": ChannelSeen(gone_ms=notifier.now_ms)}))

    notifier.turn(EVENING_MS + 10 * SECOND_MS)
    notifier.turn()
    notifier.settle()

    assert called(notifier) == ["hook", "bell"]


def test_gone_is_said_only_when_the_delivery_ends_with_it(notifier: Notifier) -> None:
    missing = DeliveryError("The receiver answered 404.", gone=True)
    ended = play(notifier, missing, missing, missing)

    assert [(type(data), getattr(data, "gone", False)) for data in ended] == [
        (NudgeFailed, True),
        (NudgeDelivered, False),
    ]


def test_one_missing_page_among_answers_switches_nothing_off(notifier: Notifier) -> None:
    play(notifier, DeliveryError("The receiver answered 404.", gone=True))

    assert called(notifier) == ["hook", "hook"]
    assert notifier.state.received[ANA].channels["hook"].gone_ms == 0
