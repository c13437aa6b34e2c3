"""Checking in with one word."""

import json
from typing import Any

import pytest

from tests.cli.person.site import Weather
from tests.cli.person.terminal import Terminal
from tests.streams import HOUR_MS, NOON_MS


def entered(terminal: Terminal, *words: str, **how: Any) -> Any:
    """What the site has of an entry that is made with these words."""
    made = json.loads(terminal.ok(*words, "--json", **how))
    listed = json.loads(terminal.ok("entries", "--json"))["check_ins"]
    return next(entry for entry in listed if entry["id"] == made["id"])


def shared_with(terminal: Terminal, note: str) -> Any:
    """The partner's entry with this note."""
    listed = json.loads(terminal.ok("entries", "--json"))["check_ins"]
    return next(entry for entry in listed if entry["note"] == note)


def test_a_word_is_enough(ana: Terminal) -> None:
    assert ana.ok("feeling", "calm") == "Checked in: feeling, for Tue 24 Nov 2026.\n"


def test_everything_that_can_be_said_arrives(ana: Terminal) -> None:
    entry = entered(ana, "feeling", "calm", "tired", "-n", "long day", "--busy", "2", "--shared")

    assert entry["feelings"] == ["calm", "tired"]
    assert (entry["note"], entry["busy"], entry["visibility"]) == ("long day", 2, "shared")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("close", "-m", "40", "-n", "tea"), "quality_time"),
        (("appreciate", "Thank you"), "appreciation"),
        (("best", "The walk"), "best_thing"),
        (("checkin", "repair"), "repair"),
        (("checkin", "safe"), "safe_space"),
        (("checkin", "self-love"), "self_love"),
        (("f", "calm"), "feeling"),
        (("c",), "quality_time"),
        (("a", "Thank you"), "appreciation"),
        (("b", "The walk"), "best_thing"),
    ],
)
def test_every_way_to_check_in_has_its_kind(ana: Terminal, words: tuple[str, ...], kind: str) -> None:
    assert entered(ana, *words)["kind"] == kind


@pytest.mark.parametrize("typed", ["not sure", "not-sure", "NOT_SURE", "je ne sais pas"])
def test_a_feeling_may_be_written_in_many_ways(ana: Terminal, typed: str) -> None:
    assert entered(ana, "feeling", typed)["feelings"] == ["not_sure"]


def test_a_wrong_word_is_answered_with_what_was_meant(ana: Terminal) -> None:
    told = " ".join(ana.refused("feeling", "tierd", code=2).replace("│", "").split())

    assert "“tierd” is no word for a feeling. Did you mean tired" in told
    assert "vulnerable, anxious" in told


def test_a_wrong_kind_is_answered_with_what_was_meant(ana: Terminal) -> None:
    told = " ".join(ana.refused("checkin", "repare", code=2).replace("│", "").split())

    assert "“repare” is no kind of check-in. Did you mean repair" in told


def test_a_command_that_does_not_exist_is_answered_with_what_was_meant(ana: Terminal) -> None:
    assert "Did you mean 'feeling'" in ana.refused("feelin", code=2)


def test_json_is_what_the_site_answers(ana: Terminal) -> None:
    made = json.loads(ana.ok("feeling", "calm", "--json"))

    (entry,) = json.loads(ana.ok("entries", "--json"))["check_ins"]
    assert made == {"id": entry["id"], "local_date": "2026-11-24"}


def test_a_note_can_be_read_from_stdin(ana: Terminal) -> None:
    entry = entered(ana, "feeling", "calm", "-n", "-", stdin="on two\nlines\n")

    assert entry["note"] == "on two\nlines"


def test_an_appreciation_can_be_read_from_stdin(ana: Terminal) -> None:
    assert entered(ana, "appreciate", "-", stdin="Thank you\n")["note"] == "Thank you"


def test_an_appreciation_is_shared_unless_said_otherwise(ana: Terminal) -> None:
    assert entered(ana, "appreciate", "Thank you")["visibility"] == "shared"
    assert entered(ana, "appreciate", "Thank you", "--sealed")["visibility"] == "sealed"


def test_a_secret_entry_is_seen_by_nobody_else(pair: tuple[Terminal, Terminal]) -> None:
    ana, bo = pair

    assert entered(ana, "feeling", "sad", "--secret")["visibility"] == "secret"
    assert bo.ok("entries") == "There is no entry to show.\n"


def test_yesterday_is_the_day_before(ana: Terminal) -> None:
    assert ana.ok("feeling", "calm", "--yesterday") == "Checked in: feeling, for Mon 23 Nov 2026.\n"


def test_after_midnight_it_is_still_the_day_that_has_not_ended(ana: Terminal) -> None:
    ana.now_ms = lambda: NOON_MS - 10 * HOUR_MS

    assert "for Mon 23 Nov 2026" in ana.ok("feeling", "calm")
    assert "for Sun 22 Nov 2026" in ana.ok("feeling", "calm", "--yesterday")


def test_a_date_can_be_named(ana: Terminal) -> None:
    assert ana.ok("close", "--on", "2026-11-22").endswith("for Sun 22 Nov 2026.\n")


def test_a_date_long_ago_is_refused_and_nothing_waits(ana: Terminal) -> None:
    told = ana.refused("feeling", "calm", "--on", "2026-11-01")

    assert "/day: A check-in can be entered up to two days late" in told
    assert ana.outbox == []


def test_a_clock_that_is_ahead_is_pointed_at(ana: Terminal) -> None:
    ana.now_ms = lambda: NOON_MS + HOUR_MS

    told = ana.refused("feeling", "calm")

    assert "more than five minutes in the future" in told
    assert "Is its clock right?" in told
    assert ana.outbox == []


@pytest.mark.parametrize(
    "options",
    [("--shared", "--secret"), ("--yesterday", "--on", "2026-11-23"), ("--busy", "4"), ("--on", "monday")],
)
def test_options_that_make_no_sense_are_a_wrong_usage(
    ana: Terminal, weather: Weather, options: tuple[str, ...]
) -> None:
    before = list(weather.asked)

    ana.refused("feeling", "calm", *options, code=2)
    assert weather.asked == before
    assert ana.outbox == []


def test_a_reflection_answers_what_the_partner_shared_last(pair: tuple[Terminal, Terminal]) -> None:
    ana, bo = pair
    ana.ok("appreciate", "First", "--yesterday")
    ana.ok("appreciate", "Second")
    ana.ok("feeling", "sad")

    reflection = entered(bo, "reflect", "I heard you")

    assert reflection["in_reply_to"] == shared_with(bo, "Second")["id"]


def test_of_several_on_one_day_one_has_to_be_named(pair: tuple[Terminal, Terminal]) -> None:
    ana, bo = pair
    ana.ok("appreciate", "First")
    ana.ok("appreciate", "Second")
    first = shared_with(bo, "First")["id"]

    assert f"--to {first}  appreciation  First" in bo.refused("reflect", "I heard you")
    assert entered(bo, "reflect", "I heard you", "--to", first)["in_reply_to"] == first


def test_without_anything_shared_there_is_nothing_to_answer(pair: tuple[Terminal, Terminal]) -> None:
    _, bo = pair

    assert "has not shared anything" in bo.refused("reflect", "I heard you")


def test_who_is_not_signed_in_is_told_how_to_begin(ana: Terminal) -> None:
    ana.ok("logout", "--yes")

    assert "attune sign-up" in ana.refused("feeling", "calm")
    assert ana.outbox == []
