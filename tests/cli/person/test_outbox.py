"""What cannot be sent waits, goes out first with the next command, and arrives once."""

import json

import pytest

from tests.cli.person.site import BUSY, PORTAL, Fault, Weather, dropped, lost, saying, served
from tests.cli.person.terminal import Terminal
from tests.flow.world import World

KEPT = "Your entry is kept here and goes out with your next command: attune outbox\n"
HOURS_OF_4_DAYS = 4 * 24


def notes(terminal: Terminal) -> list[str]:
    """The notes of all entries that the site has."""
    found = json.loads(terminal.run("entries", "--json").stdout)["check_ins"]
    return sorted(entry["note"] for entry in found)


def test_an_entry_waits_until_the_site_can_be_reached(ana: Terminal, weather: Weather) -> None:
    weather.away(1)

    result = ana.run("feeling", "calm", "-n", "one")

    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr.endswith(KEPT)
    assert ana.ok("outbox").splitlines()[1].split()[1:] == ["feeling", "Tue", "24", "Nov,", "12:00", "one"]


def test_what_waits_goes_first_with_the_next_command(ana: Terminal, weather: Weather) -> None:
    weather.away(1)
    ana.run("feeling", "calm", "-n", "one")
    before = len(weather.asked)

    result = ana.run("status")

    assert result.exit_code == 0
    assert result.stderr == "1 entry that waited here has been sent.\n"
    assert weather.asked[before] == "POST /v1/check-ins"
    assert ana.outbox == []
    assert notes(ana) == ["one"]


def test_entries_arrive_in_the_order_in_which_they_were_made(ana: Terminal, weather: Weather) -> None:
    weather.away(2)
    ana.run("feeling", "calm", "-n", "one")
    ana.run("feeling", "calm", "-n", "two")

    result = ana.run("feeling", "calm", "-n", "three")

    assert result.stderr == "2 entries that waited here have been sent.\n"
    assert [body["note"] for body in weather.bodies[-3:]] == ["one", "two", "three"]
    assert len(notes(ana)) == 3


def test_an_entry_is_for_the_day_on_which_it_was_made(ana: Terminal, weather: Weather, world: World) -> None:
    weather.away(2)
    ana.run("feeling", "calm")
    ana.run("feeling", "calm", "--yesterday")

    world.wait(hours=24)

    entries = json.loads(ana.run("entries", "--json").stdout)["check_ins"]
    assert [entry["local_date"] for entry in entries] == ["2026-11-24", "2026-11-23"]


@pytest.mark.parametrize("fault", [lost, dropped, PORTAL, saying("502 BAD GATEWAY", "<html>", "text/html")])
def test_whatever_happens_on_the_way_it_arrives_once(ana: Terminal, weather: Weather, fault: Fault) -> None:
    weather.faults.extend([fault, fault])

    assert ana.run("feeling", "calm", "-n", "one").exit_code == 0
    assert ana.run("feeling", "calm", "-n", "two").exit_code == 0

    assert notes(ana) == ["one", "two"]
    assert ana.outbox == []


def test_a_lost_answer_is_no_second_entry_days_later(ana: Terminal, weather: Weather, world: World) -> None:
    weather.faults.append(lost)
    ana.run("feeling", "calm", "-n", "one")

    world.wait(hours=HOURS_OF_4_DAYS)

    assert ana.run("status").stderr == "1 entry that waited here has been sent.\n"
    assert notes(ana) == ["one"]


def test_what_came_too_late_is_kept_and_listed_with_the_reason(
    ana: Terminal, weather: Weather, world: World
) -> None:
    weather.away(1)
    ana.run("feeling", "calm", "-n", "one")
    world.wait(hours=HOURS_OF_4_DAYS)

    result = ana.run("status")

    assert result.exit_code == 0
    assert "was refused. It is kept" in result.stderr
    assert "two days late" in " ".join(ana.ok("outbox").split())
    # It is not sent again, and said once.
    assert ana.ok("status")
    assert ana.ok("outbox", "--drop", "all") == "Thrown away: 1 entry.\n"
    assert ana.outbox == []


def test_a_short_unwell_spell_of_the_site_is_waited_for(ana: Terminal, weather: Weather) -> None:
    weather.faults.extend([BUSY, BUSY])

    assert ana.ok("feeling", "calm").startswith("Checked in")
    assert ana.slept == [1, 1]


def test_a_longer_one_is_not(ana: Terminal, weather: Weather) -> None:
    away = {"type": "/problems/unavailable", "detail": "Attune cannot keep anything right now."}
    weather.faults.append(saying("503 SERVICE UNAVAILABLE", away, Retry_After="30"))

    result = ana.run("feeling", "calm")

    assert result.exit_code == 0
    assert result.stderr == f"Attune cannot keep anything right now.\n{KEPT}"
    assert ana.slept == []
    assert len(ana.outbox) == 1


def test_a_token_that_ended_keeps_the_entry_for_whoever_signs_in_again(ana: Terminal) -> None:
    token = ana.token_file.read_text()
    ana.token_file.write_text(token.strip()[:-4] + "nope")

    result = ana.run("feeling", "calm", "-n", "one")

    assert result.exit_code == 1
    assert result.stderr == f"This token is not, or no longer, valid.\n{KEPT}"
    ana.token_file.write_text(token)
    assert "has been sent" in ana.run("status").stderr


def test_one_persons_entries_are_never_sent_as_anothers(
    ana: Terminal, bo: Terminal, weather: Weather
) -> None:
    weather.away(1)
    ana.run("feeling", "sad", "-n", "for nobody else")
    mine = ana.token_file.read_text()

    ana.token_file.write_text(bo.token_file.read_text())

    assert ana.ok("outbox").startswith("Nothing waits here")
    assert ana.ok("status")
    ana.token_file.write_text(mine)
    assert notes(ana) == ["for nobody else"]


def test_an_entry_for_one_site_is_never_sent_to_another(ana: Terminal, weather: Weather) -> None:
    weather.away(1)
    ana.run("feeling", "sad", "-n", "one")
    token = ana.token_file.read_text().strip()
    other = Weather(World().app)

    with served(other) as address:
        ana.run("status", ATTUNE_SITE=address, ATTUNE_TOKEN=token)

    assert "POST /v1/check-ins" not in other.asked
    assert len(ana.outbox) == 1


def test_the_files_are_their_owners_alone(ana: Terminal, weather: Weather) -> None:
    weather.away(1)
    ana.run("feeling", "sad", "-n", "one")

    (path,) = ana.outbox
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_one_of_several_can_be_thrown_away(ana: Terminal, weather: Weather) -> None:
    weather.away(2)
    ana.run("feeling", "sad", "-n", "one")
    ana.run("feeling", "sad", "-n", "two")
    first = json.loads(ana.ok("outbox", "--json"))["waiting"][0]["body"]["id"]

    dropped_one = json.loads(ana.ok("outbox", "--drop", first[-6:], "--json"))

    assert dropped_one == {"dropped": [first]}
    assert notes(ana) == ["two"]


def test_an_id_that_waits_nowhere_throws_nothing_away(ana: Terminal, weather: Weather) -> None:
    weather.away(1)
    ana.run("feeling", "sad")

    assert "No entry waits under zzzzzz" in ana.refused("outbox", "--drop", "zzzzzz")
    assert len(ana.outbox) == 1


def test_json_says_that_an_entry_waits(ana: Terminal, weather: Weather) -> None:
    weather.away(1)

    said = json.loads(ana.run("feeling", "sad", "--json").stdout)

    assert said == {
        "id": json.loads(ana.ok("outbox", "--json"))["waiting"][0]["body"]["id"],
        "state": "waiting",
    }


def test_a_file_that_is_no_entry_is_named(ana: Terminal) -> None:
    folder = ana.home / ".local/state/attune/outbox"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "0.json").write_text("{")
    (folder / "0.json").chmod(0o600)

    assert "0.json is no entry of the outbox" in ana.refused("status")
