"""The smallest history that still shows a difference: what to put into a report, or a test."""

from collections.abc import Callable

from tests.oracle.histories import History, Pause, PauseEnd


def shrunk(history: History, fails: Callable[[History], bool]) -> History:
    """Without every fact that is not needed to fail."""
    size = max(1, len(history.facts) // 2)
    while size:
        place = 0
        while place < len(history.facts):
            fewer = history._replace(facts=history.facts[:place] + history.facts[place + size :])
            if _pauses_stand(history, fewer) and fails(fewer):
                history = fewer
            else:
                place += size
        size //= 2
    return history


def _pauses_stand(history: History, fewer: History) -> bool:
    """Pauses are named by their number: one is left out only after those that end any."""
    before, after = [[f for f in h.facts if isinstance(f, Pause)] for h in (history, fewer)]
    return before == after or not any(isinstance(fact, PauseEnd) for fact in fewer.facts)
