"""What the rules refuse: 422 with the rule in words, and nothing has changed."""

from typing import Any, NamedTuple

import pytest

from tests.flow.refusals import refusal
from tests.flow.world import Somebody, World

SHOWN = (
    "/v1/people/me",
    "/v1/couple/pact",
    "/v1/pauses",
    "/v1/streak",
    "/v1/lapse",
    "/v1/check-ins",
    "/v1/calendar",
)


class Wish(NamedTuple):
    """`rule`: words of the sentence that refuses it. Today is 2026-11-24, 12:00 in Paris."""

    name: str
    method: str
    path: str
    body: Any
    rule: str


def settings(name: str, rule: str, **body: Any) -> Wish:
    return Wish(name, "PATCH", "/v1/people/me", body, rule)


def entry(name: str, rule: str, **body: Any) -> Wish:
    return Wish(name, "POST", "/v1/check-ins", {"kind": "feeling", **body}, rule)


def pact(name: str, rule: str, **body: Any) -> Wish:
    return Wish(name, "PUT", "/v1/couple/pact", body, rule)


def pause(name: str, rule: str, first: str, last: str | None = None) -> Wish:
    return Wish(name, "POST", "/v1/pauses", {"from": first, "until": last}, rule)


def explain(name: str, rule: str, day: str) -> Wish:
    return Wish(name, "GET", f"/v1/streak/explain?day={day}", None, rule)


WISHES = [
    settings("an unknown zone", "time zone database", zone="Mars/Olympus"),
    settings("an offset is no zone", "time zone database", zone="+02:00"),
    settings("a day that starts after six", "from 00:00 to 06:00", day_start="06:01"),
    settings("a day that starts before midnight", "from 00:00 to 06:00", day_start="23:59"),
    settings("a day that starts at a minute that is none", "from 00:00 to 06:00", day_start="03:60"),
    entry("a date three days back", "up to two days late", day="2026-11-21"),
    entry("an instant of three days back", "up to two days late", at="2026-11-22T01:59:59Z"),
    entry("a date that has not begun", "has not begun", day="2026-11-25"),
    entry("an instant more than five minutes ahead", "five minutes in the future", at="2026-11-24T11:05:01Z"),
    pact("a week of no days", "`weekly:1` to `weekly:7`", mode="weekly:0"),
    pact("a week of eight days", "`weekly:1` to `weekly:7`", mode="weekly:8"),
    pact("a mode that is none", "`daily`", mode="hourly"),
    pact("a cadence of less than a day", "greater than or equal to 1", agreed_days=0.9),
    pact("a cadence of two months", "less than or equal to 60", agreed_days=61),
    pact("a cadence that is no number", "number", agreed_days="often"),
    pause("a pause in the past", "begins today or later", "2026-11-23"),
    pause("a pause that ends before it starts", "no earlier than it begins", "2026-11-25", "2026-11-24"),
    pause("a pause on the first day of another", "covers some of these days", "2026-11-24", "2026-11-26"),
    pause("a pause on the last day of another", "covers some of these days", "2026-11-30", "2026-12-02"),
    pause("a pause within another", "covers some of these days", "2026-11-27", "2026-11-28"),
    pause("a pause without an end over another", "covers some of these days", "2026-11-25"),
    explain("an explanation of a day before day one", "begins on 2026-11-24", "2026-11-23"),
    explain("an explanation of a day that is none", "date", "2026-02-30"),
]  # fmt: skip


@pytest.mark.parametrize("wish", WISHES, ids=[wish.name for wish in WISHES])
def test_it_is_refused_with_the_rule_in_words_and_changes_nothing(
    couple: str, ana: Somebody, bo: Somebody, wish: Wish
) -> None:
    ana.check_in()
    ana.ok("POST", "/v1/pauses", {"from": "2026-11-26", "until": "2026-11-30"})
    before = [somebody.get(path) for somebody in (ana, bo) for path in SHOWN]

    answer = ana.ask(wish.method, wish.path, wish.body)
    assert refusal(answer)[0] == 422
    problem: Any = answer.json
    sentences = [problem["detail"], *(flaw["detail"] for flaw in problem.get("errors", ()))]
    assert wish.rule in " ".join(sentences)
    assert [somebody.get(path) for somebody in (ana, bo) for path in SHOWN] == before


def test_what_is_not_taken_at_the_door_is_not_written(world: World, couple: str, ana: Somebody) -> None:
    # An overlap is decided by the couple's own stream, so that wish alone is written there.
    decided_at_the_door = [wish for wish in WISHES if "covers some" not in wish.rule]
    written = world.wishes()
    for wish in decided_at_the_door:
        ana.ask(wish.method, wish.path, wish.body)

    assert world.wishes() == written
