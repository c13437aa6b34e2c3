"""What nudges say, read once from `words.toml`: with a file that is not as it should be nothing starts."""

from pathlib import Path
from string import Formatter

import msgspec

FACTS = {
    "day.at_risk": {"count"},
    "day.last_chance": {"count"},
    "lapse.opened": {"agreed", "usual"},
    "pact.outgrown": {"agreed"},
    "pact.renewed": {"agreed"},
    "couple.returned": {"count"},
    "streak.milestone": {"count"},
    "week.summed": {"kept"},
    "invite.taken": set[str](),
    "invite.expired": set[str](),
    "member.silent": set[str](),
    "appreciation.shared": set[str](),
    "reflection.shared": set[str](),
    "nudge.asked": {"text"},
}
"""The kinds of nudges, each with the facts that its fuller sentence may name."""

FILE = Path(__file__).with_name("words.toml")
LEAST_WORDINGS = 4


class Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text for each language."""

    en: str
    fr: str


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    body: str


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One template. `score` is its worth before it has been used: the higher, the sooner it comes."""

    en: Words
    fr: Words
    score: float = 0.0


class KindWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    why: Sentence
    wordings: tuple[Wording, ...]
    more: Sentence | None = None


def read(file: bytes) -> dict[str, KindWords]:
    """The words of every kind. Raises `ValueError` (msgspec's own is one) with what is wrong where."""
    found = msgspec.toml.decode(file, type=dict[str, KindWords])
    if found.keys() != FACTS.keys():
        raise ValueError(f"words.toml: these kinds are missing or unknown: {found.keys() ^ FACTS.keys()}")
    for kind, words in found.items():
        if len(words.wordings) < LEAST_WORDINGS:
            raise ValueError(f"words.toml: {kind} has fewer than {LEAST_WORDINGS} wordings")
        for sentence in () if words.more is None else (words.more.en, words.more.fr):
            named = {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
            if not named <= FACTS[kind]:
                raise ValueError(f"words.toml: {kind} cannot tell {named - FACTS[kind]}")
    return found


WORDS = read(FILE.read_bytes())
