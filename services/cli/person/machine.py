"""What this machine tells of whoever uses it: a time zone and a language to suggest."""

import re
from collections.abc import Mapping
from pathlib import Path

_LOCALTIME = Path("/etc/localtime")
_TIMEZONE = Path("/etc/timezone")
_LANGUAGES = ("en", "fr")
_ZONE = re.compile(r"UTC|[A-Z][A-Za-z]*(/[A-Za-z0-9_+-]+)+", re.ASCII)


def zone(environ: Mapping[str, str], localtime: Path = _LOCALTIME, timezone: Path = _TIMEZONE) -> str | None:
    """The name of the zone in the time zone database, None if the machine does not say."""
    told = environ.get("TZ", "").removeprefix(":")
    for name in (told, _linked(localtime), _written(timezone)):
        if name and _ZONE.fullmatch(name):
            return name
    return None


def language(environ: Mapping[str, str]) -> str:
    """The language of the locale if Attune speaks it, else English."""
    told = _locale(environ)[:2]
    return told if told in _LANGUAGES else "en"


def country(environ: Mapping[str, str]) -> str | None:
    """The two letters of the locale's country, None if it names none."""
    found = re.match("[a-z]{2,3}_([A-Z]{2})(?![A-Za-z])", _locale(environ))
    return found and found[1]


def _locale(environ: Mapping[str, str]) -> str:
    return environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""


def _linked(localtime: Path) -> str | None:
    found = str(localtime.resolve()) if localtime.is_symlink() else ""
    return found.partition("/zoneinfo/")[2] or None


def _written(timezone: Path) -> str | None:
    try:
        return timezone.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
