"""What nudges say. Content-free: no feeling, no note, no name of a habit, and never who did what."""

from typing import NamedTuple


class Text(NamedTuple):
    title: str
    body: str
    why: str


DEFAULT_LANGUAGE = "en"

TEMPLATES: dict[str, dict[str, Text]] = {
    "day.at_risk/1": {
        "en": Text(
            "A small reminder",
            "Today is still open, if you would like to check in.",
            "A streak stands on today, and the day is not kept yet.",
        ),
        "fr": Text(
            "Un petit rappel",
            "La journée est encore ouverte, si vous voulez la noter.",
            "Une série repose sur cette journée, qui n'est pas encore validée.",
        ),
    },
    "lapse.opened/1": {
        "en": Text(
            "Time for a plan?",
            "It may be a good moment to set some time aside.",
            "More time has passed than you agreed on.",
        ),
        "fr": Text(
            "Et si vous prévoyiez un moment ?",
            "C'est peut-être le bon moment pour réserver un peu de temps.",
            "Il s'est écoulé plus de temps que ce qui avait été convenu.",
        ),
    },
    "couple.returned/1": {
        "en": Text("You are back", "The two of you came back. It counts, all of it.", "A streak goes on."),
        "fr": Text("Vous revoilà", "Vous êtes revenus tous les deux. Tout compte.", "Une série se poursuit."),
    },
    "streak.milestone/1": {
        "en": Text("A round number", "You have reached something together.", "A milestone was reached."),
        "fr": Text("Un cap", "Vous avez atteint un cap ensemble.", "Un palier a été atteint."),
    },
    "pact.renewed/1": {
        "en": Text("Your pact has changed", "See what holds from now on.", "One of you changed the pact."),
        "fr": Text(
            "Votre pacte a changé", "Voyez ce qui vaut désormais.", "L'un de vous a modifié le pacte."
        ),
    },
    "pact.outgrown/1": {
        "en": Text(
            "Does the pace still fit?",
            "You may want to agree on another one, together.",
            "It has been longer than agreed three times in sixty days.",
        ),
        "fr": Text(
            "Le rythme convient-il encore ?",
            "Vous pourriez en convenir d'un autre, ensemble.",
            "Trois fois en soixante jours, c'était plus long que convenu.",
        ),
    },
    "appreciation.shared/1": {
        "en": Text(
            "Something for you",
            "There is something new for you in Attune.",
            "Your partner shared something with you.",
        ),
        "fr": Text(
            "Quelque chose pour vous",
            "Il y a du nouveau pour vous dans Attune.",
            "Votre partenaire a partagé quelque chose avec vous.",
        ),
    },
}
"""By template, then by language. A template's name is its kind and a number; what it says may be reworded."""


def template_for(kind: str) -> str:
    """The template for a kind of nudge."""
    return f"{kind}/1"


def text(template: str, language: str) -> Text:
    """The words of a template in this language, else in English. A template nobody knows has plain words."""
    words = TEMPLATES.get(template, _UNKNOWN)
    return words.get(language.partition("-")[0].lower(), words[DEFAULT_LANGUAGE])


# A record of another version may name a template that this one does not have.
_UNKNOWN = {DEFAULT_LANGUAGE: Text("Attune", "There is something new in Attune.", "You use Attune.")}
