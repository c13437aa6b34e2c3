"""The words that may be typed: kinds of check-in and feelings, with short forms, and what was meant. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from checkin.words.vocabulary import FEELINGS

KINDS: dict[str, tuple[str, ...]] = {
    "feeling": (),
    "reflection": ("reflect",),
    "appreciation": ("appreciate", "thanks"),
    "safe_space": ("safe",),
    "vulnerability": ("open_up",),
    "quality_time": ("close", "time"),
    "self_love": ("self",),
    "repair": ("mend",),
    "best_thing": ("best",),
}
"""Each kind with its short forms."""


class Words:
    """A list of words by their ids, each with the other ways to write it."""

    def __init__(
        self, spellings: Mapping[str, Iterable[str]], labels: Mapping[str, str] | None = None
    ) -> None:
        self.ids = tuple(spellings)
        self._labels = labels or {}
        self._by_spelling = {
            _plainly(word): name for name, others in spellings.items() for word in (name, *others)
        }

    def find(self, typed: str) -> str | None:
        """The id of a word, however its case, accents, spaces and hyphens were typed."""
        return self._by_spelling.get(_plainly(typed))

    def meant(self, typed: str) -> str:
        """What to say of a word that is none of these."""
        close = get_close_matches(_plainly(typed), self._by_spelling, n=3, cutoff=0.6)
        near = list(dict.fromkeys(self._label(self._by_spelling[spelling]) for spelling in close))
        hint = f"Did you mean {' or '.join(near)}? " if near else ""
        return f"{hint}There are: {', '.join(map(self._label, self.ids))}."

    def _label(self, name: str) -> str:
        return self._labels.get(name, name)


def kinds(listed: Iterable[Mapping[str, Any]] = (), practices: Mapping[str, str] | None = None) -> Words:
    """The kinds known here, those that a site lists with their labels, and a couple's own practices."""
    own = practices or {}
    there = {str(kind["id"]): tuple(map(str, kind["labels"].values())) for kind in listed}
    known = {kind: (*KINDS.get(kind, ()), *there.get(kind, ())) for kind in {**KINDS, **there}}
    return Words({**known, **{kind: (name,) for kind, name in own.items()}}, own)


def feelings(listed: Iterable[Mapping[str, Any]] = ()) -> Words:
    """The feelings known here, and those that a site lists; each may be typed in every language."""
    here = {feeling.id: (feeling.en, feeling.fr) for feeling in FEELINGS}
    there = {str(feeling["id"]): tuple(feeling["labels"].values()) for feeling in listed}
    return Words({**here, **there})


def _plainly(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.strip().lower())
    kept = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return "_".join(kept.replace("-", " ").replace("_", " ").replace("’", "'").split())
