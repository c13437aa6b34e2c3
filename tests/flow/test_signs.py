"""A sign to the partner: it arrives, or it does not, and its sender cannot tell."""

from typing import Any

import pytest

from tests.flow.refusals import pointers, refusal
from tests.flow.test_channels import CHANNEL, go_on
from tests.flow.test_leaving import leave
from tests.flow.world import Somebody, World
from tests.people import ANA, BO

TODAY = "2026-11-24"


def inbox(somebody: Somebody) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = somebody.get("/v1/nudges")["nudges"]
    return found


def send(somebody: Somebody, text: str | None = None) -> Any:
    return somebody.ok("POST", "/v1/nudges", {} if text is None else {"text": text})


def test_a_sign_reaches_the_partner_and_says_why(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    assert send(bo) == {"state": "accepted"}
    world.wait(seconds=5)

    (sign,) = inbox(ana)
    assert (sign["kind"], sign["why"], sign["text"]) == ("nudge.asked", "Your partner sent you this.", None)
    assert inbox(bo) == []


def test_words_are_read_by_a_partner_who_asked_for_more(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    send(bo, "  See you at six.  ")
    world.wait(seconds=5)
    unread = inbox(ana)[0]["text"]
    ana.ok("PUT", "/v1/nudge-settings", {"content": True})

    assert unread is None
    assert inbox(ana)[0]["text"] == "See you at six."


def test_words_go_out_over_a_channel_only_to_who_asked_for_more(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    for person in (ana, bo):
        person.ok("POST", "/v1/channels", CHANNEL)
        person.ok("PUT", "/v1/nudge-settings", {"quiet": None})  # it is 06:00 where Bo is
    go_on(world)
    ana.ok("PUT", "/v1/nudge-settings", {"content": True})
    send(bo, "See you at six.")
    send(ana, "And you.")
    go_on(world)

    bodies = [message.body for _, message in world.channel.nudges]
    assert sorted("six" in body for body in bodies) == [False, True]
    assert not any("And you." in body for body in bodies)


def test_words_stand_nowhere_in_the_log(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.ok("PUT", "/v1/nudge-settings", {"content": True})
    send(bo, "See you at six.")
    world.wait(seconds=5)

    assert not any(b"six" in (raw.value or b"") for raw in world.log.records)


@pytest.mark.parametrize(
    ("sign", "pointer"),
    [({"text": ""}, "/text"), ({"text": " "}, "/text"), ({"text": "x" * 501}, "/text"), ({"to": "x"}, "/to")],
)
def test_a_field_that_cannot_be_taken_is_named(
    couple: str, bo: Somebody, sign: dict[str, Any], pointer: str
) -> None:
    assert pointers(bo.ask("POST", "/v1/nudges", sign)) == [pointer]


def test_somebody_alone_has_nobody_to_send_a_sign_to(ana: Somebody) -> None:
    assert refusal(ana.ask("POST", "/v1/nudges", {})) == (409, "not_in_a_couple")


def test_signs_are_not_sent_without_end(couple: str, bo: Somebody) -> None:
    for _ in range(20):
        send(bo)
    answer = bo.ask("POST", "/v1/nudges", {})

    assert refusal(answer) == (429, "too_many_requests")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_second_sign_within_four_hours_waits_in_the_inbox(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.ok("POST", "/v1/channels", CHANNEL)
    go_on(world)
    for _ in range(3):
        send(bo)
    go_on(world)

    assert len(inbox(ana)) == 3
    assert len(world.channel.nudges) == 1


def test_a_repeat_with_its_key_is_one_sign(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    for _ in range(2):
        bo.ok("POST", "/v1/nudges", {}, Idempotency_Key="k")
    world.wait(seconds=5)

    assert len(inbox(ana)) == 1


# --- what the sender can tell: nothing ------------------------------------------------------------------


def answers(world: World, sender: Somebody) -> list[Any]:
    """All that a sender can observe of a sign and of the days after."""
    answer = sender.ask("POST", "/v1/nudges", {"text": "Hello."})
    found: list[Any] = [(answer.status_code, answer.json)]
    for hours in (0.01, 12, 30):
        world.wait(hours=hours)
        found += [sender.ask("GET", path).text for path in ("/v1/nudges", "/v1/nudges/forecast")]
    return found


def paused(bo: Somebody) -> None:
    bo.ok("POST", "/v1/pauses", {"from": TODAY})


def test_in_a_pause_it_is_taken_and_goes_nowhere(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    paused(bo)
    assert send(ana) == send(bo) == {"state": "accepted"}
    world.wait(hours=48)

    assert inbox(ana) == inbox(bo) == []


def test_a_leave_and_a_pause_without_an_end_give_the_same_answers() -> None:
    found = []
    for part in (leave, paused):
        world = World()
        ana, bo = (world.register(person) for person in (ANA, BO))
        world.pair(ana, bo)
        part(bo)
        found.append(answers(world, ana))

    assert found[0] == found[1]


@pytest.mark.parametrize("wish", [{"partner": "none"}, {"partner": "fewer"}, {"quiet": None}])
def test_what_the_receiver_wishes_changes_no_answer(wish: dict[str, Any]) -> None:
    found = []
    for wished in ({}, wish):
        world = World()
        ana, bo = (world.register(person) for person in (ANA, BO))
        world.pair(ana, bo)
        bo.ok("PUT", "/v1/nudge-settings", wished)
        found.append(answers(world, ana))

    assert found[0] == found[1]


# --- other things to be heard of ------------------------------------------------------------------------


def test_a_reflection_reaches_the_partner_at_once(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    bo.check_in("reflection", visibility="shared", note="I heard you.")
    world.wait(seconds=5)

    assert [sign["kind"] for sign in inbox(ana)] == ["reflection.shared"]


def test_an_appreciation_that_is_undone_in_time_is_not_told(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.ok("PUT", "/v1/nudge-settings", {"quiet": {"from": "11:00", "until": "13:00"}})
    entry = bo.check_in("appreciation", note="For the tea.")
    bo.ask("DELETE", f"/v1/check-ins/{entry}?undo=true")
    world.wait(hours=2)

    assert inbox(ana) == []


@pytest.mark.parametrize("kind", ["appreciation", "reflection"])
def test_what_waited_until_its_author_was_ready_is_told_when_it_is_shared(
    world: World, couple: str, ana: Somebody, bo: Somebody, kind: str
) -> None:
    entry = bo.check_in(kind, note="For the tea.", visibility="sealed")
    world.wait(hours=2)
    before = inbox(ana)
    amend(bo, entry, note="For the tea, and all.")
    amend(bo, entry, visibility="shared")
    world.wait(seconds=5)

    assert before == []
    assert [sign["kind"] for sign in inbox(ana)] == [f"{kind}.shared"]


@pytest.mark.parametrize("hours", [1, 60])
@pytest.mark.parametrize("at_first", ["shared", "sealed"])
def test_what_is_sealed_and_shared_again_is_told_once(
    world: World, couple: str, ana: Somebody, bo: Somebody, at_first: str, hours: int
) -> None:
    entry = bo.check_in("appreciation", note="For the tea.", visibility=at_first)
    for visibility in ("shared", "sealed", "shared", "sealed", "shared"):
        amend(bo, entry, visibility=visibility)
        world.wait(hours=hours)

    assert [sign["kind"] for sign in inbox(ana)].count("appreciation.shared") == 1


def test_a_feeling_that_is_shared_later_is_no_nudge(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    entry = bo.check_in(visibility="sealed")
    amend(bo, entry, visibility="shared")
    world.wait(seconds=5)

    assert inbox(ana) == []


def test_what_is_shared_and_sealed_again_before_it_is_told_is_not_told(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.ok("PUT", "/v1/nudge-settings", {"quiet": {"from": "11:00", "until": "13:00"}})
    entry = bo.check_in("appreciation", visibility="sealed")
    for visibility in ("shared", "sealed"):
        amend(bo, entry, visibility=visibility)
    world.wait(hours=2)

    assert inbox(ana) == []


def amend(somebody: Somebody, entry: str, **what: str) -> None:
    somebody.ok("PATCH", f"/v1/check-ins/{entry}", what)


def test_an_invite_that_was_accepted_is_told_to_whoever_made_it(
    world: World, ana: Somebody, bo: Somebody
) -> None:
    code = ana.ok("POST", "/v1/invites", {})["code"]
    bo.ok("POST", f"/v1/invites/{code}/accept", {})
    world.wait(seconds=5)

    assert [nudge["kind"] for nudge in inbox(ana)] == ["invite.taken"]
    assert inbox(bo) == []


def test_an_invite_that_ran_out_is_told_and_one_that_led_to_a_couple_is_not(
    world: World, ana: Somebody, bo: Somebody, eve: Somebody
) -> None:
    world.pair(ana, bo)
    eve.ok("POST", "/v1/invites", {})
    world.wait(hours=80)

    assert "invite.expired" in [nudge["kind"] for nudge in inbox(eve)]
    assert "invite.expired" not in [nudge["kind"] for nudge in inbox(ana)]


def test_a_made_up_invite_of_a_stranger_reaches_nobody(world: World, ana: Somebody, eve: Somebody) -> None:
    eve.ask("POST", f"/v1/invites/{ana.id}.{'A' * 43}/accept", {})
    world.wait(hours=1)

    assert inbox(ana) == []
