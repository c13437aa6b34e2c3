"""The questions of the pulse, read once from `pulse.toml`."""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from checkin.words.vocabulary import QUESTION_IDS, QuestionId

_FILE = Path(__file__).with_name("pulse.toml")


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text for each language."""

    en: str
    fr: str


class Question(Label, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: QuestionId


class _Pulse(msgspec.Struct, forbid_unknown_fields=True):
    questions: tuple[Question, ...]
    scale: Annotated[tuple[Label, ...], Meta(min_length=5, max_length=5)]


def _read() -> _Pulse:
    """Raises `msgspec.ValidationError`, or `ValueError`, where the file is not as it should be."""
    found = msgspec.toml.decode(_FILE.read_bytes(), type=_Pulse)
    if tuple(question.id for question in found.questions) != QUESTION_IDS:
        raise ValueError(f"{_FILE.name} asks each question of the vocabulary once, in its order.")
    return found


QUESTIONS, SCALE = (_pulse := _read()).questions, _pulse.scale
"""`SCALE`: what the answers 1 to 5 mean."""
