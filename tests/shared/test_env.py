"""Secrets from the environment, or from files that it names."""

from pathlib import Path

import pytest

from shared.env import BadSetting, optional_secret


@pytest.mark.parametrize("content", ["", "\n"])
def test_an_optional_secret_in_an_empty_file_is_none(tmp_path: Path, content: str) -> None:
    """As compose has it, which mounts no file that is not there."""
    file = tmp_path / "secret"
    file.write_text(content)

    assert optional_secret({"SECRET_FILE": str(file)}, "SECRET") is None


def test_an_optional_secret_that_is_not_named_is_none() -> None:
    assert optional_secret({}, "SECRET") is None


def test_an_optional_secret_is_read_from_its_file_without_the_end_of_the_line(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("geheim\n")

    assert optional_secret({"SECRET_FILE": str(file)}, "SECRET") == "geheim"


def test_a_file_that_is_named_and_not_there_is_an_error() -> None:
    with pytest.raises(BadSetting, match="SECRET_FILE names /nowhere/secret, which cannot be read"):
        optional_secret({"SECRET_FILE": "/nowhere/secret"}, "SECRET")
