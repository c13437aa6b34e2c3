"""Recovery codes as they are written on paper and read back."""

from collections.abc import Callable
from uuid import UUID

import pytest
from checkin.door.tokens import RecoveryCode, Tokens, read_recovery_code
from hypothesis import given
from hypothesis import strategies as st

from tests.people import ANA, EVE

GAPS = st.sampled_from(["", " ", "-", " - ", "–", "\n"])
people = st.uuids().map(str)
secrets = st.integers(0, 2**132 - 1)


@given(people, secrets)
def test_a_code_is_read_as_it_was_written(person: str, secret: int) -> None:
    code = RecoveryCode(person, secret)

    assert read_recovery_code(code.text) == code


@given(people, secrets, st.lists(GAPS, min_size=53, max_size=53), st.sampled_from([str.upper, str.lower]))
def test_case_gaps_and_look_alikes_make_no_difference(
    person: str, secret: int, gaps: list[str], case: Callable[[str], str]
) -> None:
    code = RecoveryCode(person, secret)
    letters = code.text.replace("-", "").replace("0", "o").replace("1", "I")
    written = "".join(gap + letter for gap, letter in zip(gaps, [*case(letters), ""], strict=True))

    assert read_recovery_code(written) == code


@given(st.text())
def test_any_text_is_a_code_or_none(text: str) -> None:
    found = read_recovery_code(text)

    assert found is None or read_recovery_code(found.text) == found


@pytest.mark.parametrize("text", ["", "0" * 51, "0" * 53, "U" * 52, "٠" * 52, "0" * 26])
def test_what_is_no_code(text: str) -> None:
    assert read_recovery_code(text) is None


def test_a_code_on_paper_has_thirteen_groups_of_four_without_look_alikes() -> None:
    text = Tokens(bytes(32)).recovery_code(ANA.id).text

    assert [len(group) for group in text.split("-")] == [4] * 13
    assert not set("ILOU") & set(text)


def test_what_is_stored_depends_on_the_person_the_secret_and_the_sites_key() -> None:
    codes = [RecoveryCode(ANA.id, 1), RecoveryCode(EVE.id, 1), RecoveryCode(ANA.id, 2)]
    stored = {Tokens(key).recovery(code) for code in codes for key in (bytes(32), b"k" * 32)}

    assert len(stored) == 6


def test_every_code_is_new() -> None:
    tokens = Tokens(bytes(32))

    assert len({tokens.recovery_code(ANA.id).secret for _ in range(1000)}) == 1000
    assert UUID(tokens.recovery_code(ANA.id).person) == UUID(ANA.id)
