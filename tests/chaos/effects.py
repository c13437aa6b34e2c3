"""What a nudge that was sent has come to over its channels: one effect by id, wherever it was to be."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from shared.events.nudges import NudgeDelivered, NudgeFailed, NudgeSent
from tests.chaos.arrivals import Arrival, key_over
from tests.chaos.stories import Story

Kinds = Mapping[str, str]
"""The kind of each channel that somebody has added, by its id."""


class Complaint(NamedTuple):
    how: Literal["lost", "wrong"]
    what: str


def of_ids(story: Story) -> Iterator[Complaint]:
    """Whether everything that arrived did so under the one id that its channel knows a repeat by."""
    for arrival in story.arrived:
        if arrival.key != key_over(arrival.kind, story.planned.nudge):
            yield Complaint("wrong", f"arrived over {arrival.kind} under the id {arrival.key!r}")


def of_channels(story: Story, sent: NudgeSent, kinds: Kinds, *, erased: bool) -> Iterator[Complaint]:
    """Whether each channel was tried in its turn, and the one that took it has it."""
    arrived = _by_channel(story, sent, kinds)
    for channel in {*arrived, *_ends(story)} - {*sent.channels}:
        yield Complaint("wrong", f"tried over {kinds.get(channel, channel)}, and never sent over it")
    turn_ms: int | None = 0
    for place, channel in enumerate(sent.channels):
        kind, came = kinds.get(channel, channel), arrived.get(channel, [])
        if turn_ms is None:
            if came or channel in _ends(story):
                yield Complaint("wrong", f"tried over {kind}, though the channel before it had not failed")
            continue
        if any(arrival.at_ms // 1000 < turn_ms // 1000 for arrival in came):
            yield Complaint("wrong", f"arrived over {kind} before the channel before it had failed")
        yield from _of_end(story, channel, kind, came=bool(came), erased=erased)
        turn_ms = _next_turn(story, channel, next(iter(sent.channels[place + 1 :]), None))


def _by_channel(story: Story, sent: NudgeSent, kinds: Kinds) -> dict[str, list[Arrival]]:
    """What arrived, by the channel over which it was sent; by the kind where it was sent over no such one."""
    channels = {kinds.get(channel): channel for channel in sent.channels}
    found: dict[str, list[Arrival]] = defaultdict(list)
    for arrival in story.arrived:
        found[channels.get(arrival.kind, arrival.kind)].append(arrival)
    return found


def _ends(story: Story) -> dict[str, list[NudgeDelivered | NudgeFailed]]:
    """The outcomes by channel."""
    found: dict[str, list[NudgeDelivered | NudgeFailed]] = defaultdict(list)
    ends: list[NudgeDelivered | NudgeFailed] = [*story.delivered, *(failed for failed, _ in story.failed)]
    for end in ends:
        found[end.channel].append(end)
    return found


def _of_end(story: Story, channel: str, kind: str, *, came: bool, erased: bool) -> Iterator[Complaint]:
    ends = _ends(story).get(channel, [])
    if len(ends) > 1:
        yield Complaint("wrong", f"came to more than one end over {kind}")
    if not ends and not erased:
        yield Complaint("lost", f"came to no end over {kind}")
    if ends and not isinstance(ends[0], NudgeFailed) and not came:
        yield Complaint("lost", f"delivered over {kind}, and never arrived")


def _next_turn(story: Story, channel: str, following: str | None) -> int | None:
    """When the next channel may be tried; None: never."""
    failed = [data for data, _ in story.failed if data.channel == channel]
    handed_on = [data.at_ms for data in failed if following is not None and data.next == following]
    return min(handed_on, default=None)


def count(story: Story, sent: NudgeSent, kinds: Kinds, channels: Mapping[str, Counter[str]]) -> None:
    """The figures of each channel; what was asked for, a code, is counted by itself."""
    for channel, arrived in _by_channel(story, sent, kinds).items():
        counted = channels[kinds.get(channel, channel)]
        counted["codes" if story.planned.channel is not None else "nudges"] += 1
        counted["arrivals"] += len(arrived)
        counted["again"] += len(arrived) - 1
    for data, _ in story.failed:
        channels[kinds.get(data.channel, data.channel)]["failed for good"] += 1
