"""`attune export`: a file of one's own, wholly or not at all."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.person.site import Weather, dropped, saying
from tests.cli.person.terminal import Terminal


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "mine"


def test_json_goes_to_a_file_of_ones_own(ana: Terminal, target: Path) -> None:
    ana.ok("feeling", "calm", "-n", "long day")

    told = ana.ok("export", "-o", str(target))

    assert told == f"Everything of yours is in {target}; only you can read it.\n"
    assert [entry["note"] for entry in json.loads(target.read_bytes())["check_ins"]] == ["long day"]
    assert target.stat().st_mode & 0o777 == 0o600


def test_csv_is_a_zip(ana: Terminal, target: Path) -> None:
    ana.ok("feeling", "calm", "-n", "long day")

    ana.ok("export", "--format", "csv", "-o", str(target))

    with zipfile.ZipFile(target) as archive:
        assert b"long day" in archive.read("check-ins.csv")


@pytest.mark.parametrize("words", [("-o", "-"), ("--json",)])
def test_json_can_go_to_stdout(ana: Terminal, words: tuple[str, ...]) -> None:
    ana.ok("feeling", "calm", "-n", "é \u202e")

    printed = ana.ok("export", *words)

    assert json.loads(printed)["check_ins"][0]["note"] == "é \u202e"
    assert printed.isascii()


def test_a_zip_can_go_to_a_pipe(ana: Terminal) -> None:
    printed = ana.run("export", "--format", "csv", "-o", "-").stdout_bytes

    assert "person.csv" in zipfile.ZipFile(io.BytesIO(printed)).namelist()


def test_a_file_that_is_there_is_not_written_over(ana: Terminal, weather: Weather, target: Path) -> None:
    target.write_text("mine")
    before = list(weather.asked)

    assert "--force" in ana.refused("export", "-o", str(target))
    assert (target.read_text(), weather.asked) == ("mine", before)

    ana.ok("export", "-o", str(target), "--force")
    assert json.loads(target.read_bytes())["check_ins"] == []


def test_half_a_file_is_none(ana: Terminal, weather: Weather, target: Path) -> None:
    half = saying("200 OK", "half of it", "application/json", Content_Length="1000")
    weather.faults.append(half)

    assert "cannot be reached" in ana.refused("export", "-o", str(target))
    assert list(target.parent.glob("*mine*")) == []


def test_a_refusal_writes_nothing(ana: Terminal, weather: Weather, target: Path) -> None:
    weather.faults.append(saying("404 NOT FOUND", {"detail": "Not Found"}))

    assert ana.refused("export", "-o", str(target)) == "Not Found\n"
    weather.faults.append(dropped)
    ana.refused("export", "-o", str(target))
    assert not target.exists()


@pytest.mark.parametrize("words", [(), ("--json", "--format", "csv"), ("--json", "-o", "file")])
def test_what_makes_no_sense_is_a_wrong_usage(ana: Terminal, words: tuple[str, ...]) -> None:
    ana.refused("export", *words, code=2)


def test_a_folder_is_no_file(ana: Terminal, tmp_path: Path) -> None:
    assert "is a folder" in ana.refused("export", "-o", str(tmp_path), "--force")


def test_a_folder_that_is_not_there_is_said_so(ana: Terminal, tmp_path: Path) -> None:
    assert "cannot be written" in ana.refused("export", "-o", str(tmp_path / "no" / "mine"))
