"""The couple's own practices: kinds of check-in in their own words, which only the two can read."""

from typing import Any

import pytest
from checkin.rules.practising import MOST_PRACTICES

from shared.events import decode
from tests.flow.partners import others
from tests.flow.refusals import pointers, refusal
from tests.flow.test_erasure import erase
from tests.flow.test_leaving import leave
from tests.flow.world import Somebody, World

NAME = "Evening walk"


def take_up(somebody: Somebody, name: str = NAME) -> str:
    """The kind of a new practice."""
    return str(somebody.ok("POST", "/v1/practices", {"name": name})["kind"])


def names(somebody: Somebody) -> list[str | None]:
    return [practice["name"] for practice in somebody.get("/v1/practices")["practices"]]


def test_a_practice_is_taken_up_and_shown_to_both(couple: str, ana: Somebody, bo: Somebody) -> None:
    made = ana.ok("POST", "/v1/practices", {"name": "  Evening walk "})

    assert made == {"id": made["id"], "kind": f"practice:{made['id']}", "name": NAME}
    assert ana.get("/v1/practices") == bo.get("/v1/practices") == {"practices": [made]}


def test_either_takes_it_away(couple: str, ana: Somebody, bo: Somebody) -> None:
    kind = take_up(ana)

    assert bo.ask("DELETE", f"/v1/practices/{kind[9:]}").status_code == 204
    assert names(ana) == []


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, None, 7])
def test_what_is_no_name_is_refused(ana: Somebody, name: Any) -> None:
    assert pointers(ana.ask("POST", "/v1/practices", {"name": name})) == ["/name"]


def test_one_more_than_there_can_be_is_refused(ana: Somebody) -> None:
    for nth in range(MOST_PRACTICES):
        take_up(ana, f"{nth}")

    assert refusal(ana.ask("POST", "/v1/practices", {"name": NAME})) == (409, "too_many_practices")


def test_a_repeat_makes_no_second_one(ana: Somebody) -> None:
    answers = [ana.ask("POST", "/v1/practices", {"name": NAME}, Idempotency_Key="k") for _ in range(2)]

    assert answers[0].data == answers[1].data
    assert names(ana) == [NAME]


# --- checking in


def test_a_check_in_of_a_practice_is_sealed_and_keeps_the_day(
    couple: str, ana: Somebody, bo: Somebody
) -> None:
    kind = take_up(ana)
    ana.check_in(kind)
    bo.check_in(kind, visibility="shared")

    assert ana.get("/v1/streak")["count"] == 1
    assert [(entry["kind"], entry["visibility"]) for entry in others(ana)] == [(kind, "shared")]
    assert [(entry["kind"], entry["visibility"]) for entry in others(bo)] == [(None, "sealed")]
    assert len(ana.get(f"/v1/check-ins?kind={kind}")["check_ins"]) == 2


def test_a_practice_that_was_taken_away_or_never_was_says_what_to_do(ana: Somebody) -> None:
    kind = take_up(ana)
    ana.ask("DELETE", f"/v1/practices/{kind[9:]}")

    for gone in (kind, "practice:0190f000-0000-7000-8000-000000000001"):
        answer = ana.ask("POST", "/v1/check-ins", {"kind": gone})
        assert pointers(answer) == ["/kind"]
        assert "GET /v1/practices" in answer.text


@pytest.mark.parametrize("kind", ["practice:", "practice:x", "practice", "Practice:0190f000", "practice:\n"])
def test_what_is_no_kind_is_refused(ana: Somebody, kind: str) -> None:
    assert pointers(ana.ask("POST", "/v1/check-ins", {"kind": kind})) == ["/kind"]
    assert pointers(ana.query("/v1/check-ins", [("kind", kind)])) == ["/kind"]


def test_somebody_elses_practice_is_none_of_ones_own(couple: str, ana: Somebody, eve: Somebody) -> None:
    kind = take_up(ana)

    assert pointers(eve.ask("POST", "/v1/check-ins", {"kind": kind})) == ["/kind"]


def test_a_repeat_of_an_entry_is_answered_though_its_practice_has_gone(ana: Somebody) -> None:
    kind = take_up(ana)
    first = ana.ask("POST", "/v1/check-ins", {"kind": kind}, Idempotency_Key="k")
    ana.ask("DELETE", f"/v1/practices/{kind[9:]}")

    assert ana.ask("POST", "/v1/check-ins", {"kind": kind}, Idempotency_Key="k").data == first.data


def test_only_such_a_kind_costs_another_read(world: World, ana: Somebody) -> None:
    kind = take_up(ana)
    asked: list[str] = []
    views = world.store.views_as_of
    world.store.views_as_of = lambda asks: asked.extend(n for _, _, n in asks) or views(asks)  # type: ignore[func-returns-value,method-assign]
    ana.check_in()
    usual = len(asked)
    ana.check_in(kind)

    assert asked[usual:] == [*asked[:usual], f"practices/person/{ana.id}"]


def test_insights_name_a_practice(couple: str, ana: Somebody, bo: Somebody) -> None:
    kind = take_up(ana)
    ana.check_in(kind)
    ana.check_in("feeling")

    shown = {practice["kind"]: practice for practice in bo.get("/v1/insights")["practices"]}
    assert (shown[kind]["name"], shown[kind]["days"], shown["feeling"]["name"]) == (NAME, 1, None)


# --- who reads the name


def paused(bo: Somebody, ana: Somebody) -> None:
    bo.ok("POST", "/v1/pauses", {"from": "2026-11-24"})


def left(bo: Somebody, ana: Somebody) -> None:
    leave(ana)


def erased(bo: Somebody, ana: Somebody) -> None:
    erase(ana)


@pytest.mark.parametrize("parted", [paused, left, erased])
def test_a_partners_name_for_it_is_read_only_while_together(
    couple: str, ana: Somebody, bo: Somebody, parted: Any
) -> None:
    kind = take_up(ana)
    take_up(bo, "Tea")
    bo.check_in(kind)
    parted(bo, ana)

    assert names(bo) == [None, "Tea"]
    assert [practice["name"] for practice in bo.get("/v1/insights")["practices"]] == [None]
    bo.check_in(kind)


def test_when_its_author_is_erased_no_store_keeps_the_name(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    take_up(ana)
    sealed = decode(world.journal()[-1].value).data.name.encode()
    held = [name for views in world.store.hashes.values() for name, view in views.items() if sealed in view]
    erase(ana)

    assert held == [f"practices/couple/{couple}"]
    assert not [1 for views in world.store.hashes.values() for view in views.values() if sealed in view]


def test_the_log_holds_no_name(world: World, couple: str, ana: Somebody) -> None:
    take_up(ana)

    assert not [raw for raw in world.log.records if NAME.encode() in (raw.value or b"")]
