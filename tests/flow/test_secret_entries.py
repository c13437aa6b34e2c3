"""Secret entries: the partner cannot tell that there are any, now or later."""

from collections.abc import Callable
from typing import Any

from tests.flow.partners import Pair, seen_by, told_to
from tests.flow.world import Somebody, World


def enter_secretly(somebody: Somebody) -> None:
    for kind in ("feeling", "quality_time", "appreciation"):
        somebody.check_in(kind, visibility="secret", note="Mine.", busy=3)


def test_they_change_nothing_that_the_partner_can_read(couple: str, ana: Somebody, bo: Somebody) -> None:
    bo.check_in()
    before = seen_by(bo)
    enter_secretly(ana)

    assert seen_by(bo) == before


def test_two_worlds_that_differ_in_them_alone_are_the_same_to_the_partner() -> None:
    def told(entered: Callable[[Somebody], None]) -> list[Any]:
        pair = Pair()
        days = []
        for _ in range(12):
            pair.bo.check_in(visibility="shared")
            entered(pair.ana)
            pair.world.wait(hours=24)
            days.append(told_to(pair.bo))
        return days

    assert told(enter_secretly) == told(lambda _: None)


def test_they_keep_no_day_even_for_their_author(couple: str, ana: Somebody, bo: Somebody) -> None:
    bo.check_in()
    enter_secretly(ana)

    streak = ana.get("/v1/streak")
    assert (streak["count"], streak["today"]["you"]) == (0, False)


def test_they_are_in_their_authors_own_list(couple: str, ana: Somebody) -> None:
    enter_secretly(ana)

    assert [entry["visibility"] for entry in ana.get("/v1/check-ins")["check_ins"]] == ["secret"] * 3


def test_they_are_not_found_by_any_form_of_their_id(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    entry = ana.check_in(visibility="secret")

    for presented in (entry, world.front.masks.mask(entry), world.front.masks.unmask(entry)):
        assert bo.ask("GET", f"/v1/check-ins/{presented}").status_code == 404


def test_they_are_written_to_no_stream_that_the_couple_shares(
    world: World, couple: str, ana: Somebody
) -> None:
    before = len(world.log.records)
    enter_secretly(ana)

    assert {raw.key for raw in world.log.records[before:]} == {f"person/{ana.id}".encode()}


def test_somebody_alone_keeps_no_day_with_them(ana: Somebody) -> None:
    enter_secretly(ana)

    assert ana.get("/v1/streak")["count"] == 0


def test_they_stay_secret_when_their_author_pairs(world: World, ana: Somebody, bo: Somebody) -> None:
    enter_secretly(ana)
    world.pair(ana, bo)

    assert bo.get("/v1/check-ins")["check_ins"] == []
    assert len(ana.get("/v1/check-ins")["check_ins"]) == 3
