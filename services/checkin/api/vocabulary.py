"""The words that a client may offer, with what people are shown for each in every language."""

from collections.abc import Iterable
from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel

from checkin.door.front import Front
from checkin.words import vocabulary
from checkin.words.questions import QUESTIONS, SCALE, Label
from checkin.words.vocabulary import EVERYWHERE, PRACTICE, PRACTICE_FIELDS, Kind, Topic, Word

Labels = dict[str, str]


class WordOut(BaseModel):
    id: str
    labels: Labels


class KindOut(BaseModel):
    """`fields`: what to ask for with it; `visibility`: what it has unless another is chosen."""

    id: str
    labels: Labels
    fields: list[str]
    visibility: str


class PracticeWords(BaseModel):
    """Of a practice of the couple's own: its kind is this prefix and its id."""

    prefix: str
    fields: list[str]


class FeelingOut(BaseModel):
    """`energy` and `closeness` are -1, 0 or 1."""

    id: str
    energy: int
    closeness: int
    labels: Labels


class StepOut(BaseModel):
    """A step of the ladder of closeness, and the topic by which its prompts can be switched off."""

    step: int
    topic: str
    labels: Labels


class ValueOut(BaseModel):
    value: int
    labels: Labels


class PulseWords(BaseModel):
    questions: list[WordOut]
    scale: list[ValueOut]


class VocabularyOut(BaseModel):
    """Ids are stable, labels are for people."""

    kinds: list[KindOut]
    practice: PracticeWords
    fields: list[WordOut]
    feelings: list[FeelingOut]
    visibilities: list[WordOut]
    day_states: list[WordOut]
    lapse_states: list[WordOut]
    languages: list[str]
    decks: list[str]
    topics: list[WordOut]
    ladder: list[StepOut]
    pulse: PulseWords


def vocabulary_api(_front: Front) -> APIBlueprint:
    api = APIBlueprint("vocabulary", __name__, tag="service", url_prefix="/v1")

    @api.get("/vocabulary")
    @api.output(VocabularyOut)
    def words() -> dict[str, Any]:
        """The words that a client may offer."""
        return _vocabulary()

    return api


def _vocabulary() -> dict[str, Any]:
    topics: dict[str, Topic] = {topic.id: topic for topic in vocabulary.TOPICS}
    return {
        "kinds": [_kind(kind) for kind in vocabulary.CHECKIN_KINDS],
        "practice": {"prefix": PRACTICE, "fields": [*PRACTICE_FIELDS, *EVERYWHERE]},
        "fields": _words(vocabulary.FIELDS),
        "feelings": [
            {"id": f.id, "energy": f.energy, "closeness": f.closeness, "labels": {"en": f.en, "fr": f.fr}}
            for f in vocabulary.FEELINGS
        ],
        "visibilities": _words(vocabulary.VISIBILITIES),
        "day_states": _words(vocabulary.DAY_STATES),
        "lapse_states": _words(vocabulary.LAPSE_STATES),
        "languages": list(vocabulary.LANGUAGES),
        "decks": list(vocabulary.DECKS),
        "topics": _words(vocabulary.TOPICS),
        "ladder": [
            {"step": nth, "topic": topic, "labels": _labels(topics[topic])}
            for nth, topic in enumerate(vocabulary.LADDER, 1)
        ],
        "pulse": {
            "questions": _words(QUESTIONS),
            "scale": [{"value": nth, "labels": _labels(label)} for nth, label in enumerate(SCALE, 1)],
        },
    }


def _kind(kind: Kind) -> dict[str, Any]:
    fields = [*kind.fields, *EVERYWHERE]
    return {"id": kind.id, "labels": _labels(kind), "fields": fields, "visibility": kind.visibility}


def _words(words: Iterable[Any]) -> list[dict[str, Any]]:
    return [{"id": word.id, "labels": _labels(word)} for word in words]


def _labels(word: Word | Kind | Topic | Label) -> Labels:
    return {"en": word.en, "fr": word.fr}
