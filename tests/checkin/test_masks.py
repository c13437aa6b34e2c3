"""Masks: an id that tells nothing, and that the API can take back."""

from uuid import UUID

from checkin.door.masks import Masks
from hypothesis import given
from hypothesis.strategies import uuids

KEY = b"k" * 32


@given(uuids())
def test_a_mask_can_be_taken_back(entry: UUID) -> None:
    masks = Masks(KEY)

    assert masks.unmask(masks.mask(str(entry))) == str(entry)


def test_ids_of_one_instant_share_nothing_once_they_are_masked() -> None:
    masks = Masks(KEY)
    one, other = "01939b8e-7c00-7000-8000-000000000001", "01939b8e-7c00-7000-8000-000000000002"

    assert masks.mask(one)[:8] != masks.mask(other)[:8]
    assert masks.mask(one)[:8] != one[:8]


def test_another_site_gives_another_mask() -> None:
    entry = "01939b8e-7c00-7000-8000-000000000001"

    assert Masks(KEY).mask(entry) != Masks(b"l" * 32).mask(entry)
