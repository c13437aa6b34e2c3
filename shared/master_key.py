"""The site's master key: read from the settings, and held against the keys that the site has."""

from collections.abc import Callable, Iterable, Mapping

from shared import env, topics
from shared.kafka import Access, Reader
from shared.keys import Keys
from shared.sealing import Sealer, load_master_key
from shared.topics import MASTER_KEY, shard_of

SETTING = "ATTUNE_MASTER_KEY"
PREVIOUS = "ATTUNE_MASTER_KEY_PREVIOUS"

_READ_S = 20.0


def read_sealer(environ: env.Environment) -> Sealer:
    """What seals and opens with the master key, and opens with the one before where that is set.

    Raises `ValueError`, a sentence.
    """
    previous = env.optional_secret(environ, PREVIOUS)
    return Sealer(
        load_master_key(env.secret(environ, SETTING), SETTING),
        None if previous is None else load_master_key(previous, PREVIOUS),
    )


def refuse_wrong_master_key(
    access: Access, partitions: int, sealer: Sealer, monotonic_s: Callable[[], float]
) -> bool:
    """Raise `ValueError`, a sentence, if another master key wrapped this site's keys.

    Whether the record that shows it is still to be written. A site without one is held against the keys of
    its people: of those hardly any opens with a wrong master key, whatever went wrong with some of them.
    Raises `LogUnavailable` if they cannot be read in time.
    """
    reader = Reader(access, "attune-master-key")
    try:
        record = _wrapped(reader, [shard_of(MASTER_KEY, partitions)], monotonic_s).get(MASTER_KEY)
        if record is not None:
            _refuse_unless_most_open(sealer, {MASTER_KEY: record})
            return False
        people = _wrapped(reader, range(partitions), monotonic_s)
    finally:
        reader.close()
    _refuse_unless_most_open(sealer, people)
    return not any(_is_under_previous(sealer, subject, wrapped) for subject, wrapped in people.items())


def _wrapped(reader: Reader, shards: Iterable[int], monotonic_s: Callable[[], float]) -> dict[str, bytes]:
    keys = Keys(reader, shards, monotonic_s)
    keys.read_on(_READ_S)
    return keys.wrapped


def _refuse_unless_most_open(sealer: Sealer, wrapped: Mapping[str, bytes]) -> None:
    opened = sum(sealer.opens(topics.id_of(subject), key) for subject, key in wrapped.items())
    if 2 * opened < len(wrapped):
        raise ValueError(
            f"{SETTING} is not the key that wrapped this site's data keys: put that one back, "
            f"or name it in {PREVIOUS}; nothing has been changed."
        )


def _is_under_previous(sealer: Sealer, subject: str, wrapped: bytes) -> bool:
    person = topics.id_of(subject)
    return sealer.opens(person, wrapped) and sealer.rewrapped(person, wrapped) is not None
