"""What /readyz asks of the surroundings, each answer good for a moment: probes must not become a load."""

from collections.abc import Callable, Mapping
from typing import Any

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


def readiness(checks: Mapping[str, Check]) -> dict[str, Any]:
    """Whether all is well, and what each check says: what /readyz shows, wherever it is asked."""
    found = {name: check() for name, check in checks.items()}
    return {"ready": not any(found.values()), "checks": {name: said or "ok" for name, said in found.items()}}
