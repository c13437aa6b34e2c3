"""Whether a shard's states belong to this log and these rules: never a silent fresh start."""

from collections.abc import Mapping

from shared.ports import Program
from shared.store import Look
from shared.topics import TOPIC_SETTINGS


def unfit(
    program: Program,
    partitions: int,
    look: Look,
    starts: Mapping[str, int],
    ends: Mapping[str, int],
    topic_ids: Mapping[str, str],
) -> str | None:
    """Why this shard must not be folded on, as a sentence, or None."""
    if look.meta.get("layout", str(program.rules.layout)) != str(program.rules.layout):
        return (
            f"The states have layout {look.meta['layout']}, the rules {program.rules.layout}: "
            "fold them again with attune ops rebuild."
        )
    if look.meta.get("partitions", str(partitions)) != str(partitions):
        return f"The states are of a site with {look.meta['partitions']} partitions: set ATTUNE_PARTITIONS."
    for topic, topic_id in topic_ids.items():
        if look.meta.get(f"topic_id:{topic}", topic_id) != topic_id:
            return f"{topic} was made anew since these states were folded; restore it if that was not meant."
    for topic in program.topics:
        position, start, end = look.positions.get(topic, 0), starts[topic], ends[topic]
        if position > end:
            return f"{topic} ends at {end}, before position {position}: records were lost; restore it."
        if start > position and TOPIC_SETTINGS[topic].get("retention.ms") == "-1":
            return f"{topic} starts at {start}, after position {position}: records are gone; restore it."
    return None
