"""The forecast beside what is then sent, through the whole system, if nobody does anything."""

from collections.abc import Callable
from typing import Any

import pytest
from checkin.reading.outlook import RULES

from shared.nudging import DROPPED_BY, TO_THE_INBOX_BY
from tests.flow.test_channels import CHANNEL, go_on
from tests.flow.test_leaving import leave
from tests.flow.world import Somebody, World

DAYS = 7


def forecast(somebody: Somebody) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = somebody.get("/v1/nudges/forecast")["forecast"]
    return found


def inbox(somebody: Somebody) -> list[tuple[str, str]]:
    """Kind and minute of what was sent, the oldest first."""
    return [(n["kind"], n["at"][:16]) for n in reversed(somebody.get("/v1/nudges")["nudges"])]


def foretold(somebody: Somebody) -> list[tuple[str, str]]:
    return [(told["kind"], told["at"][:16]) for told in forecast(somebody) if told["outcome"] == "sent"]


SETTINGS: list[dict[str, Any]] = [
    {},
    {"system": "fewer"},
    {"system": "none"},
    {"quiet": None, "kinds": {"day.last_chance": True, "week.summed": True}},
    {"quiet": {"from": "13:00", "until": "20:00"}},
]


@pytest.mark.parametrize("wish", SETTINGS)
@pytest.mark.parametrize("kept", [0, 1, 3])
def test_what_is_foretold_is_what_is_then_sent(
    world: World, couple: str, ana: Somebody, bo: Somebody, wish: dict[str, Any], kept: int
) -> None:
    ana.ok("PUT", "/v1/nudge-settings", wish)
    for _ in range(kept):
        for person in (ana, bo):
            person.check_in()
        world.wait(hours=24)
    told, before = [foretold(person) for person in (ana, bo)], [inbox(person) for person in (ana, bo)]

    world.wait(hours=24 * DAYS)

    then = [inbox(person)[len(known) :] for person, known in zip((ana, bo), before, strict=True)]
    assert then == told


def test_what_is_held_back_says_by_which_rule(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    for person in (ana, bo):
        person.check_in()
    ana.ok("PUT", "/v1/nudge-settings", {"quiet": {"from": "19:00", "until": "20:15"}})

    first = forecast(ana)[0]

    assert (first["kind"], first["date"], first["outcome"]) == ("day.at_risk", "2026-11-25", "sent")
    assert (first["due_at"], first["at"]) == ("2026-11-25T18:30:00.000Z", "2026-11-25T19:15:00.000Z")
    assert first["rule"] == "quiet_hours"
    assert first["sentence"] == "It would fall into your quiet hours."
    dropped = {told["kind"]: told["rule"] for told in forecast(bo) if told["outcome"] == "dropped"}
    assert dropped["day.last_chance"] == "not_asked_for"


def test_the_sentences_are_in_the_readers_language(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    for person in (ana, bo):
        person.check_in()
    ana.ok("PATCH", "/v1/people/me", {"language": "fr"})
    ana.ok("PUT", "/v1/nudge-settings", {"system": "none"})

    assert {told["sentence"] for told in forecast(ana)} == {"Vous l’avez désactivé."}


def test_an_invite_that_will_run_out_is_foretold(world: World, ana: Somebody) -> None:
    ana.ok("POST", "/v1/invites", {})

    assert ("invite.expired", "2026-11-26T11:00") in foretold(ana)


def test_in_a_pause_nothing_is_foretold_as_sent(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    for person in (ana, bo):
        person.check_in()
    bo.ok("POST", "/v1/pauses", {"from": "2026-11-24"})

    assert foretold(ana) == foretold(bo) == []


def undo(bo: Somebody, entry: str) -> None:
    assert bo.ask("DELETE", f"/v1/check-ins/{entry}?undo=true").status_code == 204


def delete(bo: Somebody, entry: str) -> None:
    assert bo.ask("DELETE", f"/v1/check-ins/{entry}").status_code == 204


def seal(bo: Somebody, entry: str) -> None:
    bo.ok("PATCH", f"/v1/check-ins/{entry}", {"visibility": "sealed"})


def pause(bo: Somebody, _entry: str) -> None:
    bo.ok("POST", "/v1/pauses", {"from": "2026-11-24"})


def leave_couple(bo: Somebody, _entry: str) -> None:
    leave(bo)


@pytest.mark.parametrize("take_back", [undo, delete, seal, pause, leave_couple])
def test_what_a_partner_takes_back_before_it_is_told_leaves_no_trace(
    world: World, couple: str, ana: Somebody, bo: Somebody, take_back: Callable[[Somebody, str], None]
) -> None:
    ana.ok("PUT", "/v1/nudge-settings", {"quiet": {"from": "11:00", "until": "13:00"}})
    entry = bo.check_in("appreciation", note="For the tea.")
    told = [one["kind"] for one in forecast(ana)]
    take_back(bo, entry)

    assert "appreciation.shared" in told
    assert "appreciation.shared" not in [one["kind"] for one in forecast(ana)]


def test_what_will_go_to_the_inbox_alone_says_by_which_rule(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.ok("POST", "/v1/channels", CHANNEL)
    go_on(world)
    ana.ok("PUT", "/v1/nudge-settings", {"quiet": {"from": "11:00", "until": "13:00"}})
    for note in ("For the tea.", "For the walk."):
        bo.check_in("appreciation", note=note)
    told = [(one["outcome"], one["rule"]) for one in forecast(ana) if one["kind"] == "appreciation.shared"]

    assert told == [("sent", "quiet_hours"), ("sent", "partner_cap")]


def test_the_sentences_name_every_rule_there_is() -> None:
    assert {*DROPPED_BY, TO_THE_INBOX_BY} - {"unknown_receiver"} == RULES.keys()
    assert len({sentence.en for sentence in RULES.values()}) == len(RULES)
