"""What a person wishes of nudges: read, changed in part, refused, and obeyed."""

from typing import Any

import pytest

from shared.links import Tap
from tests.flow.refusals import pointers
from tests.flow.test_taps import LINKS
from tests.flow.world import Somebody, World

SETTINGS = "/v1/nudge-settings"
EVERY_KIND = {
    "invite.taken": True,
    "couple.returned": True,
    "pact.renewed": True,
    "streak.milestone": True,
    "pact.outgrown": True,
    "lapse.opened": True,
    "day.at_risk": True,
    "day.last_chance": False,
    "invite.expired": True,
    "member.silent": True,
    "week.summed": False,
    "appreciation.shared": True,
    "reflection.shared": True,
    "nudge.asked": True,
}
USUAL = {
    "system": "all",
    "partner": "all",
    "quiet": {"from": "21:30", "until": "08:00"},
    "content": False,
    "kinds": EVERY_KIND,
    "changed_at": None,
}
NOON = "2026-11-24T11:00:00.000Z"


def kinds(somebody: Somebody) -> list[str]:
    return [nudge["kind"] for nudge in somebody.get("/v1/nudges")["nudges"]]


def keep(*people: Somebody) -> None:
    for person in people:
        person.check_in()


def test_everything_is_as_usual_at_first(ana: Somebody) -> None:
    assert ana.get(SETTINGS) == USUAL


def test_what_is_named_changes_and_the_rest_stays(ana: Somebody) -> None:
    first = ana.ok("PUT", SETTINGS, {"system": "fewer", "kinds": {"day.last_chance": True}})
    second = ana.ok("PUT", SETTINGS, {"quiet": {"from": "23:00", "until": "06:30"}, "content": True})

    assert first == {
        **USUAL,
        "changed_at": NOON,
        "system": "fewer",
        "kinds": {**EVERY_KIND, "day.last_chance": True},
    }
    assert second == {**first, "quiet": {"from": "23:00", "until": "06:30"}, "content": True}
    assert ana.get(SETTINGS) == second
    assert ana.ok("PUT", SETTINGS, {}) == second


def test_quiet_hours_can_be_switched_off_and_on_again(ana: Somebody) -> None:
    assert ana.ok("PUT", SETTINGS, {"quiet": None})["quiet"] is None
    assert ana.ok("PUT", SETTINGS, {"system": "none"})["quiet"] is None
    assert ana.ok("PUT", SETTINGS, {"quiet": USUAL["quiet"], "system": "all"}) == {
        **USUAL,
        "changed_at": NOON,
    }


def test_when_it_was_changed_is_shown_whoever_did_it(world: World, ana: Somebody) -> None:
    """Somebody else can have the phone in hand, or a mail with its links."""
    world.wait(hours=1)
    ana.ok("PUT", SETTINGS, {"system": "all"})
    nothing_changed = ana.get(SETTINGS)["changed_at"]
    link = LINKS.url(Tap(ana.id, "stop", "partner", "en"), world.clock.ms)
    world.http.post(link)
    world.wait(hours=1)
    world.http.post(link)
    shown = ana.get(SETTINGS)

    assert nothing_changed is None
    assert (shown["partner"], shown["changed_at"]) == ("none", "2026-11-24T12:00:00.000Z")


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"system": "some"}, "/system"),
        ({"partner": None, "more": 1}, "/more"),
        ({"quiet": "off"}, "/quiet"),
        ({"quiet": {"from": "24:00", "until": "08:00"}}, "/quiet/from"),
        ({"quiet": {"from": "21:30", "until": "8:00"}}, "/quiet/until"),
        ({"quiet": {"from": "21:30", "until": "٠٨:٠٠"}}, "/quiet/until"),
        ({"quiet": {"from": "21:30"}}, "/quiet/until"),
        ({"quiet": {"from": "21:30", "until": "21:30"}}, "/quiet/until"),
        ({"content": "yes"}, "/content"),
        ({"kinds": {"gift.sent": True}}, "/kinds/gift.sent"),
        ({"kinds": {"a/b~c": True}}, "/kinds/a~1b~0c"),
        ({"kinds": {"day.at_risk": 1}}, "/kinds/day.at_risk"),
        ({"kinds": {str(n): True for n in range(51)}}, "/kinds"),
    ],
)
def test_a_field_that_cannot_be_taken_is_named_and_changes_nothing(
    ana: Somebody, wish: dict[str, Any], pointer: str
) -> None:
    assert pointers(ana.ask("PUT", SETTINGS, wish)) == [pointer]
    assert ana.get(SETTINGS) == USUAL


def test_a_partner_learns_nothing_of_it(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    def seen() -> list[Any]:
        paths = ("/v1/couple", "/v1/streak", "/v1/moments", "/v1/nudges", "/v1/nudges/forecast", SETTINGS)
        return [bo.get(path) for path in paths]

    before = seen()
    ana.ok("PUT", SETTINGS, {"system": "none", "partner": "none", "quiet": None, "content": True})

    assert seen() == before


# --- obeyed ---------------------------------------------------------------------------------------------


def test_who_wants_nothing_of_the_system_is_not_warned(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.ok("PUT", SETTINGS, {"system": "none"})
    keep(ana, bo)
    world.wait(hours=24 + 10)

    assert "day.at_risk" not in kinds(ana)
    assert "day.at_risk" in kinds(bo)


def test_a_last_chance_is_for_whoever_asks_for_it(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    bo.ok("PUT", SETTINGS, {"kinds": {"day.last_chance": True, "day.at_risk": False}})
    keep(ana, bo)
    world.wait(hours=24 + 10)

    # 21:00 in Paris, by whose clock the day ends first, is 15:00 where Bo is.
    assert "day.last_chance" not in kinds(ana)
    assert kinds(bo) == ["day.last_chance"]


def test_quiet_hours_hold_back_a_warning(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.ok("PUT", SETTINGS, {"quiet": {"from": "19:00", "until": "20:15"}})
    keep(ana, bo)
    world.wait(hours=24 + 8)
    assert kinds(ana) == []
    world.wait(hours=0.5)

    assert kinds(ana) == ["day.at_risk"]


def test_fuller_words_are_for_whoever_asked_for_them(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.ok("PUT", SETTINGS, {"content": True})
    keep(ana, bo)
    world.wait(hours=24 + 8)

    (told,), (plain,) = (person.get("/v1/nudges")["nudges"] for person in (ana, bo))
    assert told["title"] == plain["title"]
    assert told["body"] == f"{plain['body']} Your streak stands at 1."


def test_a_muted_partner_reaches_nobody_and_is_not_told(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.ok("PUT", SETTINGS, {"partner": "none"})
    bo.check_in("appreciation", note="For the tea.")
    bo.ok("POST", "/v1/nudges", {})
    world.wait(hours=24)

    assert kinds(ana) == []
    assert kinds(bo) == []


def test_both_are_told_in_the_same_words_and_in_their_own_language(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.ok("PATCH", "/v1/people/me", {"language": "fr"})
    keep(ana, bo)
    world.wait(hours=24 + 8)

    (french,), (english,) = (person.get("/v1/nudges")["nudges"] for person in (ana, bo))
    assert (french["title"], english["title"]) == ("Un petit rappel", "A small reminder")
