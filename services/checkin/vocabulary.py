"""The words that clients may offer. Ids are stable; labels are for people. Data only."""

from typing import Final, Literal, NamedTuple, get_args


class Feeling(NamedTuple):
    """`energy` and `closeness` are -1, 0 or 1: where the word lies on the two axes, not how good it is."""

    id: str
    energy: int
    closeness: int
    en: str
    fr: str


FEELINGS = (
    Feeling("joyful", 1, 1, "joyful", "joyeux"),
    Feeling("playful", 1, 1, "playful", "d’humeur à jouer"),
    Feeling("excited", 1, 1, "excited", "enthousiaste"),
    Feeling("loving", 0, 1, "loving", "tendre"),
    Feeling("grateful", 0, 1, "grateful", "reconnaissant"),
    Feeling("hopeful", 1, 1, "hopeful", "plein d’espoir"),
    Feeling("calm", -1, 1, "calm", "calme"),
    Feeling("safe", -1, 1, "safe", "en sécurité"),
    Feeling("content", -1, 1, "content", "serein"),
    Feeling("curious", 1, 0, "curious", "curieux"),
    Feeling("proud", 1, 0, "proud", "fier"),
    Feeling("surprised", 1, 0, "surprised", "surpris"),
    Feeling("busy", 1, 0, "busy", "débordé"),
    Feeling("fine", 0, 0, "fine", "ça va"),
    Feeling("not_sure", 0, 0, "not sure", "je ne sais pas"),
    Feeling("tired", -1, 0, "tired", "fatigué"),
    Feeling("vulnerable", -1, 0, "vulnerable", "vulnérable"),
    Feeling("anxious", 1, -1, "anxious", "anxieux"),
    Feeling("irritated", 1, -1, "irritated", "agacé"),
    Feeling("angry", 1, -1, "angry", "en colère"),
    Feeling("hurt", 0, -1, "hurt", "blessé"),
    Feeling("lonely", -1, -1, "lonely", "seul"),
    Feeling("sad", -1, -1, "sad", "triste"),
    Feeling("distant", -1, -1, "distant", "distant"),
)
FEELING_IDS = frozenset(feeling.id for feeling in FEELINGS)

PRACTICE: Final = "practice:"
"""With its id after it, a practice of the couple's own is a kind of check-in."""


class Label(NamedTuple):
    """One text for each language."""

    en: str
    fr: str


DAY_LABELS = {
    "kept": Label("Kept", "Tenu"),
    "excused": Label("Excused", "Excusé"),
    "reserve": Label("Reserve", "Réserve"),
    "repaired": Label("Made good", "Rattrapé"),
    "not_kept": Label("Not kept", "Non tenu"),
}
"""What a calendar says of a day that is decided. Nothing that blames."""
PAUSE = Label("Pause", "Pause")

VISIBILITIES = ("shared", "sealed", "secret")
DAY_STATES = ("open", "kept", "excused", "reserve", "repaired", "not_kept")
LAPSE_STATES = ("on_cadence", "drifting", "lapsed", "paused")
Language = Literal["en", "fr"]
LANGUAGES = get_args(Language)

QuestionId = Literal["satisfaction", "conflict", "wellbeing", "resilience"]
QUESTION_IDS: tuple[QuestionId, ...] = get_args(QuestionId)
"""What the pulse asks about, in this order; the words are in `pulse.toml`."""

TopicId = Literal[
    "intimacy_1",
    "intimacy_2",
    "intimacy_3",
    "intimacy_4",
    "communication",
    "self_love",
    "science",
    "family",
    "body",
    "conflict",
    "loss",
    "money",
    "future",
]


class Topic(NamedTuple):
    """What prompts are about, and a person can switch off: a step of the ladder, a deck, or a theme."""

    id: TopicId
    en: str
    fr: str


TOPICS = (
    Topic("intimacy_1", "closeness: everyday warmth", "intimité : la chaleur du quotidien"),
    Topic("intimacy_2", "closeness: what matters to us", "intimité : ce qui compte pour nous"),
    Topic("intimacy_3", "closeness: hopes and worries", "intimité : espoirs et soucis"),
    Topic("intimacy_4", "closeness: what is hard to say", "intimité : ce qui est difficile à dire"),
    Topic("communication", "talking and listening", "parler et écouter"),
    Topic("self_love", "being kind to oneself", "être bien avec soi-même"),
    Topic("science", "the science of love", "la science de l’amour"),
    Topic("family", "family and childhood", "famille et enfance"),
    Topic("body", "body and touch", "corps et contact"),
    Topic("conflict", "disagreements and making up", "désaccords et réconciliations"),
    Topic("loss", "loss and grief", "perte et deuil"),
    Topic("money", "money", "argent"),
    Topic("future", "the future", "avenir"),
)
DECKS = ("intimacy", "communication", "self_love", "rituals", "science")
LADDER = ("intimacy_1", "intimacy_2", "intimacy_3", "intimacy_4")
ALWAYS_ON = "rituals"
"""The deck that has no topic: whatever two people switch off, a prompt is left for every day."""
