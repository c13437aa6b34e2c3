"""The calendar feed: read with its address alone, and it shows days, never who and never an entry."""

import logging
from datetime import date
from typing import Any

import pytest
from checkin.door.front import Rules
from checkin.words.vocabulary import DAY_STATES
from icalendar import Calendar

from tests.flow.partners import seen_by
from tests.flow.refusals import refusal
from tests.flow.test_erasure import erase
from tests.flow.test_leaving import leave
from tests.flow.world import Somebody, World
from tests.people import ANA

FEED = "/v1/calendar-feed"
BLAME = ("Ana", "Bo", "miss", "broken", "fail", "manqu", "échou")


def subscribe(somebody: Somebody) -> str:
    """The address of a new calendar."""
    return str(somebody.ok("POST", FEED, {})["url"])


def shown(world: World, url: str) -> list[tuple[str, date, date]]:
    """Of each event its text, its first day and the day after its last."""
    answer = world.http.get(url)
    assert answer.status_code == 200, answer.text
    events = Calendar.from_ical(answer.data).events
    return [(str(event["summary"]), event.start, event.end) for event in events]


def keep(world: World, *people: Somebody, days: int = 1) -> None:
    for _ in range(days):
        for somebody in people:
            somebody.check_in(note="Between us.")
        world.wait(hours=24)


def test_it_is_made_shown_once_and_read_without_a_token(world: World, ana: Somebody) -> None:
    before = ana.get(FEED)
    url = subscribe(ana)
    answer = world.http.get(url)

    assert before == {"since": None}
    assert ana.get(FEED) == {"since": "2026-11-24T11:00:00.000Z"}
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert url not in ana.ask("GET", FEED).text
    assert url not in ana.ask("GET", "/v1/people/me/export").text


def test_days_are_shown_in_a_row_without_who(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    url = subscribe(bo)
    keep(world, ana, bo, days=3)
    keep(world, ana, days=4)

    assert shown(world, url) == [
        ("Kept", date(2026, 11, 24), date(2026, 11, 27)),
        ("Reserve", date(2026, 11, 27), date(2026, 11, 29)),
        ("Not kept", date(2026, 11, 29), date(2026, 12, 1)),
    ]


def test_both_are_shown_the_same_each_in_their_language(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    bo.ok("PATCH", "/v1/people/me", {"language": "fr"})
    urls = subscribe(ana), subscribe(bo)
    keep(world, ana, bo)
    keep(world, ana, days=2)
    hers, his = (shown(world, url) for url in urls)

    assert [rest for _, *rest in hers] == [rest for _, *rest in his]
    assert [text for text, *_ in his] == ["Tenu", "Réserve"]


def test_nothing_of_an_entry_or_a_person_is_in_it(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    url = subscribe(ana)
    keep(world, ana, bo, days=2)
    text = world.http.get(url).text

    assert not [word for word in (ana.id, bo.id, couple, "Between us.", *BLAME) if word in text]
    assert not [said for said in DAY_STATES for word in BLAME if word in f"{said.en} {said.fr}"]


def test_pauses_are_shown_as_days_however_many_there_are(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    url = subscribe(ana)
    ana.ok("POST", "/v1/pauses", {"from": "2026-12-01", "until": "2026-12-03"})
    bo.ok("POST", "/v1/pauses", {"from": "2026-12-02", "until": "2026-12-05"})

    assert ("Pause", date(2026, 12, 1), date(2026, 12, 6)) in shown(world, url)


def test_a_pause_without_an_end_is_shown_up_to_today(world: World, couple: str, ana: Somebody) -> None:
    url = subscribe(ana)
    ana.ok("POST", "/v1/pauses", {"from": "2026-11-25"})
    tomorrow = shown(world, url)
    world.wait(hours=72)

    assert ("Pause", date(2026, 11, 25), date(2026, 11, 26)) in tomorrow
    assert ("Pause", date(2026, 11, 25), date(2026, 11, 28)) in shown(world, url)


def test_pauses_are_shown_four_hundred_days_ahead(world: World, ana: Somebody) -> None:
    url = subscribe(ana)
    ana.ok("POST", "/v1/pauses", {"from": "2026-11-24", "until": "2028-11-20"})
    ana.ok("POST", "/v1/pauses", {"from": "2028-11-22"})

    assert [event for event in shown(world, url) if event[0] == "Pause"] == [
        ("Pause", date(2026, 11, 24), date(2027, 12, 30))
    ]


def test_only_the_last_four_hundred_days_are_shown(world: World, ana: Somebody) -> None:
    url = subscribe(ana)
    keep(world, ana)
    world.wait(hours=24 * 410)

    assert "Kept" not in [text for text, *_ in shown(world, url)]


def test_what_has_not_changed_is_not_sent_again(world: World, ana: Somebody) -> None:
    url = subscribe(ana)
    keep(world, ana)
    tag = world.http.get(url).headers["ETag"]
    again = world.http.get(url, headers={"If-None-Match": tag})
    keep(world, ana)
    changed = world.http.get(url, headers={"If-None-Match": tag})

    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert (changed.status_code, changed.headers["ETag"] != tag) == (200, True)


# --- the key


def test_a_new_address_ends_the_one_before(world: World, ana: Somebody) -> None:
    first, second = subscribe(ana), subscribe(ana)

    assert refusal(world.http.get(first)) == (404, "unknown_feed")
    assert world.http.get(second).status_code == 200


def test_unknown_ended_and_made_up_addresses_look_the_same(world: World, ana: Somebody, bo: Somebody) -> None:
    ended, bos = subscribe(ana), subscribe(bo)
    ana.ask("DELETE", FEED)
    made_up = [
        ended,
        bos.replace(bo.id, ana.id),
        f"/feeds/0190e000-0000-7000-8000-00000000000e_{'A' * 43}.ics",
        "/feeds/x.ics",
    ]
    answers = [world.http.get(url) for url in made_up]

    assert {refusal(answer) for answer in answers} == {(404, "unknown_feed")}
    assert len({answer.data for answer in answers}) == 1
    assert ana.get(FEED) == {"since": None}


def test_ending_what_is_not_there_is_nothing(ana: Somebody) -> None:
    assert ana.ask("DELETE", FEED).status_code == 204


def test_a_repeat_does_not_show_the_address_again(ana: Somebody) -> None:
    ana.ok("POST", FEED, {}, Idempotency_Key="k")
    again = ana.ask("POST", FEED, {}, Idempotency_Key="k")
    ana.ask("DELETE", FEED)
    ended = ana.ask("POST", FEED, {}, Idempotency_Key="k")

    assert (refusal(again), refusal(ended)) == ((409, "shown_before"), (409, "removed"))


def test_a_key_is_no_token_and_a_token_is_no_key(world: World, ana: Somebody) -> None:
    key = subscribe(ana).removeprefix("/feeds/").removesuffix(".ics")
    as_token = Somebody(world.http, ana.id, f"atr_{key}")

    assert refusal(as_token.ask("GET", "/v1/people/me")) == (401, "unauthorized")
    assert refusal(world.http.get(f"/feeds/{ana.token}.ics")) == (404, "unknown_feed")
    assert refusal(world.http.get(f"/feeds/{ana.token[4:]}.ics")) == (404, "unknown_feed")


def test_only_a_digest_is_stored(world: World, ana: Somebody) -> None:
    secret = subscribe(ana).removesuffix(".ics").rpartition("_")[2].encode()

    assert not [raw for raw in world.log.records if secret in (raw.value or b"")]
    assert not [view for views in world.store.hashes.values() for view in views.values() if secret in view]


def test_an_address_with_wrong_keys_is_stopped() -> None:
    strict = World(Rules(address_requests_per_minute=40, guesses_per_minute=4)).http
    answers = [strict.get(f"/feeds/{nth}.ics").status_code for nth in range(6)]

    assert (answers[0], answers[-1]) == (404, 429)


def test_an_address_that_asks_without_end_is_stopped() -> None:
    strict = World(Rules(address_requests_per_minute=3))
    url = subscribe(strict.register(ANA))
    strict.wait(hours=1)

    assert [strict.http.get(url).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_the_key_is_in_no_log(world: World, ana: Somebody, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    url = subscribe(ana)
    secret = url.removesuffix(".ics").rpartition("_")[2]
    world.http.get(url)
    world.store.away = True
    answer = world.http.get(url)

    assert refusal(answer) == (503, "unavailable")
    assert secret not in answer.text + caplog.text


def test_while_the_views_are_behind_nobody_is_told_that_it_is_unknown(world: World, ana: Somebody) -> None:
    url = subscribe(ana)
    ana.ask("DELETE", FEED)
    world.clock.ms += 5001

    assert refusal(world.http.get(url)) == (503, "unavailable")


# --- partners


def test_the_partner_cannot_tell_that_there_is_one(couple: str, ana: Somebody, bo: Somebody) -> None:
    paths = (FEED, "/v1/couple", "/v1/streak", "/v1/calendar", "/v1/check-ins")
    before = seen_by(bo, paths)
    subscribe(ana)

    assert seen_by(bo, paths) == before


def test_after_leaving_it_shows_ones_own_days_and_the_others_shows_a_pause(
    world: World, couple: str, ana: Somebody, bo: Somebody
) -> None:
    anas, bos = subscribe(ana), subscribe(bo)
    keep(world, ana, bo, days=2)
    leave(ana)
    keep(world, ana, days=2)

    assert ("Kept", date(2026, 11, 24), date(2026, 11, 26)) in shown(world, bos)
    assert [text for text, *_ in shown(world, bos)][-1] == "Pause"
    hers = shown(world, anas)
    assert ("Kept", date(2026, 11, 26), date(2026, 11, 28)) in hers
    assert "Pause" not in [text for text, *_ in hers]


def test_whoever_is_erased_has_no_calendar_any_more(world: World, couple: str, ana: Somebody) -> None:
    url = subscribe(ana)
    erase(ana)

    assert refusal(world.http.get(url)) == (404, "unknown_feed")


@pytest.mark.parametrize(("keeps", "status"), [({}, 404), ({"keep_tokens": True}, 200)])
def test_recovery_ends_it_as_it_does_with_tokens(
    world: World, ana: Somebody, keeps: dict[str, Any], status: int
) -> None:
    codes = ana.ok("POST", "/v1/recovery-codes", {})["codes"]
    url = subscribe(ana)
    world.http.post("/v1/recovery", json={"code": codes[0], **keeps})

    assert world.http.get(url).status_code == status
