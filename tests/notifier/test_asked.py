"""Codes that verify a channel, and tests of it: sent where and when they were asked for, and no nudges."""

from collections.abc import Iterator
from typing import Literal

import pytest
from msgspec.structs import replace
from notifier import asked
from notifier.channels import DeliveryError

from shared import topics
from shared.events import TYPE_NAMES, Event
from shared.events.moments import ChannelAsked
from shared.events.nudges import NudgeDelivered, NudgeDropped, NudgeFailed, NudgeSent
from shared.folding import Record
from shared.views import Bound
from shared.views.person import PersonView
from tests.notifier_shard import SECOND_MS, SHARD, Notifier
from tests.nudge_world import ANA, EVENING_MS, HOUR_MS, MINUTE_MS, at, person_view

Purpose = Literal["code", "test"]
HERS = topics.person(ANA)


@pytest.fixture
def notifier() -> Iterator[Notifier]:
    world = Notifier()
    world.views.people[ANA] = with_code()
    yield world
    assert world.worker.close(5)


def with_code(verified_ms: int | None = None) -> PersonView:
    view = person_view(channels=("hook", "bell"), verified_ms=verified_ms)
    code = Bound("sealed 123456", "added code")
    return replace(view, channels={name: replace(c, code=code) for name, c in view.channels.items()})


def ask(notifier: Notifier, purpose: Purpose = "code", channel: str = "hook", moment_id: str = "m1") -> None:
    data = ChannelAsked(ANA, channel, purpose, notifier.now_ms + HOUR_MS)
    event = Event(moment_id, TYPE_NAMES[ChannelAsked], "attune/streaks", "", HERS, data)
    record = Record(topics.MOMENTS, 0, 0, notifier.now_ms, event)
    change = notifier.rules.fold(HERS, notifier.states.get(HERS), record)
    if change is not None:
        notifier.keep(HERS, change)


def test_a_code_goes_to_its_channel_though_nothing_else_may(notifier: Notifier) -> None:
    ask(notifier)

    assert [type(data) for data in notifier.turn()] == [NudgeSent]
    notifier.settle()
    ((address, message),) = notifier.channel.sent
    assert address == "https://hook.example/"
    assert message.code == "123456"
    assert "123456" in message.body


def test_a_receiver_that_answers_the_code_has_confirmed(notifier: Notifier) -> None:
    ask(notifier)
    notifier.turn()

    (delivered,) = notifier.settle()

    assert isinstance(delivered, NudgeDelivered)
    assert delivered.confirmed
    assert notifier.states[HERS].received[ANA].channels["hook"].confirmed_ms == EVENING_MS


def test_a_receiver_that_answers_something_else_has_not(notifier: Notifier) -> None:
    notifier.channel.silent = True
    ask(notifier)
    notifier.turn()

    (delivered,) = notifier.settle()

    assert not delivered.confirmed
    assert notifier.states[HERS].received[ANA].channels["hook"].confirmed_ms == 0


def test_it_goes_at_once_also_at_night_for_whoever_asked_waits_for_it(notifier: Notifier) -> None:
    notifier.now_ms = at("2026-11-24 23:30")
    ask(notifier)

    notifier.turn()
    notifier.settle()

    assert len(notifier.channel.sent) == 1


def test_no_code_stands_in_the_inbox(notifier: Notifier) -> None:
    ask(notifier)
    notifier.turn()
    notifier.settle()

    views = notifier.rules.show(HERS, notifier.states[HERS], 0)
    assert notifier.states[HERS].received[ANA].inbox == ()
    assert b"123456" not in b"".join(packed or b"" for packed in views.values())


def test_a_test_goes_to_a_verified_channel(notifier: Notifier) -> None:
    notifier.views.people[ANA] = with_code(verified_ms=1)
    ask(notifier, "test", "bell")
    notifier.turn()
    notifier.settle()

    ((address, message),) = notifier.channel.sent
    assert (address, message.code) == ("https://bell.example/", None)


def test_a_test_of_an_unverified_channel_is_not_sent(notifier: Notifier) -> None:
    ask(notifier, "test")

    assert [(type(d), d.rule) for d in notifier.turn()] == [(NudgeDropped, "not_verified")]
    assert notifier.channel.sent == []


@pytest.mark.parametrize(("purpose", "channel"), [("code", "gone"), ("test", "gone")])
def test_a_channel_that_is_not_there_is_sent_nothing(
    notifier: Notifier, purpose: Purpose, channel: str
) -> None:
    ask(notifier, purpose, channel)

    assert [d.rule for d in notifier.turn()] == ["removed"]


def test_a_failed_code_is_tried_again_until_it_is_of_no_use(notifier: Notifier) -> None:
    notifier.channel.answers = [DeliveryError("The receiver answered 500.")] * 9
    ask(notifier)
    told = notifier.turn()
    while notifier.states[HERS].deliveries:
        told += notifier.settle()
        if not notifier.deliveries._taken and notifier.states[HERS].deliveries:
            told += notifier.turn(notifier.due_ms[HERS])

    assert isinstance(told[-1], NudgeFailed)
    assert len(notifier.channel.sent) > 2
    assert notifier.now_ms <= EVENING_MS + HOUR_MS


def test_a_repeated_moment_asks_once(notifier: Notifier) -> None:
    ask(notifier)
    ask(notifier)
    notifier.turn()
    notifier.settle()
    notifier.turn(notifier.now_ms + MINUTE_MS)
    notifier.settle()

    assert len(notifier.channel.sent) == 1


def test_two_secrets_sign_until_the_one_before_has_had_its_day(notifier: Notifier) -> None:
    view = with_code(verified_ms=1)
    hook = replace(
        view.channels["hook"],
        renewed=Bound("sealed whsec_new", "added new"),
        replaced=Bound("sealed whsec_old", "added old"),
        replaced_until_ms=EVENING_MS + SECOND_MS,
    )
    notifier.views.people[ANA] = replace(view, channels={"hook": hook})
    for nth, at_ms in enumerate((EVENING_MS, EVENING_MS + SECOND_MS)):
        notifier.now_ms = at_ms
        ask(notifier, "test", moment_id=f"m{nth}")
        notifier.turn()
        notifier.settle()

    assert notifier.channel.secrets == ["whsec_new whsec_old", "whsec_new"]


@pytest.mark.parametrize("language", ["en", "fr", "fr-CA", "xx"])
@pytest.mark.parametrize("template", [asked.CODE, asked.TEST])
def test_the_words_tell_nothing_but_the_code(template: str, language: str) -> None:
    words = asked.words(template, language, "123456")

    assert all(text and "{" not in text and "!" not in text for text in words)
    assert ("123456" in words.body) == (template == asked.CODE)


def test_the_worker_reads_what_it_needs_in_one_round_trip(notifier: Notifier) -> None:
    ask(notifier)
    notifier.worker.wake(SHARD, dict(notifier.states), notifier.now_ms)

    assert notifier.views.asked == 1
