"""Writing the demo: the cast's past, with the site's own keys, into the site's empty journal."""

import random
import time
from collections.abc import Mapping
from importlib import metadata
from uuid import UUID

from checkin.door.tokens import Tokens

from cli import backdating, demo
from cli.demo import Shown
from cli.history import Desk, Past
from shared import env
from shared.master_key import read_sealer, refuse_wrong_master_key
from shared.sealing import load_master_key

_SEED = 60


def write_demo(environ: Mapping[str, str], partitions: int, now_ms: int) -> list[tuple[Shown, str]]:
    """Everybody, with a token to look around with. Raises `ValueError` if there are people already."""
    chance = random.Random(f"{_SEED} {now_ms}")

    def new_id() -> str:
        return str(UUID(int=chance.getrandbits(128), version=4))

    access, sealer = env.kafka(environ), read_sealer(environ)
    refuse_wrong_master_key(access, partitions, sealer, time.monotonic)
    desk = Desk(
        sealer=sealer,
        tokens=Tokens(load_master_key(env.secret(environ, "ATTUNE_TOKEN_KEY"))),
        new_id=new_id,
        tzdata=metadata.version("tzdata"),
    )
    past = Past(desk, partitions)
    shown = demo.plan(past, new_id, chance, now_ms)
    backdating.write(access, past.written(now_ms), partitions)
    return [(person, past.tokens[person.id]) for person in shown]
