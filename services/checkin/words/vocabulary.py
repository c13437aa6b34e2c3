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


class Word(NamedTuple):
    """A word, with what people are shown for it in each language."""

    id: str
    en: str
    fr: str


class Kind(NamedTuple):
    """A kind of check-in. `fields`: what a client may ask for with it; `visibility`: unless one is chosen."""

    id: str
    en: str
    fr: str
    fields: tuple[str, ...]
    visibility: str = "sealed"


_OF_A_TIME = ("what", "minutes", "note")

CHECKIN_KINDS = (
    Kind("feeling", "how I feel", "ce que je ressens", ("feelings", "note", "prompt")),
    Kind("reflection", "what I heard", "ce que j’ai entendu", ("in_reply_to", "note"), "shared"),
    Kind("appreciation", "a thank-you", "un merci", ("note",), "shared"),
    Kind("safe_space", "a time set aside", "un temps à part", _OF_A_TIME),
    Kind(
        "vulnerability",
        "something hard to say",
        "quelque chose de difficile à dire",
        ("step", "note", "prompt"),
    ),
    Kind("quality_time", "time together", "du temps à deux", _OF_A_TIME),
    Kind("self_love", "kind to myself", "du bien pour moi", _OF_A_TIME),
    Kind("repair", "making up", "une réconciliation", ("note", "prompt")),
    Kind("best_thing", "the best thing today", "le meilleur d’aujourd’hui", ("note", "prompt")),
)
PRACTICE_FIELDS = _OF_A_TIME
"""What a client may ask for with a practice of the couple's own."""
FIELDS = (
    Word("day", "which day", "quel jour"),
    Word("feelings", "feelings", "ressentis"),
    Word("note", "note", "mot"),
    Word("what", "what", "quoi"),
    Word("minutes", "how many minutes", "combien de minutes"),
    Word("busy", "how busy the day was", "à quel point la journée était chargée"),
    Word("visibility", "who sees it", "qui le voit"),
    Word("step", "which step", "quelle marche"),
    Word("prompt", "the prompt it answers", "la question à laquelle cela répond"),
    Word("in_reply_to", "the entry it answers", "l’entrée à laquelle cela répond"),
)
EVERYWHERE = ("day", "busy", "visibility")
"""The fields that go with every kind."""

VISIBILITIES = (
    Word("shared", "shared with the other", "partagé avec l’autre"),
    Word("sealed", "the other sees only that it is there", "l’autre voit seulement que c’est là"),
    Word("secret", "for me alone", "pour moi seulement"),
)
DAY_STATES = (
    Word("open", "open", "ouvert"),
    Word("kept", "kept", "tenu"),
    Word("excused", "excused", "excusé"),
    Word("reserve", "reserve", "réserve"),
    Word("repaired", "made good", "rattrapé"),
    Word("not_kept", "not kept", "non tenu"),
)
"""What is said of a day: nothing that blames."""
LAPSE_STATES = (
    Word("on_cadence", "as agreed", "comme convenu"),
    Word("drifting", "getting longer", "cela s’espace"),
    Word("lapsed", "longer than usual", "plus long que d’habitude"),
    Word("paused", "paused", "en pause"),
)
PAUSE = Word("pause", "pause", "pause")
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
