"""Sealed texts and wrapped keys: what opens them, and what does not."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.master_key import read_sealer
from shared.sealing import CannotOpen, Sealer
from tests.people import ANA, BO

OLD, NEW, OTHER = (bytes([n]) * 32 for n in (1, 2, 3))
EVENT = "0193a000-0000-7000-8000-000000000001"
WRAPPED_ONCE = "Ad48aEbGhCzL5i7ulzGVVBSormQ3s94kgV+Jz/0lmK07/19c7MtIbd/OaY/+QPYayEaUpXI2MhkPwghTzQ=="
SEALED_ONCE = "AaANRTis4hDLcS2TEX2EIkT6JvTIeYp+85mr8ISb79z1trjA7Fxy83Tlt5g="


def as_setting(key: bytes) -> str:
    return base64.b64encode(key).decode()


@given(st.text(max_size=200))
def test_a_text_opens_for_its_person_event_and_field_alone(text: str) -> None:
    sealer = Sealer(OLD)
    key, bos = sealer.new_key(ANA.id), sealer.new_key(BO.id)
    sealed = sealer.seal(ANA.id, key, EVENT, "note", text)

    assert sealer.open(ANA.id, key, EVENT, "note", sealed) == text
    for place in ((BO.id, bos, EVENT, "note"), (ANA.id, key, ANA.id, "note"), (ANA.id, key, EVENT, "name")):
        with pytest.raises(CannotOpen):
            sealer.open(*place, sealed)


@given(st.binary(max_size=120), st.text(max_size=40))
def test_what_was_never_sealed_does_not_open(garbage: bytes, text: str) -> None:
    sealer = Sealer(OLD)
    key = sealer.new_key(ANA.id)

    for sealed in (base64.b64encode(garbage).decode(), text):
        with pytest.raises(CannotOpen):
            sealer.open(ANA.id, key, EVENT, "note", sealed)


def test_a_sealed_text_with_any_one_bit_altered_does_not_open() -> None:
    sealer = Sealer(OLD)
    key = sealer.new_key(ANA.id)
    sealed = base64.b64decode(sealer.seal(ANA.id, key, EVENT, "note", "Hi."))

    for at in range(8 * len(sealed)):
        altered = bytearray(sealed)
        altered[at // 8] ^= 1 << at % 8
        with pytest.raises(CannotOpen):
            sealer.open(ANA.id, key, EVENT, "note", base64.b64encode(altered).decode())


def test_what_the_previous_master_key_wrapped_opens_while_it_is_there() -> None:
    key = Sealer(OLD).new_key(ANA.id)
    sealed = Sealer(OLD).seal(ANA.id, key, EVENT, "note", "Hi.")

    assert Sealer(NEW, OLD).open(ANA.id, key, EVENT, "note", sealed) == "Hi."
    with pytest.raises(CannotOpen):
        Sealer(NEW).open(ANA.id, key, EVENT, "note", sealed)


def test_a_key_that_is_wrapped_anew_is_the_same_data_key() -> None:
    key = Sealer(OLD).new_key(ANA.id)
    sealed = Sealer(OLD).seal(ANA.id, key, EVENT, "note", "Hi.")
    anew = Sealer(NEW, OLD).rewrapped(ANA.id, key)

    assert anew is not None
    assert Sealer(NEW).open(ANA.id, anew, EVENT, "note", sealed) == "Hi."
    with pytest.raises(CannotOpen):
        Sealer(OLD).open(ANA.id, anew, EVENT, "note", sealed)


def test_new_keys_are_wrapped_by_the_current_master_key() -> None:
    assert Sealer(NEW).rewrapped(ANA.id, Sealer(NEW, OLD).new_key(ANA.id)) is None


def test_a_key_of_neither_master_key_or_of_somebody_else_is_not_wrapped_anew() -> None:
    for person, key in ((ANA.id, Sealer(OTHER).new_key(ANA.id)), (BO.id, Sealer(OLD).new_key(ANA.id))):
        with pytest.raises(CannotOpen):
            Sealer(NEW, OLD).rewrapped(person, key)


@pytest.mark.parametrize("nothing", [{}, {"ATTUNE_MASTER_KEY_PREVIOUS": ""}])
def test_the_previous_key_may_be_left_out(nothing: dict[str, str]) -> None:
    key = Sealer(OLD).new_key(ANA.id)
    sealer = read_sealer({"ATTUNE_MASTER_KEY": as_setting(NEW)} | nothing)

    with pytest.raises(CannotOpen):
        sealer.rewrapped(ANA.id, key)


@pytest.mark.parametrize("setting", ["ATTUNE_MASTER_KEY", "ATTUNE_MASTER_KEY_PREVIOUS"])
def test_both_keys_are_asked_to_be_keys(setting: str) -> None:
    environ = {"ATTUNE_MASTER_KEY": as_setting(NEW), "ATTUNE_MASTER_KEY_PREVIOUS": as_setting(OLD)}

    with pytest.raises(ValueError, match=f"^{setting} must be 32 random bytes in base64"):
        read_sealer(environ | {setting: "hunter2"})


def test_what_earlier_releases_sealed_still_opens() -> None:
    """The log is kept for ever: this was written once, with these keys."""
    wrapped = base64.b64decode(WRAPPED_ONCE)

    assert Sealer(OLD).open(ANA.id, wrapped, EVENT, "note", SEALED_ONCE) == "Ça va, et toi?"
