"""Where to find help: for everybody, signed in or not, in their language."""

from typing import Any

import pytest
from checkin.words.helplines import PACKAGED, read

from tests.flow.refusals import pointers
from tests.flow.world import World, body_of

LINES = read(PACKAGED)


def ask(world: World, query: str = "") -> Any:
    return body_of(world.http.get(f"/v1/help{query}"))


def test_a_stranger_is_told_whom_to_call(world: World) -> None:
    answer = ask(world, "?country=FR&language=fr")

    partner = next(line for line in answer["lines"] if line["purpose"] == "partner")
    assert (partner["number"], partner["hours"]) == ("3919", "jour et nuit, tous les jours")
    assert "violences" in partner["about"]
    assert "FR" in answer["countries"]


def test_without_a_language_it_is_english(world: World) -> None:
    assert ask(world, "?country=FR")["lines"][0]["about"] == "police, ambulance, fire"


def test_a_country_may_be_written_small(world: World) -> None:
    small, great = ask(world, "?country=nz"), ask(world, "?country=NZ")

    assert small == great
    assert small["country"] == "NZ"


@pytest.mark.parametrize("query", ["", "?country=XX", "?country=JP"])
def test_for_any_other_country_there_is_what_is_right_everywhere(world: World, query: str) -> None:
    lines = ask(world, query)["lines"]

    assert [line["name"] for line in lines] == [
        "Your local emergency number",
        "Find A Helpline",
        "Find A Helpline",
    ]
    assert lines[1]["address"] == "https://findahelpline.com"


@pytest.mark.parametrize("query", ["", "?country=FR", "?country=GB&language=fr"])
def test_it_always_says_what_attune_is_not_and_what_a_partner_with_the_phone_can_see(
    world: World, query: str
) -> None:
    notices = {notice["id"]: notice["texts"] for notice in ask(world, query)["notices"]}

    assert "no therapy" in notices["no_therapy"]["en"]
    assert "pas une thérapie" in notices["no_therapy"]["fr"]
    assert "holds your unlocked phone" in notices["phone"]["en"]
    assert "téléphone" in notices["phone"]["fr"]


def test_a_sites_own_list_is_shown(world: World) -> None:
    answer: Any = (
        world.again(helplines=LINES.__class__(LINES.elsewhere[:1], {})).get("/v1/help?country=FR").json
    )

    assert (len(answer["lines"]), answer["countries"]) == (1, [])


@pytest.mark.parametrize(
    ("query", "pointer"),
    [("?country=FRA", "/country"), ("?country=1", "/country"), ("?language=de", "/language"), ("?x=1", "/x")],
)
def test_what_is_no_country_or_language_is_refused(world: World, query: str, pointer: str) -> None:
    assert pointers(world.http.get(f"/v1/help{query}")) == [pointer]
