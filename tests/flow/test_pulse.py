"""The pulse: private unless shared, and nobody can tell whether a private one is there."""

from typing import Any

import pytest
from checkin.words.vocabulary import QUESTION_IDS

from shared.events import decode
from tests.flow.partners import READS, Pair, seen_by, told_to
from tests.flow.refusals import pointers, refusal
from tests.flow.world import Somebody, World

ALL_FOUR = {"satisfaction": 4, "conflict": 3, "wellbeing": 5, "resilience": 2}
PATHS = (*READS, "/v1/pulse", "/v1/insights", "/v1/moments", "/v1/prompt")


def tell(somebody: Somebody, *, shared: bool = False, **answers: int) -> Any:
    return somebody.ok("POST", "/v1/pulse", {"answers": answers or ALL_FOUR, "shared": shared})


def next_month(world: World) -> None:
    world.wait(hours=24 * 30)


def partners(somebody: Somebody) -> list[Any]:
    shown: list[Any] = somebody.get("/v1/pulse")["partners"]
    return shown


def test_the_questions_are_asked_in_the_readers_language(couple: str, ana: Somebody, bo: Somebody) -> None:
    bo.ok("PATCH", "/v1/people/me", {"language": "fr"})
    hers, his = ana.get("/v1/pulse"), bo.get("/v1/pulse")

    assert [question["id"] for question in hers["questions"]] == list(QUESTION_IDS)
    assert hers["questions"][2]["text"] == "And you yourself, how have you been?"
    assert his["questions"][2]["text"].startswith("Et toi")
    assert hers["scale"][4] == {"value": 5, "label": "very well"}
    assert hers["month"] == "2026-11"


def test_an_answer_is_shown_with_its_month(ana: Somebody) -> None:
    answer = tell(ana)

    assert answer == {"month": "2026-11", "answers": ALL_FOUR, "shared": False}
    assert ana.get("/v1/pulse")["yours"] == [answer]


def test_the_month_is_that_of_the_persons_own_date(world: World, ana: Somebody) -> None:
    # In Paris the day starts at three in the morning, six and a half days from noon on the 24th.
    world.wait(hours=6.5 * 24 + 2)

    assert tell(ana)["month"] == "2026-11"
    world.wait(hours=2)
    assert tell(ana)["month"] == "2026-12"


def test_answering_again_in_the_month_replaces_and_the_next_month_is_another(
    world: World, ana: Somebody
) -> None:
    tell(ana)
    tell(ana, wellbeing=1)
    next_month(world)
    tell(ana, wellbeing=3)

    pulse = ana.get("/v1/pulse")
    assert [(month["month"], month["answers"]) for month in pulse["yours"]] == [
        ("2026-12", {"wellbeing": 3}),
        ("2026-11", {"wellbeing": 1}),
    ]
    assert pulse["trend"] == {"satisfaction": None, "conflict": None, "wellbeing": 2.0, "resilience": None}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/answers"),
        ({"answers": {}}, "/answers"),
        ({"answers": {"wellbeing": None}}, "/answers"),
        ({"answers": {"wellbeing": 0}}, "/answers/wellbeing"),
        ({"answers": {"wellbeing": 6}}, "/answers/wellbeing"),
        ({"answers": {"wellbeing": 3.5}}, "/answers/wellbeing"),
        ({"answers": {"wellbeing": "3"}}, "/answers/wellbeing"),
        ({"answers": {"wellbeing": True}}, "/answers/wellbeing"),
        ({"answers": {"weather": 3}}, "/answers/weather"),
        ({"answers": ALL_FOUR, "shared": "yes"}, "/shared"),
    ],
)
def test_what_is_no_answer_is_refused_and_changes_nothing(ana: Somebody, body: Any, pointer: str) -> None:
    assert pointers(ana.ask("POST", "/v1/pulse", body)) == [pointer]
    assert ana.get("/v1/pulse")["yours"] == []


# --- what the partner sees


def test_a_shared_month_is_shown_to_the_partner(couple: str, ana: Somebody, bo: Somebody) -> None:
    assert tell(ana, shared=True)["shared"] is True

    assert partners(bo) == [{"month": "2026-11", "answers": ALL_FOUR}]
    assert partners(ana) == []


def test_sharing_may_be_changed_either_way(couple: str, ana: Somebody, bo: Somebody) -> None:
    tell(ana)
    private = partners(bo)
    tell(ana, shared=True)
    shared = partners(bo)
    tell(ana)

    assert (private, len(shared), partners(bo)) == ([], 1, [])


def test_a_private_one_changes_nothing_that_the_partner_can_read(
    couple: str, ana: Somebody, bo: Somebody
) -> None:
    before = seen_by(bo, PATHS)
    tell(ana)

    assert seen_by(bo, PATHS) == before


def test_two_worlds_that_differ_in_private_ones_alone_are_the_same_to_the_partner() -> None:
    def told(*private: int) -> list[Any]:
        pair = Pair()
        seen = []
        for nth in range(4):
            if nth in private:
                tell(pair.ana)
            if nth == 2:
                tell(pair.ana, shared=True)
            next_month(pair.world)
            seen.append(told_to(pair.bo, PATHS))
        return seen

    assert told(0, 1, 3) == told()


def test_what_the_partners_request_reads_holds_no_private_month(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    tell(ana)
    asked: list[str] = []
    views = world.store.views_as_of
    world.store.views_as_of = lambda asks: asked.extend(n for _, _, n in asks) or views(asks)  # type: ignore[func-returns-value,method-assign]
    bo.get("/v1/pulse")

    assert f"pulse-shared/person/{ana.id}" in asked
    assert f"pulse/person/{ana.id}" not in asked


def test_in_a_pause_each_sees_only_their_own(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    tell(ana, shared=True)
    pause = bo.ok("POST", "/v1/pauses", {"from": "2026-11-24"})["id"]
    paused = partners(bo), ana.get("/v1/pulse")["yours"][0]["shared"]
    bo.ask("DELETE", f"/v1/pauses/{pause}")
    world.wait(hours=24)

    assert paused == ([], True)
    assert len(partners(bo)) == 1


def test_after_one_has_left_each_has_their_own_alone(couple: str, ana: Somebody, bo: Somebody) -> None:
    tell(ana, shared=True)
    tell(bo, shared=True)
    word = ana.ok("DELETE", "/v1/couple/members/me")["confirm"]
    ana.ask("DELETE", f"/v1/couple/members/me?confirm={word}")

    assert partners(ana) == partners(bo) == []
    assert [month["shared"] for month in ana.get("/v1/pulse")["yours"]] == [False]
    assert [month["shared"] for month in bo.get("/v1/pulse")["yours"]] == [True]


def test_what_one_answered_alone_is_not_shared_by_pairing(world: World, ana: Somebody, bo: Somebody) -> None:
    refused = ana.ask("POST", "/v1/pulse", {"answers": ALL_FOUR, "shared": True})
    tell(ana)
    world.pair(ana, bo)

    assert refusal(refused) == (409, "nobody_to_share_with")
    assert partners(bo) == []


# --- the log


def test_the_log_holds_no_answer_and_no_length_of_one(world: World, couple: str, ana: Somebody) -> None:
    tell(ana)
    tell(ana, wellbeing=1)

    values = [raw.value or b"" for raw in world.log.records if b"pulse.answered" in (raw.value or b"")]
    assert len({len(decode(value).data.answers) for value in values}) == 1
    assert len(values) == 2
    assert not [value for value in values if b"wellbeing" in value]


def test_what_cannot_be_opened_is_left_out(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    tell(ana, shared=True)
    wish = world.journal()[-1].value or b""
    sealed = decode(wish).data.answers.encode()
    world.plant(wish.replace(sealed, b"x" + sealed[1:]).replace(b'"command":"', b'"command":"other '))

    assert ana.get("/v1/pulse")["yours"] == partners(bo) == []
