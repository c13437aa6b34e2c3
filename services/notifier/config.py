"""The notifier's settings, read once."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared import env
from shared.master_key import read_sealer
from shared.process import WorkerSettings
from shared.sealing import Sealer


@dataclass(frozen=True)
class Settings:
    """`webhook_hosts`: the `host:port` that may be called although they are private or speak http."""

    shared: WorkerSettings
    sealer: Sealer
    webhook_hosts: frozenset[str]

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Raises `ValueError`, a sentence."""
        return cls(
            shared=WorkerSettings.read(environ),
            sealer=read_sealer(environ),
            webhook_hosts=env.words(environ, "ATTUNE_WEBHOOK_ALLOW"),
        )
