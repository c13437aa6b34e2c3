"""What a check-in is answered with, and waiting until it can be read: `Prefer: wait=N`."""

import pytest
from checkin.door.prefer import seconds_preferred

from tests.flow.refusals import refusal
from tests.flow.world import Somebody, World, body_of

ENTRY = {"kind": "feeling"}


@pytest.mark.parametrize("path", ["/v1/check-ins", "/v1/check-ins/"])
def test_the_answer_says_where_the_entry_is(ana: Somebody, path: str) -> None:
    answer = ana.ask("POST", path, ENTRY)

    assert answer.headers["Location"] == f"/v1/check-ins/{body_of(answer)['id']}"
    assert ana.get(answer.headers["Location"])["kind"] == "feeling"
    assert "Preference-Applied" not in answer.headers


def test_a_repeat_says_where_the_entry_is(ana: Somebody) -> None:
    first, again = (ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k") for _ in range(2))

    assert first.headers["Location"] == again.headers["Location"]


def test_a_reflection_says_where_it_is(couple: str, ana: Somebody, bo: Somebody) -> None:
    bo.check_in(visibility="shared")
    (seen,) = ana.get("/v1/check-ins")["check_ins"]
    answer = ana.ask("POST", f"/v1/check-ins/{seen['id']}/reflection", {}, Prefer="wait=1")

    assert ana.get(answer.headers["Location"])["kind"] == "reflection"
    assert answer.headers["Preference-Applied"] == "wait=1"


@pytest.mark.parametrize("visibility", ["sealed", "secret"])
def test_who_would_rather_wait_can_read_what_they_wrote(
    world: World, couple: str, ana: Somebody, visibility: str
) -> None:
    world.slow = True
    world.clock.on_sleep = world.settle
    answer = ana.ask("POST", "/v1/check-ins", ENTRY | {"visibility": visibility}, Prefer="wait=2")

    assert answer.status_code == 202
    assert answer.headers["Preference-Applied"] == "wait=2"
    assert ana.get(answer.headers["Location"])["visibility"] == visibility


def test_what_it_adds_up_to_is_waited_for_too(world: World, couple: str, ana: Somebody, bo: Somebody) -> None:
    ana.check_in()
    world.slow = True
    world.clock.on_sleep = world.settle
    bo.ok("POST", "/v1/check-ins", ENTRY, Prefer="wait=2")

    assert bo.get("/v1/streak")["count"] == 1


def test_what_is_not_read_in_time_is_accepted_all_the_same_and_not_said_to_be_read(
    world: World, ana: Somebody
) -> None:
    world.slow = True
    began_ms = world.clock.ms
    answer = ana.ask("POST", "/v1/check-ins", ENTRY, Prefer="wait=2")

    assert answer.status_code == 202
    assert "Preference-Applied" not in answer.headers
    assert 2000 <= world.clock.ms - began_ms < 2100


def test_nobody_waits_for_longer_than_five_seconds(world: World, ana: Somebody) -> None:
    world.slow = True
    began_ms = world.clock.ms
    ana.ask("POST", "/v1/check-ins", ENTRY, Prefer="wait=3600")

    assert world.clock.ms - began_ms < 5100


def test_who_does_not_ask_for_it_does_not_wait(world: World, ana: Somebody) -> None:
    world.slow = True
    began_ms = world.clock.ms
    ana.ask("POST", "/v1/check-ins", ENTRY)

    assert world.clock.ms == began_ms


def test_a_store_that_goes_away_meanwhile_takes_nothing_back(world: World, ana: Somebody) -> None:
    def vanish() -> None:
        world.store.away = True

    world.slow = True
    world.clock.on_sleep = vanish
    answer = ana.ask("POST", "/v1/check-ins", ENTRY, Prefer="wait=2")

    assert answer.status_code == 202
    assert "Preference-Applied" not in answer.headers


def test_a_repeat_waits_until_all_that_was_there_has_been_read(
    world: World, couple: str, ana: Somebody
) -> None:
    world.slow = True
    first = ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k", Prefer="wait=1")
    late = ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k", Prefer="wait=1")
    world.clock.on_sleep = world.settle
    read = ana.ask("POST", "/v1/check-ins", ENTRY, Idempotency_Key="k", Prefer="wait=1")

    assert "Preference-Applied" not in {*first.headers.keys(), *late.headers.keys()}
    assert read.headers["Preference-Applied"] == "wait=1"
    assert ana.get(read.headers["Location"])["kind"] == "feeling"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("wait=3", 3),
        ("wait=0", 0),
        ("wait=5", 5),
        ("wait=6", 5),
        ("wait=999999999", 5),
        ("respond-async, wait=2", 2),
        ("WAIT = 2", 2),
        ('wait="2"', 2),
        ("wait=2; foo=bar", 2),
        ("wait=1, wait=2", 1),
        ("", None),
        ("wait", None),
        ("wait=", None),
        ("wait=-1", None),
        ("wait=1.5", None),
        ("wait=two", None),
        ("wait=²", None),
        ("wait=" + "9" * 5000, None),
        ("await=2", None),
        ("return=minimal", None),
    ],
)
def test_what_is_preferred_is_read_as_the_standard_has_it(header: str, seconds: int | None) -> None:
    assert seconds_preferred(header) == seconds


# --- reading again


READS = ("/v1/people/me", "/v1/check-ins", "/v1/streak", "/v1/calendar", "/v1/couple", "/v1/nudges")


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("written", ["{etag}", "W/{etag}", '"other", {etag}', "*"])
def test_what_has_not_changed_is_not_sent_again(couple: str, ana: Somebody, path: str, written: str) -> None:
    etag = ana.ask("GET", path).headers["ETag"]
    answer = ana.ask("GET", path, If_None_Match=written.format(etag=etag))

    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", etag)


@pytest.mark.parametrize("path", ["/v1/check-ins", "/v1/streak"])
def test_what_has_changed_is_sent(couple: str, ana: Somebody, path: str) -> None:
    etag = ana.ask("GET", path).headers["ETag"]
    ana.check_in()
    answer = ana.ask("GET", path, If_None_Match=etag)

    assert answer.status_code == 200
    assert answer.headers["ETag"] != etag


def test_the_etag_tells_the_partner_nothing_of_a_secret_entry(
    couple: str, ana: Somebody, bo: Somebody
) -> None:
    before = [bo.ask("GET", path).headers["ETag"] for path in READS]
    ana.check_in(visibility="secret")

    assert [bo.ask("GET", path).headers["ETag"] for path in READS] == before


def test_a_read_of_what_is_no_longer_there_as_it_was_is_refused(ana: Somebody) -> None:
    etag = ana.ask("GET", "/v1/people/me").headers["ETag"]
    right, wrong = (ana.ask("GET", "/v1/people/me", If_Match=match) for match in (etag, '"other"'))

    assert right.status_code == 200
    assert refusal(wrong) == (412, "precondition_failed")
