"""Which wording comes next, and what it says to one person: no content, unless they asked for it. Pure."""

import math
from collections.abc import Mapping
from typing import NamedTuple

from notifier.wording import WORDS, Wording
from shared.days import DAY_MS

DEFAULT_LANGUAGE = "en"

PENALTY, HALF_LIFE_DAYS = 0.017, 15.0
"""What a wording loses as it is used, and how soon it has half of that back."""

Fact = float | str
Facts = Mapping[str, Fact]
"""What a fuller sentence may name, by name."""


class Text(NamedTuple):
    title: str
    body: str
    why: str


def template_for(kind: str, used_ms: Mapping[str, int], now_ms: int) -> str:
    """The template whose turn it is: a kind and a number. `used_ms`: when the couple was last sent each.

    One used at this very instant counts as unused, so that a moment that comes again chooses the same.
    """
    names = {f"{kind}/{number}": wording for number, wording in enumerate(WORDS[kind].wordings, 1)}
    return max(names, key=lambda name: _score(names[name], used_ms.get(name), now_ms))


def _score(wording: Wording, used_ms: int | None, now_ms: int) -> float:
    if used_ms is None or used_ms >= now_ms:
        return wording.score
    days = (now_ms - used_ms) / DAY_MS
    return wording.score - PENALTY * math.pow(0.5, days / HALF_LIFE_DAYS)


def text(template: str, language: str, facts: Facts | None = None) -> Text:
    """The words of a template in this language, else in English; with `facts`, also the fuller sentence.

    A template nobody knows has plain words; a sentence of which a fact is missing is left out.
    """
    kind, _, number = template.rpartition("/")
    words = WORDS.get(kind)
    if words is None or not number.isdecimal() or not 1 <= int(number) <= len(words.wordings):
        return _UNKNOWN
    french = language.partition("-")[0].lower() == "fr"
    wording = words.wordings[int(number) - 1]
    said = wording.fr if french else wording.en
    more = ""
    if facts is not None and words.more is not None:
        more = _with_facts(words.more.fr if french else words.more.en, facts, french=french)
    return Text(said.title, f"{said.body} {more}".rstrip(), words.why.fr if french else words.why.en)


def _with_facts(sentence: str, facts: Facts, *, french: bool) -> str:
    try:
        return sentence.format_map({name: _written(fact, french=french) for name, fact in facts.items()})
    except KeyError:
        return ""


def _written(fact: Fact, *, french: bool) -> str:
    if isinstance(fact, str):
        return fact
    return f"{fact:g}".replace(".", ",") if french else f"{fact:g}"


# A record of another version may name a template that this one does not have.
_UNKNOWN = Text("Attune", "There is something new in Attune.", "You use Attune.")
