"""What is printed, as text."""

import json

import pytest

from tests.cli.person.site import Weather, saying
from tests.cli.person.terminal import Terminal
from tests.flow.world import World

Pair = tuple[Terminal, Terminal]


def trimmed(printed: str) -> list[str]:
    return [line.rstrip() for line in printed.splitlines()]


@pytest.fixture
def some_days(pair: Pair, world: World) -> Pair:
    """Sixteen days: both check in, but on the fourth and on three in a row; on two of them they had time."""
    ana, bo = pair
    for day in range(16):
        if day not in (3, 9, 10, 11):
            ana.ok("feeling", "calm")
            bo.ok("close" if day in (1, 6) else "best", *(["-m", "40"] if day in (1, 6) else ["Tea"]))
        world.wait(hours=24)
    return pair


def test_how_it_stands(some_days: Pair) -> None:
    ana, _ = some_days

    told = trimmed(ana.ok("status"))

    assert told == [
        "4 days · today: open · longest 8 · reserve 1 left · lapse: drifting",
        "",
        "days   ■■■◇■■ ■■■◇◇□■ ■■■○",
        "kept  ▆ 5     ▅ 4     ▄ 3",
        "",
        "■ kept  ◇ reserve  □ not kept  ○ open",
    ]
    assert trimmed(ana.ok()) == told


def test_without_colour_there_are_only_letters(some_days: Pair) -> None:
    ana, _ = some_days

    assert trimmed(ana.ok("status", NO_COLOR="1")) == [
        "4 days - today: open - longest 8 - reserve 1 left - lapse: drifting",
        "",
        "days   ###=## ###==.# ###o",
        "kept  5       4       3",
        "",
        "# kept  = reserve  . not kept  o open",
    ]
    assert ana.ok("calendar", TERM="dumb", FORCE_COLOR="1").isascii()
    assert ana.ok("insights", NO_COLOR="1").isascii()


def test_the_calendar_has_weeks_as_columns(some_days: Pair) -> None:
    ana, _ = some_days

    assert trimmed(ana.ok("calendar")) == [
        "    Nov Dec",
        "Mon   ■ ■",
        "Tue ■ ■ ■",
        "Wed ■ ■ ■",
        "Thu ■ ◇ ○",
        "Fri ◇ ◇",
        "Sat ■ □",
        "Sun ■ ■",
        "",
        "■ kept  ◇ reserve  □ not kept  ○ open",
    ]


def test_how_the_lapse_stands(some_days: Pair) -> None:
    ana, _ = some_days

    assert ana.ok("lapse") == (
        "drifting, since Tue 8 Dec, 06:00\n"
        "You agreed on about twice a week; it has been 10 days, your usual is up to 11.\n"
    )


def test_why_a_day_is_what_it_is(some_days: Pair) -> None:
    ana, _ = some_days

    assert ana.ok("explain").splitlines() == [
        "Thu 10 Dec 2026: open",
        (
            "This day has not ended for both yet; it is judged once, when it has. "
            "It ends for both on Fri 11 Dec, 09:00."
        ),
        "  yours: from Thu 10 Dec, 03:00 to Fri 11 Dec, 03:00 (Europe/Paris)",
        "  your partner's: from Thu 10 Dec, 03:00 to Fri 11 Dec, 03:00 (America/New_York)",
        "Your own entries: none. Rule 3.2.",
    ]
    assert ana.ok("explain", "yesterday").startswith("Wed 9 Dec 2026: kept\n")
    assert ana.ok("explain", "2026-12-05").startswith("Sat 5 Dec 2026: not kept\n")


def test_entries_have_the_partners_date_and_nothing_of_what_is_sealed(some_days: Pair) -> None:
    ana, _ = some_days

    assert trimmed(ana.ok("entries", "--limit", "4")) == [
        "for             by   entry",
        "Wed 9 Dec 2026  you  feeling           calm · sealed",
        "Wed 9 Dec 2026  Bo   something sealed",
        "Tue 8 Dec 2026  you  feeling           calm · sealed",
        "Tue 8 Dec 2026  Bo   something sealed",
    ]


def test_entries_can_be_chosen(some_days: Pair) -> None:
    _, bo = some_days

    told = trimmed(bo.ok("entries", "--kind", "close", "--from", "2026-11-25", "--to", "2026-11-29"))

    assert told == ["for              by   entry", "Wed 25 Nov 2026  you  quality time  40 min · sealed"]


def test_more_entries_than_a_page_holds_are_fetched_page_by_page(some_days: Pair, weather: Weather) -> None:
    ana, _ = some_days
    before = len(weather.asked)

    listed = json.loads(ana.ok("entries", "--limit", "300", "--json"))

    assert len(listed["check_ins"]) == 24
    assert len({entry["id"] for entry in listed["check_ins"]}) == 24
    assert weather.asked[before:] == ["GET /v1/check-ins?limit=200"]


def test_what_it_adds_up_to(some_days: Pair) -> None:
    ana, _ = some_days

    assert trimmed(ana.ok("insights")) == [
        "Strength 0.43 of 1. Busy days: 0.",
        "Lapses so far, in days until you were back: none.",
        "practice      days  share              strength",
        "feeling       12    50%    ██████████  0.43",
        "best thing    10    42%    ████████    0.37",
        "quality time  2     8%     ██          0.06",
    ]


def test_nudges_say_why_they_came(some_days: Pair) -> None:
    ana, _ = some_days
    nudge = json.loads(ana.ok("nudges", "--json"))["nudges"][0]

    first = ana.ok("nudges").split("\n\n")[0].splitlines()

    assert first[0].endswith(f"  {nudge['title']}")
    assert first[1:] == [nudge["body"], f"why: {nudge['why']}"]


def test_without_nudges_it_says_so(ana: Terminal) -> None:
    assert ana.ok("nudges") == "You have not been sent anything.\n"


def test_the_prompt_is_that_of_the_day(ana: Terminal) -> None:
    asked = json.loads(ana.ok("prompt", "--json"))

    told = ana.ok("prompt").splitlines()

    assert told[0] == asked["text"]
    assert told[1].startswith("Tue 24 Nov 2026: ")


def test_who_is_not_signed_in_is_told_how_to_begin(ana: Terminal) -> None:
    ana.ok("logout", "--yes")

    assert ana.ok().splitlines() == [
        "You are not signed in.",
        "",
        "New here:       attune sign-up --site https://attune.example",
        "With a token:   attune login --site https://attune.example",
        "What there is:  attune --help",
    ]


def test_an_answer_that_cannot_be_drawn_is_said_so_and_json_shows_it(ana: Terminal, weather: Weather) -> None:
    strange = saying("200 OK", {"state": "new", "sentence": 7}, "application/json")
    weather.faults.extend([strange, strange])

    assert "--json shows it as it is" in ana.refused("lapse")
    assert json.loads(ana.ok("lapse", "--json")) == {"state": "new", "sentence": 7}


def test_help_lines_are_listed_without_signing_in(ana: Terminal, weather: Weather) -> None:
    ana.ok("logout", "--yes")
    found = {
        "country": "FR",
        "lines": [
            {
                "purpose": "emergency",
                "name": "Police",
                "number": "17",
                "address": None,
                "about": "in danger now",
                "hours": None,
            },
            {
                "purpose": "partner",
                "name": "Somebody",
                "number": "39 19",
                "address": "https://help.example",
                "about": "free",
                "hours": "always",
            },
        ],
        "countries": ["DE", "FR"],
        "notices": [{"id": "not_therapy", "texts": {"en": "Attune is not therapy.", "fr": "…"}}],
    }
    weather.faults.append(saying("200 OK", found, "application/json"))
    before = len(weather.tokens)

    assert trimmed(ana.ok("help-lines", "FR")) == [
        "In danger now",
        "  Police: 17",
        "    in danger now",
        "Hurt or controlled by a partner",
        "  Somebody: 39 19, https://help.example, always",
        "    free",
        "",
        "Attune is not therapy.",
        "",
        "Other countries: DE, FR",
    ]
    assert weather.asked[-1] == "GET /v1/help?country=FR&language=en"
    assert len(weather.tokens) == before


def test_the_sites_own_list_of_help_lines_is_one_that_can_be_drawn(ana: Terminal) -> None:
    told = ana.ok("help-lines", "FR").splitlines()

    assert told[0] == "In danger now"
    assert "Hurt or controlled by a partner" in told
    assert any(line.startswith("  ") and "112" in line for line in told)


def test_the_country_of_the_locale_is_asked_for(ana: Terminal, weather: Weather) -> None:
    weather.faults.append(saying("404 NOT FOUND", {"detail": "Not Found"}))

    assert "emergency number" in ana.refused("help-lines", LANG="fr_BE.UTF-8")
    assert weather.asked[-1] == "GET /v1/help?country=BE&language=fr"


def test_what_is_shown_only_for_an_entry_of_ones_own_says_so(pair: Pair) -> None:
    ana, bo = pair
    ana.ok("pact", "--reply-to-reveal")
    ana.ok("appreciate", "Thank you")

    assert "something shared" in bo.ok("entries")
    assert "shown once you have checked in for that day" in " ".join(bo.ok("entries").split())
    bo.ok("feeling", "calm")
    assert "Thank you" in bo.ok("entries")
