"""What a machine tells of whoever uses it."""

from pathlib import Path

import pytest
from cli.person import machine

NOWHERE = Path("/nonexistent")


@pytest.mark.parametrize("told", ["Europe/Paris", ":Europe/Paris"])
def test_the_environment_names_the_zone(told: str) -> None:
    assert machine.zone({"TZ": told}, NOWHERE, NOWHERE) == "Europe/Paris"


@pytest.mark.parametrize("told", ["CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT", "/etc/localtime", ""])
def test_what_is_no_name_of_a_zone_is_not_suggested(told: str) -> None:
    assert machine.zone({"TZ": told}, NOWHERE, NOWHERE) is None


def test_the_link_of_the_clock_names_the_zone(tmp_path: Path) -> None:
    place = tmp_path / "zoneinfo/America/New_York"
    place.parent.mkdir(parents=True)
    place.touch()
    (tmp_path / "localtime").symlink_to(place)

    assert machine.zone({}, tmp_path / "localtime", NOWHERE) == "America/New_York"


def test_else_a_file_does(tmp_path: Path) -> None:
    (tmp_path / "timezone").write_text("Asia/Tokyo\n")

    assert machine.zone({}, NOWHERE, tmp_path / "timezone") == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("environ", "language", "country"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr", "FR"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "fr_CA"}, "fr", "CA"),
        ({"LANG": "de_DE.UTF-8"}, "en", "DE"),
        ({"LANG": "C.UTF-8"}, "en", None),
        ({}, "en", None),
    ],
)
def test_the_locale_names_language_and_country(
    environ: dict[str, str], language: str, country: str | None
) -> None:
    assert (machine.language(environ), machine.country(environ)) == (language, country)
