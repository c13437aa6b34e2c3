"""The page behind a one-tap link: what it asks, and what it says when it has been tapped. Pure.

It says the same whoever the link is of, whatever they have settled and whether anything changed by it.
"""

import base64
import hashlib
from html import escape
from typing import NamedTuple

from shared.links import Tap


class Words(NamedTuple):
    """`title` stands above the question and the button too."""

    title: str
    text: str


QUESTIONS: dict[tuple[str, str, str], Words] = {
    ("system", "fewer", "en"): Words("Fewer nudges", "Attune will send you at most half as many by itself."),
    ("system", "stop", "en"): Words("No more nudges", "Attune will send you nothing more by itself."),
    ("partner", "fewer", "en"): Words(
        "Fewer signs", "What your partner sends will reach you half as often; the rest waits in your inbox."
    ),
    ("partner", "stop", "en"): Words(
        "No more signs", "Nothing that your partner sends will reach you any more."
    ),
    ("system", "fewer", "fr"): Words(
        "Moins de messages", "De lui-même, Attune vous enverra deux fois moins de messages."
    ),
    ("system", "stop", "fr"): Words("Plus aucun message", "De lui-même, Attune ne vous enverra plus rien."),
    ("partner", "fewer", "fr"): Words(
        "Moins de signes",
        "Ce que votre partenaire envoie vous parviendra deux fois moins souvent ; "
        "le reste vous attend dans Attune.",
    ),
    ("partner", "stop", "fr"): Words(
        "Plus aucun signe", "Plus rien de ce que votre partenaire envoie ne vous parviendra."
    ),
}
NOBODY_IS_TOLD = {"en": "Nobody else is told.", "fr": "Personne d’autre ne le saura."}
DONE = {
    "en": Words("That is settled", "You can change it whenever you like, in your nudge settings."),
    "fr": Words("C’est réglé", "Vous pouvez changer d’avis quand vous voulez, dans vos réglages."),
}
NOT_NOW = {
    "en": Words("Not just now", "Nothing has changed yet. Please try again in a minute."),
    "fr": Words("Pas tout de suite", "Rien n’a encore changé. Réessayez dans une minute, s’il vous plaît."),
}
OVER = {
    "en": Words("This link is over", "Your nudge settings in Attune can do the same."),
    "fr": Words("Ce lien n’est plus valable", "Vos réglages dans Attune permettent la même chose."),
}

_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:28rem;margin:4rem auto;padding:0 1.5rem;color:#222;"
    "background:#faf8f5}button{font:inherit;padding:.6rem 1.4rem;border:1px solid #222;border-radius:.4rem;"
    "background:#fff;color:#222}@media(prefers-color-scheme:dark){body{background:#1c1b1a;color:#eee}}"
)
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def question(tap: Tap) -> str:
    """One button, and nothing that happens without it."""
    words = QUESTIONS[tap.of, tap.wish, tap.language]
    button = f'<form method="post"><button>{escape(words.title)}</button></form>'
    return _page(tap.language, words._replace(text=f"{words.text} {NOBODY_IS_TOLD[tap.language]}"), button)


def done(tap: Tap) -> str:
    """After the button."""
    return _page(tap.language, DONE[tap.language])


def not_now(tap: Tap) -> str:
    """When it could not be settled, with the button to try again."""
    again = QUESTIONS[tap.of, tap.wish, tap.language].title
    button = f'<form method="post"><button>{escape(again)}</button></form>'
    return _page(tap.language, NOT_NOW[tap.language], button)


def over() -> str:
    """For a link that is none, in both languages."""
    both = Words(OVER["en"].title, OVER["en"].text)
    french = f'<p lang="fr">{escape(OVER["fr"].title)}. {escape(OVER["fr"].text)}</p>'
    return _page("en", both, french)


def _page(language: str, words: Words, more: str = "") -> str:
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>Attune</title><style>{_STYLE}</style>"
        f"<h1>{escape(words.title)}</h1><p>{escape(words.text)}</p>{more}</html>"
    )
