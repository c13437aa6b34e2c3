"""How long an attempt may take, and when one looks again at what could not be decided."""

ATTEMPT_MS = 15_000
"""How long an attempt takes at most."""
LEASE_MS = 2 * ATTEMPT_MS
"""How long an attempt may wait and take in all; after that another worker may make it."""


def patience(waited_ms: int) -> int:
    """How long to wait before looking again at views that are not caught up: longer, the longer it lasts."""
    return max(200, min(waited_ms // 8, 5_000))
