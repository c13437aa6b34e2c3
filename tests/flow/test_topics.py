"""Topics left out: for both from the next day on, and nobody is shown who left what out."""

from typing import Any

import pytest
from checkin.words.decks import PROMPTS
from checkin.words.vocabulary import ALWAYS_ON, TOPICS

from shared.events import decode
from tests.flow.asking import days_of, pass_days, switch_off
from tests.flow.partners import READS, seen_by
from tests.flow.refusals import refusal
from tests.flow.world import Somebody, World
from tests.people import ANA, BO, CHI, DEE

TOMORROW = "2026-11-25"
EVERYTHING = [topic.id for topic in TOPICS]
BY_ID = {prompt.id: prompt for prompt in PROMPTS}


def test_nothing_is_off_until_it_is_switched_off(ana: Somebody) -> None:
    assert ana.get("/v1/topics") == {"off": [], "in_force_from": None}


def test_what_was_switched_off_is_shown_at_once_with_the_day_from_which_it_holds(
    world: World, couple: str, ana: Somebody
) -> None:
    answer = switch_off(ana, "money", "loss", "money")

    wished = {"off": ["loss", "money"], "in_force_from": TOMORROW}
    assert answer == ana.get("/v1/topics") == wished
    pass_days(world, 1)
    assert ana.get("/v1/topics") == {"off": ["loss", "money"], "in_force_from": None}


def test_from_the_next_day_on_neither_is_asked_about_what_one_switched_off(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    switch_off(ana, *EVERYTHING)
    pass_days(world, 1)

    told = days_of(world, ana, bo, days=50)
    assert {prompt["deck"] for both in told for prompt in both} == {ALWAYS_ON}
    assert all(hers == his for hers, his in told)
    assert len({hers["id"] for hers, _ in told[:25]}) == 25


def test_what_either_switched_off_is_off_for_both(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    switch_off(ana, "science", "body")
    switch_off(bo, "intimacy_4")
    pass_days(world, 1)

    asked = [BY_ID[prompt["id"]] for both in days_of(world, ana, bo, days=60) for prompt in both]
    assert {prompt.deck for prompt in asked} == {"intimacy", "communication", "self_love", "rituals"}
    assert not {"science", "body", "intimacy_4"} & frozenset().union(*(prompt.topics for prompt in asked))


def test_what_is_switched_on_again_comes_again(world: World, couple: str, ana: Somebody) -> None:
    switch_off(ana, "science")
    pass_days(world, 40)
    switch_off(ana)
    pass_days(world, 1)

    decks = {prompt["deck"] for (prompt,) in days_of(world, ana, days=60)}
    assert "science" in decks


def test_a_last_wish_of_the_day_is_the_one_that_counts(world: World, couple: str, ana: Somebody) -> None:
    switch_off(ana, *EVERYTHING)
    switch_off(ana)
    pass_days(world, 1)

    decks = {prompt["deck"] for (prompt,) in days_of(world, ana, days=30)}
    assert decks > {ALWAYS_ON}


def test_what_one_had_switched_off_alone_stays_off_in_the_couple(
    world: World, ana: Somebody, bo: Somebody
) -> None:
    switch_off(ana, *EVERYTHING)
    pass_days(world, 1)
    world.pair(ana, bo)

    assert {prompt["deck"] for (prompt,) in days_of(world, bo, days=30)} == {ALWAYS_ON}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/off"),
        ({"off": "loss"}, "/off"),
        ({"off": ["rituals"]}, "/off/0"),
        ({"off": ["loss", "weather"]}, "/off/1"),
        ({"off": ["loss"] * 14}, "/off"),
        ({"off": [], "on": []}, "/on"),
    ],
)
def test_what_is_no_list_of_topics_is_refused_and_changes_nothing(
    ana: Somebody, body: Any, pointer: str
) -> None:
    answer = ana.ask("PUT", "/v1/topics", body)

    assert refusal(answer) == (422, "invalid")
    assert answer.json["errors"][0]["pointer"] == pointer  # type: ignore[index]
    assert ana.get("/v1/topics")["off"] == []


def test_a_refusal_names_the_topics_that_there_are(ana: Somebody) -> None:
    answer = ana.ask("PUT", "/v1/topics", {"off": ["weather"]})

    assert all(topic in answer.text for topic in EVERYTHING)


# --- what the partner can see of it -------------------------------------------------------------------


def test_nothing_that_the_partner_reads_changes_on_the_day_of_the_switch(
    couple: str, ana: Somebody, bo: Somebody
) -> None:
    paths = (*READS, "/v1/prompt", "/v1/topics")
    before = seen_by(bo, paths)
    switch_off(ana, *EVERYTHING)

    assert seen_by(bo, paths) == before


def test_nothing_that_the_partner_reads_tells_who_switched_a_topic_off() -> None:
    def told_when(who: int) -> list[Any]:
        world = World()
        both = world.register(ANA), world.register(BO)
        world.pair(*both)
        switch_off(both[who], *EVERYTHING)
        switch_off(both[1 - who])
        pass_days(world, 1)
        return days_of(world, *both, days=40)

    assert told_when(0) == told_when(1)


def test_a_switch_never_changes_a_day_that_the_partner_has_reached_or_is_about_to(world: World) -> None:
    chi, dee = world.register(CHI), world.register(DEE)
    world.pair(chi, dee)
    ahead = chi.get("/v1/prompt")

    assert switch_off(dee, *EVERYTHING)["in_force_from"] > ahead["date"]
    assert chi.get("/v1/prompt") == ahead


def test_a_switch_in_the_last_hour_of_a_day_leaves_the_next_day_as_it_is(
    world: World, couple: str, ana: Somebody
) -> None:
    # A day starts at three in the morning: fifteen hours from noon.
    pass_days(world, 14.5 / 24)

    assert switch_off(ana, "loss")["in_force_from"] == "2026-11-26"


def test_the_log_holds_no_topic_and_no_length_of_a_list(world: World, couple: str, ana: Somebody) -> None:
    switch_off(ana, "loss")
    switch_off(ana, *EVERYTHING)
    switch_off(ana)

    values = [raw.value or b"" for raw in world.log.records]
    events = [decode(value) for value in values]
    changes = [event.data for event in events if event.type == "topics.changed"]
    assert len(changes) == 3
    assert len({len(change.off) for change in changes}) == 1
    assert not [value for value in values if b'"loss"' in value]


def test_what_cannot_be_opened_counts_as_everything_off(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    switch_off(ana, "loss")
    wish = next(raw.value for raw in reversed(world.journal()) if b"topics.changed" in (raw.value or b""))
    sealed = decode(wish).data.off.encode()
    assert wish is not None
    world.plant(wish.replace(sealed, b"x" + sealed[1:]).replace(b'"command":"', b'"command":"other '))
    pass_days(world, 1)

    assert ana.get("/v1/topics")["off"] == EVERYTHING
    assert {prompt["deck"] for (prompt,) in days_of(world, bo, days=30)} == {ALWAYS_ON}
