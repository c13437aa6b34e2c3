"""How long a check-in may be taken back. Pure: projector and streaks both decide by it, and so alike."""

from typing import Final

UNDO_MS: Final = 600_000


def may_undo(append_ms: int, now_ms: int) -> bool:
    """Whether an entry accepted at `append_ms` may still be undone at `now_ms`; both are append times."""
    return now_ms - append_ms <= UNDO_MS
