"""Where to find help, by country: read once, from `help.toml` or from a site's own file in its place."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from checkin.words.vocabulary import Language

PACKAGED = Path(__file__).with_name("help.toml")

Purpose = Literal["emergency", "partner", "crisis"]
_Words = Annotated[str, Meta(min_length=1, max_length=300)]
_Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In each language."""

    en: _Words
    fr: _Words


NOTICES = {
    "no_therapy": Text(
        en="Attune is no therapy: it helps two people keep a habit, and cannot tell whether you are safe.",
        fr="Attune n’est pas une thérapie : il aide deux personnes à tenir une habitude, et ne peut pas "
        "savoir si tu es en sécurité.",
    ),
    "phone": Text(
        en="A partner who holds your unlocked phone can see all that you see in Attune, secret entries, "
        "inbox and this page included; on a locked one, the notifications that you let through.",
        fr="Quand l’autre a ton téléphone déverrouillé en main, tout ce que tu vois dans Attune est visible, "
        "entrées secrètes, messages et cette page compris ; verrouillé, les notifications que tu laisses "
        "passer.",
    ),
}
"""What is said with every answer, whatever file a site uses."""


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to call or where to look. A `name` that is one text is the same in every language."""

    purpose: Purpose
    name: _Words | Text
    about: Text
    number: Annotated[str, Meta(pattern=r"^\+?[0-9][0-9 ()-]{1,24}$")] | None = None
    address: Annotated[str, Meta(pattern=r"^https://\S{4,200}$")] | None = None
    hours: Text | None = None


class Helplines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lines of each country, by its ISO code, and what is right in every other one."""

    elsewhere: Annotated[tuple[Line, ...], Meta(min_length=1)]
    countries: dict[_Country, Annotated[tuple[Line, ...], Meta(min_length=1)]]


def said(text: str | Text, language: Language) -> str:
    """The text in this language."""
    return text if isinstance(text, str) else str(getattr(text, language))


def read(path: Path, setting: str = "ATTUNE_HELP_FILE") -> Helplines:
    """The lines in this file. Raises `ValueError`, a sentence that names the setting and what to mend."""
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=Helplines)
    except OSError as error:
        raise ValueError(
            f"{setting} names {path}, which cannot be read: mend path, owner or mode ({error.strerror})."
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{setting} names {path}, which is no list of helplines: {error}.") from error
    lost = [country for country, lines in found.countries.items() if not all(map(_can_be_reached, lines))]
    if lost:
        raise ValueError(f"{setting} names {path}, where a line of {lost[0]} has no number and no address.")
    return found


def _can_be_reached(line: Line) -> bool:
    return line.number is not None or line.address is not None
