"""The notifier's settings, read once."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared import env
from shared.process import WorkerSettings
from shared.sealing import load_master_key


@dataclass(frozen=True)
class Settings:
    """`webhook_hosts`: the `host:port` that may be called although they are private or speak http."""

    shared: WorkerSettings
    master_key: bytes
    webhook_hosts: frozenset[str]

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Raises `ValueError`, a sentence."""
        return cls(
            shared=WorkerSettings.read(environ),
            master_key=load_master_key(env.secret(environ, "ATTUNE_MASTER_KEY"), "ATTUNE_MASTER_KEY"),
            webhook_hosts=env.words(environ, "ATTUNE_WEBHOOK_ALLOW"),
        )
