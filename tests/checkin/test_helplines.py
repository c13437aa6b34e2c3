"""The list of helplines: whom to call, in both languages, and what a site's own file must have."""

import re
from pathlib import Path

import pytest
from checkin.words.helplines import NOTICES, PACKAGED, Line, Text, read, said
from checkin.words.vocabulary import LANGUAGES

LINES = read(PACKAGED)
EVERY = [(country, line) for country, lines in LINES.countries.items() for line in lines]
LINE = 'purpose = "crisis"\nname = "Somebody"\nabout = {en = "to talk", fr = "parler"}\n'
PLAIN = f"[[elsewhere]]\n{LINE}[countries]\n"
OF_FRANCE = f"[[countries.FR]]\n{LINE}"


def test_the_countries_are_those_that_are_promised() -> None:
    promised = "FR BE CH CA US GB IE DE AT ES IT PT NL AU NZ"

    assert set(LINES.countries) >= set(promised.split())


@pytest.mark.parametrize("country", LINES.countries)
def test_a_country_has_an_emergency_number_a_line_for_people_who_are_hurt_and_one_for_a_crisis(
    country: str,
) -> None:
    purposes = {line.purpose for line in LINES.countries[country]}

    assert purposes == {"emergency", "partner", "crisis"}
    assert LINES.countries[country][0].purpose == "emergency"
    assert LINES.countries[country][0].number


def test_for_every_other_country_there_is_the_local_number_and_a_list_of_all() -> None:
    assert [line.purpose for line in LINES.elsewhere] == ["emergency", "partner", "crisis"]
    assert {line.address for line in LINES.elsewhere} == {None, "https://findahelpline.com"}


def test_no_number_stands_twice_in_one_country() -> None:
    reached = [(country, line.number or line.address) for country, line in EVERY]

    assert len(set(reached)) == len(reached)


def test_in_french_a_semicolon_never_begins_a_line() -> None:
    french = [said(line.about, "fr") for _, line in EVERY] + [notice.fr for notice in NOTICES.values()]

    assert [text for text in french if re.search(r"(?<!\u00a0)[?:;]", text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_that_people_can_choose_has_its_text(language: str) -> None:
    line = Line("crisis", Text(en="Line", fr="Ligne"), Text(en="to talk", fr="parler"))

    assert said(line.name, language) == {"en": "Line", "fr": "Ligne"}[language]  # type: ignore[arg-type]


def test_a_sites_own_file_takes_the_place_of_the_list(tmp_path: Path) -> None:
    file = tmp_path / "help.toml"
    file.write_text(PLAIN + OF_FRANCE + 'number = "+33 1"\n')

    assert [line.number for line in read(file).countries["FR"]] == ["+33 1"]


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        ("elsewhere = [", "Invalid value"),
        ("elsewhere = []\n[countries]\n", "length >= 1 - at `$.elsewhere`"),
        (PLAIN.replace(', fr = "parler"', ""), "missing required field `fr` - at `$.elsewhere[0].about`"),
        (PLAIN.replace("crisis", "gossip"), "Invalid enum value 'gossip'"),
        (PLAIN + OF_FRANCE, "a line of FR has no number and no address"),
        (PLAIN + OF_FRANCE + 'number = "call us"\n', "- at `$.countries"),
        (PLAIN + OF_FRANCE + 'address = "http://plain.example"\n', "- at `$.countries"),
        (PLAIN + OF_FRANCE.replace(".FR", ".France"), "matching regex"),
        (PLAIN + OF_FRANCE + 'numero = "112"\n', "unknown field `numero`"),
        ("\udcff", "utf-8"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_one_sentence(tmp_path: Path, content: str, flaw: str) -> None:
    file = tmp_path / "help.toml"
    file.write_bytes(content.encode(errors="surrogateescape"))

    with pytest.raises(ValueError, match=r"^ATTUNE_HELP_FILE names .*help\.toml") as refused:
        read(file)
    assert flaw in str(refused.value)
    assert re.fullmatch(r"[^\n]+[^.\n]\.", str(refused.value))


def test_a_file_that_cannot_be_read_says_what_to_mend() -> None:
    with pytest.raises(
        ValueError, match=r"/nowhere/help\.toml, which cannot be read: mend path, owner or mode"
    ):
        read(Path("/nowhere/help.toml"))
