"""The words that may be typed: kinds, feelings, topics, modes, with other spellings; what was meant. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from checkin.words.vocabulary import FEELINGS, TOPICS

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

NUDGES: dict[str, str] = {
    "day.at_risk": "a day still open",
    "day.last_chance": "a day’s last chance",
    "lapse.opened": "longer than agreed",
    "pact.outgrown": "does the pace still fit",
    "pact.renewed": "a new pact",
    "couple.returned": "the streak is back",
    "streak.milestone": "a milestone",
    "week.summed": "the week’s summary",
    "member.silent": "a note after silence",
    "invite.taken": "an invite accepted",
    "invite.expired": "an invite run out",
    "appreciation.shared": "your partner’s thanks",
    "reflection.shared": "your partner’s answer",
    "nudge.asked": "your partner’s sign",
}
"""Each kind of nudge with what it is about."""


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


def nudges(listed: Iterable[str] = ()) -> Words:
    """The kinds of nudge known here, and those that a site lists."""
    return Words({**dict.fromkeys(listed, ()), **{kind: (label,) for kind, label in NUDGES.items()}})


def nudge(kind: str) -> str:
    """What a kind of nudge is about."""
    return NUDGES.get(kind) or kind.replace(".", " ").replace("_", " ")


def topics() -> Words:
    """What prompts are about; each may be typed in every language."""
    return Words({topic.id: (topic.en, topic.fr) for topic in TOPICS})


def modes() -> Words:
    """How a streak may be counted."""
    return Words({"daily": (), **{f"weekly:{n}": () for n in range(1, 8)}, "two_misses": ()})


def _plainly(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.strip().lower())
    kept = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return "_".join(kept.replace("-", " ").replace("_", " ").replace("’", "'").split())
