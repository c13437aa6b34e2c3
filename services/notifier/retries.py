"""When a failed attempt is made again. Pure."""

from zlib import crc32

BACKOFF_MS = (5_000, 30_000, 300_000, 1_800_000, 7_200_000)
"""At most so long after the first failed attempt, the second, and so on; after one more it is given up."""

TRIES_BEFORE_THE_NEXT = 3
"""Of a channel behind which another waits: about half a minute, since most nudges are about an evening."""


def pause_after(nudge: str, attempts: int, retry_after_s: float | None, *, another: bool) -> int | None:
    """Milliseconds from the end of a failed attempt to the next, or None if it was the last one.

    Full jitter: anything up to the back-off, by the nudge and the attempt alone, so that what failed together
    does not come back together. Never sooner than the receiver asked for. `another`: a channel waits behind.
    """
    if attempts > len(BACKOFF_MS) or (another and attempts >= TRIES_BEFORE_THE_NEXT):
        return None
    chance = crc32(f"{nudge}/{attempts}".encode()) / 2**32
    pause = max(1, round(BACKOFF_MS[attempts - 1] * chance))
    return pause if retry_after_s is None else max(pause, round(retry_after_s * 1000))
