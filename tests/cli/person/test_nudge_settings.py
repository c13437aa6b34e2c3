"""What one wishes of nudges, at the command line."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.cli.person.site import Weather, saying
from tests.cli.person.terminal import Terminal
from tests.flow.world import World

NOON = "2026-11-24T11:00:00.000Z"


def wishes(terminal: Terminal) -> Any:
    return json.loads(terminal.ok("nudge-settings", "--json"))


def test_without_options_it_shows_how_it_is(ana: Terminal, weather: Weather) -> None:
    told = [line.rstrip() for line in ana.ok("nudge-settings").splitlines()]

    assert told[:7] == [
        "from Attune        all",
        "from your partner  all",
        "quiet hours        21:30 to 08:00",
        "they say           only that there is something",
        "last changed       never",
        "",
        "on   day.at_risk          a day still open",
    ]
    assert "off  day.last_chance      a day’s last chance" in told
    assert len(told) == 20
    assert not any(asked.startswith("PUT") for asked in weather.asked)


def test_what_is_said_changes_and_the_rest_stays(ana: Terminal) -> None:
    usual = wishes(ana)

    ana.ok("nudge-settings", "--system", "fewer", "--quiet", "23:00-06:30")
    told = ana.ok("nudge-settings", "--partner", "none", "--tell-more")

    changed = {"system": "fewer", "partner": "none", "quiet": {"from": "23:00", "until": "06:30"}}
    assert wishes(ana) == usual | changed | {"content": True, "changed_at": NOON}
    assert "quiet hours        23:00 to 06:30" in told
    assert "they say           more, where there is more" in told


def test_a_change_by_whoever_tapped_a_link_does_not_stay_unseen(ana: Terminal, world: World) -> None:
    ana.ok("invite")
    world.wait(hours=72)
    link = json.loads(ana.ok("nudges", "--json"))["nudges"][0]["stop"]
    world.http.post(urlsplit(link).path)

    assert "last changed       Fri 27 Nov, 12:00" in ana.ok("nudge-settings")


def test_quiet_hours_can_be_none(ana: Terminal) -> None:
    assert "quiet hours        none" in ana.ok("nudge-settings", "--no-quiet")
    assert wishes(ana)["quiet"] is None


def test_less_can_be_told_again(ana: Terminal) -> None:
    ana.ok("nudge-settings", "--tell-more")
    ana.ok("nudge-settings", "--tell-less")

    assert wishes(ana)["content"] is False


def test_kinds_are_switched_one_by_one_and_in_words(ana: Terminal) -> None:
    ana.ok("nudge-settings", "--on", "day.last_chance", "--on", "week.summed", "--off", "A milestone")

    kinds = wishes(ana)["kinds"]
    assert (kinds["day.last_chance"], kinds["week.summed"], kinds["streak.milestone"]) == (True, True, False)
    assert kinds["day.at_risk"] is True


def test_a_kind_that_only_the_site_knows_can_be_switched(ana: Terminal, weather: Weather) -> None:
    known = wishes(ana)
    newer = known | {"kinds": known["kinds"] | {"moon.is_full": True}}
    weather.faults.extend([saying("200 OK", newer, "application/json")] * 2)

    ana.ok("nudge-settings", "--off", "moon.is_full")

    assert weather.bodies[-1] == {"kinds": {"moon.is_full": False}}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--quiet", "21:30"], "21:30-08:00"),
        (["--quiet", "9:00-24:00"], "21:30-08:00"),
        (["--quiet", "21:30-21:30"], "--no-quiet"),
        (["--quiet", "21:30-08:00", "--no-quiet"], "Choose one of --quiet and --no-quiet."),
        (["--system", "more"], "'all', 'fewer', 'none'"),
        (["--off", "day.at_rusk"], "Did you mean day.at_risk?"),
        (["--off", "day.at_risk", "--on", "day.at_risk"], "Is day.at_risk to be on or off?"),
    ],
)
def test_what_cannot_be_is_a_wrong_usage_and_changes_nothing(
    ana: Terminal, weather: Weather, options: list[str], why: str
) -> None:
    told = " ".join(ana.refused("nudge-settings", *options, code=2).replace("│", "").split())

    assert why in told
    assert not any(asked.startswith("PUT") for asked in weather.asked)


def test_a_late_outcome_shows_what_there_is_then(ana: Terminal, weather: Weather) -> None:
    def late(app: Any, environ: Any, start: Any) -> Any:
        list(app(environ, lambda *_: lambda _data: None))
        pending = saying("202 ACCEPTED", {"command": "c", "state": "pending"}, "application/json")
        return pending(app, environ, start)

    weather.faults.extend([late, saying("200 OK", {"state": "done"}, "application/json")])

    assert "from Attune        fewer" in ana.ok("nudge-settings", "--system", "fewer")
