"""Nothing that comes from outside can act on a terminal."""

import re
import unicodedata

import pytest
from cli.person.plain import plain
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.person.site import Weather, saying
from tests.cli.person.terminal import Terminal

ATTACKS = (
    "\x1b[2J\x1b[H",
    "\x1b]0;owned\x07",
    "\x9b31m",
    "\rYou are signed out.",
    "abc\b\b\bxyz",
    "\u202etxet",
    "\u2066hidden\u2069",
    "[bold red]markup[/]",
    "[link=https://evil.example]here[/link]",
    ":skull:",
)


@given(st.text())
def test_no_character_that_is_left_can_move_the_cursor_or_reorder_the_text(text: str) -> None:
    left = {unicodedata.category(c) for c in plain(text, lines=True).replace("\n", "").replace("\t", "")}

    assert not left & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(plain(text)) & set("\n\t\u202e\u2066\u200e\u061c")


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "👍🏽", "❤️", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "\U0001fae8", "naïve", "می‌خواهم"])
def test_emoji_and_scripts_that_join_stay_whole(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_note_cannot_act_on_the_partners_terminal(pair: tuple[Terminal, Terminal], attack: str) -> None:
    ana, bo = pair
    ana.ok("appreciate", f"before {attack} after")

    shown = bo.ok("entries", FORCE_COLOR="1", TERM="xterm-256color")

    kept = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", kept)
    if attack.startswith(("[", ":")):
        assert attack in kept


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_refusal_cannot_act_on_the_terminal(ana: Terminal, weather: Weather, attack: str) -> None:
    weather.faults.append(saying("409 CONFLICT", {"detail": f"No. {attack}"}))

    told = ana.refused("couple")

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", told)


def test_json_leaves_nothing_for_a_terminal_to_act_on(pair: tuple[Terminal, Terminal]) -> None:
    ana, bo = pair
    ana.ok("appreciate", "\x1b[2J \u202e é")

    printed = bo.ok("entries", "--json")

    assert printed.isascii()
    assert "\x1b" not in printed
