"""The notifier's settings, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from cryptography.hazmat.primitives.asymmetric import ec

from notifier.channels.email import Security, Server
from shared import env
from shared.addresses import BadAddress
from shared.mailboxes import parse_mailbox
from shared.master_key import read_sealer
from shared.process import WorkerSettings
from shared.sealing import Sealer, load_master_key
from shared.webpush import site_key


@dataclass(frozen=True)
class Settings:
    """`webhook_hosts`: the `host:port` that may be called although they are private or speak http.

    Without a `vapid_key` there is no web push, without a `mail_server` no e-mail. `contact`: a URI at which
    push services reach the operator. `public_url`: where the site is reached, for the links in nudges.
    """

    shared: WorkerSettings
    sealer: Sealer
    token_key: bytes
    public_url: str
    webhook_hosts: frozenset[str]
    vapid_key: ec.EllipticCurvePrivateKey | None
    contact: str
    mail_server: Server | None

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Raises `ValueError`, a sentence."""
        return cls(
            shared=WorkerSettings.read(environ),
            sealer=read_sealer(environ),
            token_key=load_master_key(env.secret(environ, "ATTUNE_TOKEN_KEY"), "ATTUNE_TOKEN_KEY"),
            public_url=env.public_url(environ),
            webhook_hosts=env.words(environ, "ATTUNE_WEBHOOK_ALLOW"),
            vapid_key=site_key(environ),
            contact=env.text(environ, "ATTUNE_CONTACT", "https://attune.invalid"),
            mail_server=_mail_server(environ) if environ.get("ATTUNE_SMTP_HOST") else None,
        )


_PORTS: dict[str, int] = {"starttls": 587, "tls": 465, "none": 25}


def _mail_server(environ: Mapping[str, str]) -> Server:
    security = cast("Security", env.text(environ, "ATTUNE_SMTP_SECURITY", "starttls", _PORTS))
    username = environ.get("ATTUNE_SMTP_USERNAME") or None
    if username is not None and security == "none":
        raise env.BadSetting("ATTUNE_SMTP_USERNAME takes ATTUNE_SMTP_SECURITY=starttls or tls.")
    return Server(
        host=env.text(environ, "ATTUNE_SMTP_HOST"),
        port=env.number(environ, "ATTUNE_SMTP_PORT", _PORTS[security], most=65535),
        security=security,
        sender=_sender(env.text(environ, "ATTUNE_SMTP_FROM")),
        username=username,
        password=None if username is None else env.secret(environ, "ATTUNE_SMTP_PASSWORD"),
        cafile=environ.get("ATTUNE_SMTP_CAFILE") or None,
    )


def _sender(text: str) -> str:
    try:
        return parse_mailbox(text)
    except BadAddress as error:
        raise env.BadSetting(f"ATTUNE_SMTP_FROM is no mail address: {error}") from error
