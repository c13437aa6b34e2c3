"""What /readyz asks of the surroundings, each answer good for a moment: probes must not become a load."""

from collections.abc import Callable

Check = Callable[[], str | None]
"""None if all is well, else a sentence."""

LASTS_S = 2.0


class Recent:
    """A check whose answer is asked for at most every two seconds."""

    def __init__(self, check: Check, monotonic_s: Callable[[], float]) -> None:
        self._check = check
        self._now_s = monotonic_s
        self._asked_s: float | None = None
        self._answer: str | None = None

    def __call__(self) -> str | None:
        now_s = self._now_s()
        if self._asked_s is None or now_s - self._asked_s > LASTS_S:
            self._asked_s, self._answer = now_s, self._check()
        return self._answer
