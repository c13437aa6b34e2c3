"""The front door's settings, read once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, cast

from checkin.door.cors import origins
from checkin.door.forwarded import Network, networks
from checkin.door.front import Rules
from checkin.words import helplines
from checkin.words.helplines import Helplines
from shared import env
from shared.master_key import read_sealer
from shared.process import WorkerSettings
from shared.sealing import Sealer, load_master_key
from shared.webpush import public_key_of, site_key

T = TypeVar("T")


@dataclass(frozen=True)
class Settings:
    """`trusted_proxies`: whose word on who asks counts. `origins`: whose pages may use the API."""

    shared: WorkerSettings
    sealer: Sealer
    token_key: bytes
    trusted_proxies: tuple[Network, ...]
    origins: frozenset[str]
    rules: Rules
    helplines: Helplines

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Raises `ValueError`, a sentence."""
        return cls(
            shared=WorkerSettings.read(environ),
            sealer=read_sealer(environ),
            token_key=load_master_key(env.secret(environ, "ATTUNE_TOKEN_KEY"), "ATTUNE_TOKEN_KEY"),
            trusted_proxies=_named(environ, "ATTUNE_TRUSTED_PROXIES", networks),
            origins=_named(environ, "ATTUNE_CORS_ORIGINS", origins),
            rules=_rules(environ),
            helplines=helplines.read(Path(env.text(environ, "ATTUNE_HELP_FILE", str(helplines.PACKAGED)))),
        )


def _named(environ: Mapping[str, str], name: str, read: Callable[[Iterable[str]], T]) -> T:
    try:
        return read(env.words(environ, name))
    except ValueError as error:
        raise env.BadSetting(f"{name}: {error}.") from None


def _rules(environ: Mapping[str, str]) -> Rules:
    registration = env.text(environ, "ATTUNE_REGISTRATION", "open", ("open", "code", "closed"))
    push_key = site_key(environ)
    return Rules(
        registration=cast("Literal['open', 'code', 'closed']", registration),
        registration_code=env.secret(environ, "ATTUNE_REGISTRATION_CODE") if registration == "code" else "",
        people_per_hour=env.number(environ, "ATTUNE_PEOPLE_PER_HOUR", 60),
        invites_per_hour=env.number(environ, "ATTUNE_INVITES_PER_HOUR", 20),
        accepts_per_hour=env.number(environ, "ATTUNE_ACCEPTS_PER_HOUR", 20),
        requests_per_minute=env.number(environ, "ATTUNE_REQUESTS_PER_MINUTE", 600),
        address_requests_per_minute=env.number(environ, "ATTUNE_ADDRESS_REQUESTS_PER_MINUTE", 3000),
        guesses_per_minute=env.number(environ, "ATTUNE_GUESSES_PER_MINUTE", 30),
        webhook_hosts=env.words(environ, "ATTUNE_WEBHOOK_ALLOW"),
        sends_mail=bool(environ.get("ATTUNE_SMTP_HOST")),
        web_push_key=None if push_key is None else public_key_of(push_key),
        public_url=env.public_url(environ),
        nudges_per_hour=env.number(environ, "ATTUNE_NUDGES_PER_HOUR", 20),
    )
