"""The inboxes as their owners read them: every nudge that was sent stands there once, and nothing else."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.chaos.client import Client
from tests.chaos.effects import Complaint
from tests.chaos.stories import Story

SHOWN = 100
"""The most that one answer shows: the newest."""
_THREADS = 8
_PATIENCE_S = 30.0

Inboxes = Mapping[str, Sequence[str]]
"""The ids of the nudges in somebody's inbox, by person."""


def read(port: int, tokens: Mapping[str, str]) -> Inboxes:
    """What each of these is shown. Who has been erased has none. Raises `TimeoutError`."""
    with ThreadPoolExecutor(_THREADS) as pool:
        found = pool.map(lambda token: _one(port, token), tokens.values())
        return {person: ids for person, ids in zip(tokens, found, strict=True) if ids is not None}


def _one(port: int, token: str) -> list[str] | None:
    client, until_s = Client(port, timeout_s=8.0), time.monotonic() + _PATIENCE_S
    try:
        while (answer := client.get("/v1/nudges", token)).status != 200:
            if answer.status == 401:
                return None
            if time.monotonic() > until_s:
                raise TimeoutError(f"an inbox was answered {answer.status}")
            time.sleep(0.2)
        return [nudge["id"] for nudge in answer.body["nudges"]]
    finally:
        client.close()


def wrong_inboxes(told: Iterable[Story], inboxes: Inboxes) -> Iterator[Complaint]:
    """What is not in an inbox though it was sent, what is twice, and what nobody sent."""
    sent: dict[str, set[str]] = defaultdict(set)
    for story in told:
        if story.sent and story.planned.channel is None:
            sent[story.planned.receiver].add(story.planned.nudge)
    for person, shown in inboxes.items():
        for nudge, times in Counter(shown).items():
            if times > 1:
                yield Complaint("wrong", f"{times} times in the inbox of {person}: {nudge}")
            if nudge not in sent[person]:
                yield Complaint("wrong", f"in the inbox of {person} and not sent: {nudge}")
        missing = sent[person] - set(shown) if len(shown) < SHOWN else set()
        for nudge in missing:
            yield Complaint("lost", f"sent, and not in the inbox of {person}: {nudge}")
