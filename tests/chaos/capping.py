"""Whether anybody was sent more than the caps allow, by the system or by a partner."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from shared import hours
from shared.caps import PARTNER_GAP_MS, PARTNER_PER_DAY, SYSTEM_PER_DAY, SYSTEM_PER_WEEK
from shared.days import local_date
from shared.kinds import kind_of
from tests.chaos.stories import Facts, Spans, Story

SentMs = Mapping[tuple[str, str, bool], Sequence[int]]
"""When nudges counted by a cap were sent, by subject, receiver and whether a partner sent them."""


def sent_ms(told: Iterable[Story]) -> SentMs:
    """What the caps count."""
    found: dict[tuple[str, str, bool], list[int]] = defaultdict(list)
    for story in told:
        partner = kind_of(story.planned.kind).by_partner
        for sent in story.sent[:1] if story.planned.channel is None else ():
            if sent.channels or not partner:
                found[story.subject, sent.receiver, partner].append(sent.at_ms)
    return {key: sorted(instants) for key, instants in found.items()}


def caps_passed(sent_ms: SentMs, facts: Facts) -> Iterator[str]:
    """Where more was sent than there may be: by the system, or by a partner over a channel."""
    for (subject, receiver, partner), instants in sent_ms.items():
        # Whose zone is known no more has been erased.
        spans = facts.spans.get(receiver)
        if spans is not None and (_partner_passed if partner else _system_passed)(spans, instants):
            yield f"above the cap: {receiver} in {subject} at {instants}"


def _partner_passed(spans: Spans, instants: Sequence[int]) -> bool:
    near = any(other - one < PARTNER_GAP_MS for one, other in pairwise(instants))
    return near or _most(local_date(spans, at_ms) for at_ms in instants) > PARTNER_PER_DAY


def _system_passed(spans: Spans, instants: Sequence[int]) -> bool:
    dates = [local_date(spans, at_ms) for at_ms in instants]
    return _most(dates) > SYSTEM_PER_DAY or _most(map(hours.week_of, dates)) > SYSTEM_PER_WEEK


def _most(units: Iterable[int]) -> int:
    return max(Counter(units).values(), default=0)
