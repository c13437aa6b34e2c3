"""The site's master key: read from the settings."""

from shared import env
from shared.sealing import Sealer, load_master_key

SETTING = "ATTUNE_MASTER_KEY"
PREVIOUS = "ATTUNE_MASTER_KEY_PREVIOUS"


def read_sealer(environ: env.Environment) -> Sealer:
    """What seals and opens with the master key, and opens with the one before where that is set.

    Raises `ValueError`, a sentence.
    """
    previous = env.optional_secret(environ, PREVIOUS)
    return Sealer(
        load_master_key(env.secret(environ, SETTING), SETTING),
        None if previous is None else load_master_key(previous, PREVIOUS),
    )
