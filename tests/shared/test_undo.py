"""How long a check-in may be taken back, by the log's own time."""

import pytest

from shared.undo import UNDO_MS, may_undo


@pytest.mark.parametrize(("after_ms", "may"), [(0, True), (UNDO_MS, True), (UNDO_MS + 1, False)])
def test_an_entry_can_be_taken_back_for_ten_minutes_and_no_longer(after_ms: int, may: bool) -> None:
    assert UNDO_MS == 10 * 60 * 1000
    assert may_undo(1_000_000, 1_000_000 + after_ms) is may
