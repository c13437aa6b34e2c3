"""The prompt of the day: the same for both on one couple-day, and none again before its turn."""

import pytest
from checkin.words.decks import PROMPTS

from tests.flow.asking import days_of, pass_days
from tests.flow.world import Somebody, World
from tests.people import ANA, BO, CHI, DEE, Person

TODAY, TOMORROW = "2026-11-24", "2026-11-25"
BY_ID = {prompt.id: prompt for prompt in PROMPTS}


def test_both_are_asked_the_same_on_one_couple_day(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    for hers, his in days_of(world, ana, bo, days=10):
        assert hers == his


def test_each_reads_the_prompt_in_their_own_language(couple: str, ana: Somebody, bo: Somebody) -> None:
    bo.ok("PATCH", "/v1/people/me", {"language": "fr"})
    hers, his = ana.get("/v1/prompt"), bo.get("/v1/prompt")

    texts = BY_ID[hers["id"]].texts
    assert (hers["text"], his["text"]) == (texts["en"], texts["fr"])
    assert hers | {"text": ""} == his | {"text": ""} == {**hers, "date": TODAY, "text": ""}


def test_the_prompt_stays_for_the_whole_day_and_the_next_day_has_another(
    world: World, couple: str, ana: Somebody
) -> None:
    noon = ana.get("/v1/prompt")
    pass_days(world, 0.5)
    midnight = ana.get("/v1/prompt")
    pass_days(world, 0.5)

    assert noon == midnight
    assert ana.get("/v1/prompt")["date"] == TOMORROW
    assert ana.get("/v1/prompt")["id"] != noon["id"]


def test_every_prompt_comes_before_any_comes_again(world: World, couple: str, ana: Somebody) -> None:
    round_of_all = [prompt["id"] for (prompt,) in days_of(world, ana, days=len(PROMPTS))]

    assert set(round_of_all) == set(BY_ID)


def test_with_dates_apart_each_is_asked_what_belongs_to_their_own_date(world: World) -> None:
    chi, dee = world.register(CHI), world.register(DEE)
    world.pair(chi, dee)
    pass_days(world, 3)
    ahead = chi.get("/v1/prompt")
    behind = dee.get("/v1/prompt")
    pass_days(world, 1)

    assert behind["date"] < ahead["date"]
    assert dee.get("/v1/prompt") == ahead != behind


def test_whose_date_is_still_before_day_one_is_asked_the_prompt_of_day_one(world: World) -> None:
    chi, dee = world.register(CHI), world.register(DEE)
    world.pair(chi, dee)

    assert dee.get("/v1/prompt") == chi.get("/v1/prompt")
    assert dee.get("/v1/prompt")["date"] == dee.get("/v1/couple")["day_one"]


@pytest.mark.parametrize("person", [ANA, BO, CHI, DEE], ids=lambda person: person.name)
def test_a_person_alone_is_asked_too(world: World, person: Person) -> None:
    alone = world.register(person)
    asked = {prompt["id"] for (prompt,) in days_of(world, alone, days=2 * len(PROMPTS))}

    assert asked == set(BY_ID)


def test_a_couple_has_an_order_that_its_members_did_not_have_alone(
    world: World, ana: Somebody, bo: Somebody
) -> None:
    alone = ana.get("/v1/prompt")
    couple = world.pair(ana, bo)

    assert ana.get("/v1/prompt")["id"] != alone["id"], couple
