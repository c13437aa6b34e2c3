"""Redis emptied: whether the states come back byte for byte, and nothing was published or sent again."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.views import PROJECTOR, STREAKS
from tests.chaos.arrivals import Arrival
from tests.chaos.audit import Evidence, repeats
from tests.chaos.logbook import Shard


@dataclass
class Rebuilt:
    """`same`: shards whose log had not grown and whose bytes are those of before; `grown`: the others."""

    same: int = 0
    grown: int = 0
    states: int = 0
    complaints: list[str] = field(default_factory=list)


def compare(before: Evidence, after: Evidence, emptied_ms: int) -> Rebuilt:
    """What did not come back as it was, or was published again since."""
    rebuilt = Rebuilt()
    for (service, number), shard in after.shards.items():
        if service in (PROJECTOR, STREAKS):
            rebuilt.states += len(shard.states)
            _hold_beside(rebuilt, f"{service} {number}", before.shards[service, number], shard)
    again = [topic for topic, at_ms in repeats(after) if at_ms >= emptied_ms]
    rebuilt.complaints += [f"published again to {topic}" for topic in again]
    return rebuilt


def _hold_beside(rebuilt: Rebuilt, name: str, before: Shard, after: Shard) -> None:
    if any(before.positions.get(topic, 0) != position for topic, position in after.positions.items()):
        rebuilt.grown += 1
    elif _content(before) == _content(after):
        rebuilt.same += 1
    else:
        rebuilt.complaints.append(f"{name} came back otherwise than it was")


def arrived_again(before: Sequence[Arrival], after: Sequence[Arrival]) -> list[str]:
    """Nudges that had arrived already."""
    known = {arrival.nudge for arrival in before}
    return [f"arrived again: {arrival}" for arrival in after[len(before) :] if arrival.nudge in known]


def _content(shard: Shard) -> tuple[object, ...]:
    return shard.states, shard.views, shard.due, shard.lists
