"""The front door's settings, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from checkin.forwarded import Network, networks
from checkin.front import Rules
from shared import env
from shared.process import WorkerSettings
from shared.sealing import load_master_key


@dataclass(frozen=True)
class Settings:
    """`trusted_proxies`: whose word counts on who asks, and over what."""

    shared: WorkerSettings
    master_key: bytes
    token_key: bytes
    trusted_proxies: tuple[Network, ...]
    rules: Rules

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Raises `ValueError`, a sentence."""
        return cls(
            shared=WorkerSettings.read(environ),
            master_key=load_master_key(env.secret(environ, "ATTUNE_MASTER_KEY"), "ATTUNE_MASTER_KEY"),
            token_key=load_master_key(env.secret(environ, "ATTUNE_TOKEN_KEY"), "ATTUNE_TOKEN_KEY"),
            trusted_proxies=_networks(environ, "ATTUNE_TRUSTED_PROXIES"),
            rules=_rules(environ),
        )


def _networks(environ: Mapping[str, str], name: str) -> tuple[Network, ...]:
    try:
        return networks(env.words(environ, name))
    except ValueError as error:
        raise env.BadSetting(f"{name}: {error}.") from None


def _rules(environ: Mapping[str, str]) -> Rules:
    registration = env.text(environ, "ATTUNE_REGISTRATION", "open", ("open", "code", "closed"))
    return Rules(
        registration=cast("Literal['open', 'code', 'closed']", registration),
        registration_code=env.secret(environ, "ATTUNE_REGISTRATION_CODE") if registration == "code" else "",
        people_per_hour=env.number(environ, "ATTUNE_PEOPLE_PER_HOUR", 60),
        invites_per_hour=env.number(environ, "ATTUNE_INVITES_PER_HOUR", 20),
        webhook_hosts=env.words(environ, "ATTUNE_WEBHOOK_ALLOW"),
    )
