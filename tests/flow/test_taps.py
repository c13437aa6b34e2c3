"""One-tap links: a GET asks, a POST acts, nobody is named, and nothing is told of anybody's settings."""

import re
from collections.abc import Callable

import pytest
from checkin.writing.taps import done
from prometheus_client import REGISTRY, generate_latest
from werkzeug.test import TestResponse

from shared.days import DAY_MS
from shared.links import LIFETIME_DAYS, Links, Tap
from tests.flow.test_channels import CHANNEL, go_on
from tests.flow.test_erasure import erase
from tests.flow.world import Somebody, World

LINKS = Links(bytes(32))
SETTINGS = "/v1/nudge-settings"


def link(
    world: World, somebody: Somebody, wish: str = "stop", of: str = "system", language: str = "en"
) -> str:
    return LINKS.url(Tap(somebody.id, wish, of, language), world.clock.ms)  # type: ignore[arg-type]


def tap(world: World, path: str) -> str:
    """The page after the button."""
    answer = world.http.post(path)
    assert answer.status_code == 200
    return answer.text


def amounts(somebody: Somebody) -> tuple[str, str]:
    settings = somebody.get(SETTINGS)
    return settings["system"], settings["partner"]


# --- asking changes nothing -----------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_mail_scanner_that_follows_links_changes_nothing(world: World, ana: Somebody, method: str) -> None:
    before = world.wishes()
    world.http.open(link(world, ana), method=method)

    assert world.wishes() == before
    assert amounts(ana) == ("all", "all")


def test_the_page_has_one_button_and_loads_nothing(world: World, ana: Somebody) -> None:
    answer = world.http.get(link(world, ana))

    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert answer.text.count("<button>") == 1
    assert '<form method="post">' in answer.text
    assert not re.search(r"<script|<img|<link|\b(src|href|on\w+)=", answer.text)


def test_the_pages_policy_lets_nothing_in_but_its_own_style(world: World, ana: Somebody) -> None:
    headers = world.http.get(link(world, ana)).headers
    policies = headers.getlist("Content-Security-Policy")

    assert len(policies) == 1
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]{44}'; "
        r"base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        policies[0],
    )
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert headers["X-Robots-Tag"] == "noindex, nofollow"


def test_a_link_names_nobody(world: World, ana: Somebody) -> None:
    path = link(world, ana)

    assert ana.id not in path
    assert ana.id.replace("-", "") not in path
    assert ana.id not in world.http.get(path).text


# --- acting ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "of", "after"),
    [
        ("fewer", "system", ("fewer", "all")),
        ("stop", "system", ("none", "all")),
        ("fewer", "partner", ("all", "fewer")),
        ("stop", "partner", ("all", "none")),
    ],
)
def test_the_button_does_what_it_says(
    world: World, ana: Somebody, wish: str, of: str, after: tuple[str, str]
) -> None:
    tap(world, link(world, ana, wish, of))

    assert amounts(ana) == after


def test_one_click_of_a_mail_program_acts_too(world: World, ana: Somebody) -> None:
    answer = world.http.post(link(world, ana), data={"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert amounts(ana) == ("none", "all")


def test_a_tap_makes_nothing_more_of_what_is_less_already(world: World, ana: Somebody) -> None:
    ana.ok("PUT", SETTINGS, {"system": "none"})
    tap(world, link(world, ana, "fewer"))

    assert amounts(ana) == ("none", "all")


def test_a_tap_that_is_repeated_is_written_once(world: World, ana: Somebody) -> None:
    path = link(world, ana)
    first, before = tap(world, path), world.wishes()
    second = tap(world, path)

    assert first == second
    assert world.wishes() == before


def test_a_tap_after_the_wish_was_taken_back_acts_again(world: World, ana: Somebody) -> None:
    path = link(world, ana)
    tap(world, path)
    world.wait(seconds=1)
    ana.ok("PUT", SETTINGS, {"system": "all"})
    world.wait(seconds=1)
    tap(world, path)

    assert amounts(ana) == ("none", "all")


def nothing(_ana: Somebody) -> None:
    pass


def has_settled_it(ana: Somebody) -> None:
    ana.ok("PUT", SETTINGS, {"system": "none", "partner": "none"})


@pytest.mark.parametrize("before", [nothing, has_settled_it, erase])
def test_no_answer_tells_what_somebody_has_settled_or_whether_they_are_there(
    world: World, ana: Somebody, before: Callable[[Somebody], None]
) -> None:
    path = link(world, ana)
    before(ana)

    asked, acted = world.http.get(path), world.http.post(path)
    assert (asked.status_code, acted.status_code) == (200, 200)
    assert "No more nudges" in asked.text
    assert acted.text == done(Tap(ana.id, "stop", "system", "en"))


_DONE = (
    World()
    .http.post(LINKS.url(Tap("0190e000-0000-7000-8000-00000000000e", "stop", "system", "en"), 2**41))
    .text
)


def test_the_page_speaks_the_receivers_language(world: World, ana: Somebody) -> None:
    path = link(world, ana, "fewer", "partner", "fr")

    assert '<html lang="fr">' in world.http.get(path).text
    assert "C’est réglé" in tap(world, path)


# --- links that are none --------------------------------------------------------------------------------


def refused(answer: TestResponse) -> bool:
    return answer.status_code == 404 and answer.mimetype == "text/html" and "This link is over" in answer.text


def test_a_link_is_good_for_a_month(world: World, ana: Somebody) -> None:
    path = link(world, ana)
    world.clock.ms += 30 * DAY_MS
    assert world.http.get(path).status_code == 200
    world.clock.ms += DAY_MS

    assert refused(world.http.get(path))
    assert refused(world.http.post(path))


@pytest.mark.parametrize("place", range(0, 51, 5))
def test_a_link_that_was_changed_in_any_place_is_none(world: World, ana: Somebody, place: int) -> None:
    path = link(world, ana)
    at = len("/n/") + place
    changed = path[:at] + ("A" if path[at] != "A" else "B") + path[at + 1 :]

    assert refused(world.http.post(changed))
    assert amounts(ana) == ("all", "all")


@pytest.mark.parametrize("signed", ["x", "A" * 51, "A" * 5000, "é" * 51, "%00" * 17, "A" * 50 + "="])
def test_what_was_never_a_link_is_none(world: World, signed: str) -> None:
    assert refused(world.http.get(f"/n/{signed}"))
    assert refused(world.http.post(f"/n/{signed}"))


def test_a_link_of_another_site_is_none(world: World, ana: Somebody) -> None:
    other = Links(bytes(31) + b"1").url(Tap(ana.id, "stop", "system", "en"), world.clock.ms)

    assert refused(world.http.post(other))


# --- where they stand -----------------------------------------------------------------------------------


def test_the_inbox_and_the_message_have_the_same_links(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    ana.ok("POST", "/v1/channels", CHANNEL)
    go_on(world)
    bo.check_in("appreciation", note="For the tea.")
    go_on(world)
    (inboxed,), ((_, message),) = ana.get("/v1/nudges")["nudges"], world.channel.nudges

    assert message.stop == f"https://attune.example{inboxed['stop']}"
    assert message.fewer == f"https://attune.example{inboxed['fewer']}"
    tap(world, inboxed["stop"])
    assert amounts(ana) == ("all", "none")


def test_a_token_that_may_only_read_is_shown_no_link(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    """Whoever holds a link can act on it."""
    bo.check_in("appreciation", note="For the tea.")
    go_on(world)
    reader = Somebody(world.http, ana.id, ana.ok("POST", "/v1/tokens", {"scope": "read"})["token"])
    (shown,), (nudge,) = reader.get("/v1/nudges")["nudges"], ana.get("/v1/nudges")["nudges"]

    assert (shown["fewer"], shown["stop"]) == (None, None)
    assert {**nudge, "fewer": None, "stop": None} == shown


def test_what_stands_in_the_inbox_for_long_has_links_that_work(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    bo.check_in("appreciation", note="For the tea.")
    go_on(world)
    world.wait(hours=24 * (LIFETIME_DAYS + 2))
    nudge = ana.get("/v1/nudges")["nudges"][-1]
    tap(world, nudge["stop"])

    assert nudge["kind"] == "appreciation.shared"
    assert amounts(ana) == ("all", "none")


@pytest.mark.parametrize("away", ["log", "store"])
def test_a_tap_that_cannot_be_kept_says_so_and_offers_the_button_again(
    world: World, ana: Somebody, away: str
) -> None:
    path = link(world, ana, language="fr")
    getattr(world, away).away = True
    answer = world.http.post(path)
    getattr(world, away).away = False

    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert int(answer.headers["Retry-After"]) > 0
    assert "Pas tout de suite" in answer.text
    assert answer.text.count("<button>") == 1
    assert amounts(ana) == ("all", "all")


def test_a_link_stands_in_no_metric(world: World, ana: Somebody) -> None:
    path = link(world, ana)
    tap(world, path)

    assert path.rpartition("/")[2].encode() not in generate_latest(REGISTRY)
    assert b'route="/n/<signed>"' in generate_latest(REGISTRY)
