"""The words: each once, in both languages, and fields that a check-in really has."""

import re

import pytest
from checkin.words.vocabulary import (
    CHECKIN_KINDS,
    DAY_STATES,
    EVERYWHERE,
    FIELDS,
    LAPSE_STATES,
    PRACTICE_FIELDS,
    TOPICS,
    VISIBILITIES,
    Kind,
)
from checkin.writing.recording import CheckinIn

from shared.events.values import KINDS

LISTS = (CHECKIN_KINDS, FIELDS, VISIBILITIES, DAY_STATES, LAPSE_STATES, TOPICS)
BLAME = re.compile(r"\b(miss\w*|fail\w*|fault|late|overdue|broken|manqu\w*|échou\w*|retard|faute)\b")


def test_every_kind_has_its_words() -> None:
    assert tuple(kind.id for kind in CHECKIN_KINDS) == KINDS


@pytest.mark.parametrize("words", LISTS, ids=lambda words: words[0].id)
def test_no_word_stands_twice_and_each_has_a_text_in_both_languages(words: tuple[Kind, ...]) -> None:
    for texts in zip(*((word.id, word.en, word.fr) for word in words), strict=True):
        assert len(set(texts)) == len(words)
        assert all(texts)


@pytest.mark.parametrize("kind", CHECKIN_KINDS, ids=lambda kind: kind.id)
def test_what_a_kind_asks_for_is_a_field_of_a_check_in_with_a_label(kind: Kind) -> None:
    labelled = {word.id for word in FIELDS}

    asked = {*kind.fields, *PRACTICE_FIELDS, *EVERYWHERE}
    assert asked <= labelled <= set(CheckinIn.model_fields)


def test_only_their_own_kinds_ask_for_a_step_or_an_entry_to_answer() -> None:
    assert [kind.id for kind in CHECKIN_KINDS if "step" in kind.fields] == ["vulnerability"]
    assert [kind.id for kind in CHECKIN_KINDS if "in_reply_to" in kind.fields] == ["reflection"]


@pytest.mark.parametrize("word", [*DAY_STATES, *LAPSE_STATES], ids=lambda word: word.id)
def test_a_state_blames_nobody(word: Kind) -> None:
    assert not BLAME.search(f"{word.en} {word.fr}")
