"""The decks of prompts, read once from `prompts/<deck>.toml`."""

from pathlib import Path

import msgspec

from checkin.words.choosing import Prompt
from checkin.words.vocabulary import ALWAYS_ON, DECKS, LADDER, TopicId

_FOLDER = Path(__file__).with_name("prompts")


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    """A prompt as its file has it: one text for each language, and the themes that it touches."""

    id: str
    en: str
    fr: str
    topics: list[TopicId] = []
    step: int | None = None
    source: str | None = None


class _Deck(msgspec.Struct, forbid_unknown_fields=True):
    prompts: list[_Written]


def _topics(deck: str, written: _Written) -> frozenset[str]:
    """Its themes, and the deck or the step that can be switched off as a whole."""
    if deck == ALWAYS_ON:
        return frozenset(written.topics)
    whole = deck if written.step is None else LADDER[written.step - 1]
    return frozenset({whole, *written.topics})


def _read(deck: str) -> list[Prompt]:
    """Raises `msgspec.ValidationError` where the file is not as it should be."""
    found = msgspec.toml.decode((_FOLDER / f"{deck}.toml").read_bytes(), type=_Deck)
    return [
        Prompt(w.id, deck, {"en": w.en, "fr": w.fr}, _topics(deck, w), w.step, w.source)
        for w in found.prompts
    ]


PROMPTS = tuple(prompt for deck in DECKS for prompt in _read(deck))

PROMPT_IDS = frozenset(prompt.id for prompt in PROMPTS)
