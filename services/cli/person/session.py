"""Which site, and whose token: from the environment, else as it was kept at sign-up."""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from cli.person.here import Here
from cli.person.places import config_dir, private_folder, read_private, remove, write_private
from cli.person.trouble import NotSignedIn, Trouble

_TOKEN = re.compile(r"at[wr]_([0-9a-f-]{36})_[\x21-\x7e]{20,200}", re.ASCII)
_ADDRESS = "A site's address is written as https://attune.example"


class Session(NamedTuple):
    """`person` is the id of whose token it is; `kept_in` is None where the environment holds the token."""

    site: str
    token: str
    person: str
    kept_in: Path | None


def parse_site(text: str, *, insecure: bool) -> str:
    """The address as it is used: with a scheme, without a slash at its end. Raises `Trouble`.

    Without TLS only what runs on this machine is spoken to, unless `insecure`.
    """
    parts = _split(text.strip())
    if parts.scheme == "http" and not (insecure or _is_loopback(parts.hostname or "")):
        raise Trouble(
            f"{parts.netloc} would be spoken to without encryption, token and all. "
            "Use its https address, or --insecure if you know the network."
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def site_of(here: Here) -> str:
    """The site to speak to. Raises `Trouble`."""
    told = _told_site(here) or _kept_site(here)
    if not told:
        raise NotSignedIn("Which site? Say it with --site https://attune.example, or set ATTUNE_SITE.")
    return parse_site(told, insecure=here.insecure)


def session_of(here: Here) -> Session:
    """Whose token, and where it is valid. Raises `NotSignedIn`, or `Trouble` with the reason."""
    text, kept_in = _token_of(here)
    site = site_of(here)
    _check_it_is_for(site, here, kept_in)
    return Session(site, text, owner_of(text), kept_in)


def owner_of(token: str) -> str:
    """The id of the person whose token this is. Raises `Trouble` if it is not formed like one."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise Trouble("This is not a token of Attune: one begins with atw_ or atr_.")
    return found[1]


def prepare(here: Here) -> None:
    """Make sure that a token could be kept, before there is one that is shown only once."""
    private_folder(config_dir(here.environ))
    draft = config_dir(here.environ) / ".try"
    write_private(draft, b"")
    remove(draft)


def keep(here: Here, site: str, token: str) -> Path:
    """Keep who is signed in, and where. Says in which file."""
    write_private(_site_file(here.environ), f"{site}\n".encode())
    write_private(_token_file(here.environ), f"{token}\n".encode())
    return _token_file(here.environ)


def set_aside(here: Here, person: str) -> Path | None:
    """Where the token of somebody else who was signed in here is now; None if nobody else was."""
    path = _token_file(here.environ)
    kept = read_private(path)
    found = None if kept is None else _TOKEN.fullmatch(kept)
    if found is None or found[1] == person:
        return None
    aside = path.with_name(f"token-of-{found[1]}")
    write_private(aside, f"{kept}\n".encode())
    return aside


def forget(here: Here, kept_in: Path | None) -> str | None:
    """Remove the token that was in use, if it was kept here; else the sentence that says where it is still.

    The site's address stays for the next time.
    """
    if kept_in is None:
        return "ATTUNE_TOKEN still has the token: unset it."
    if kept_in != _token_file(here.environ):
        return f"{kept_in} still has the token: remove it."
    remove(kept_in)
    return None


def has_token(here: Here) -> bool:
    """Whether somebody is signed in here, wherever the token is kept."""
    return bool(
        here.environ.get("ATTUNE_TOKEN")
        or here.environ.get("ATTUNE_TOKEN_FILE")
        or _token_file(here.environ).exists()
    )


def _token_of(here: Here) -> tuple[str, Path | None]:
    if told := here.environ.get("ATTUNE_TOKEN", "").strip():
        return told, None
    path = Path(here.environ.get("ATTUNE_TOKEN_FILE") or _token_file(here.environ))
    text = read_private(path)
    if not text:
        raise NotSignedIn("You are not signed in. New here: attune sign-up. With a token: attune login.")
    return text, path


def _check_it_is_for(site: str, here: Here, kept_in: Path | None) -> None:
    """A token that was kept for one site is never shown to another."""
    kept = _kept_site(here)
    if kept_in == _token_file(here.environ) and kept and parse_site(kept, insecure=True) != site:
        raise Trouble(f"You are signed in at {kept}, not at {site}. Sign in there first: attune login")


def _told_site(here: Here) -> str:
    return (here.site or here.environ.get("ATTUNE_SITE", "")).strip()


def _kept_site(here: Here) -> str | None:
    return read_private(_site_file(here.environ))


def _token_file(environ: Mapping[str, str]) -> Path:
    return config_dir(environ) / "token"


def _site_file(environ: Mapping[str, str]) -> Path:
    return config_dir(environ) / "site"


def _split(text: str) -> SplitResult:
    scheme = "" if "://" in text else "http://" if _is_loopback(_host_of(text)) else "https://"
    try:
        parts = urlsplit(scheme + text)
        _ = parts.port
    except ValueError:
        raise Trouble(f"{_ADDRESS}, not {text!r}.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Trouble(f"{_ADDRESS}, not {text!r}.")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise Trouble(f"{_ADDRESS}, with no name, question mark or # in it.")
    return parts


def _host_of(text: str) -> str:
    try:
        return urlsplit(f"//{text}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
