"""The topics, and the one function that maps a subject to its shard."""

from zlib import crc32

JOURNAL = "attune.journal"
KEYS = "attune.keys"
MOMENTS = "attune.moments"
NUDGES = "attune.nudges"
DEAD_LETTERS = "attune.dead-letters"

DEFAULT_PARTITIONS = 12

MASTER_KEY = "site/master-key"
"""The subject whose data key, which seals nothing, shows in `KEYS` which master key is the site's."""

_HOUR_MS = 3_600_000
_DAYS_90_MS = 90 * 24 * _HOUR_MS

TOPIC_SETTINGS: dict[str, dict[str, str]] = {
    JOURNAL: {"retention.ms": "-1", "message.timestamp.type": "LogAppendTime"},
    KEYS: {
        "cleanup.policy": "compact",
        "max.compaction.lag.ms": str(_HOUR_MS),
        "segment.ms": str(10 * 60_000),
        "message.timestamp.type": "LogAppendTime",
    },
    MOMENTS: {"retention.ms": str(_DAYS_90_MS), "message.timestamp.type": "LogAppendTime"},
    NUDGES: {"retention.ms": str(_DAYS_90_MS), "message.timestamp.type": "LogAppendTime"},
    DEAD_LETTERS: {"retention.ms": str(_DAYS_90_MS), "message.timestamp.type": "LogAppendTime"},
}


def person(person_id: str) -> str:
    """The subject of a person's stream."""
    return f"person/{person_id}"


def couple(couple_id: str) -> str:
    """The subject of a couple's stream."""
    return f"couple/{couple_id}"


def id_of(subject: str) -> str:
    """The person's or couple's id in a subject."""
    return subject.partition("/")[2]


def shard_of(subject: str, partitions: int) -> int:
    """The shard number of a subject: the same in every service, for ever."""
    return crc32(subject.encode()) % partitions
