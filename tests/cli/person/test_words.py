"""The words that may be typed."""

from typing import get_args

import pytest
from checkin.words.vocabulary import FEELING_IDS, FEELINGS
from cli.person import words

from shared.events.values import Kind


def test_every_kind_of_the_product_can_be_typed() -> None:
    assert set(words.KINDS) == set(get_args(Kind))


def test_every_feeling_can_be_typed_in_every_language() -> None:
    known = words.feelings()

    assert set(known.ids) == FEELING_IDS
    for feeling in FEELINGS:
        assert {known.find(feeling.id), known.find(feeling.en), known.find(feeling.fr)} == {feeling.id}


@pytest.mark.parametrize("typed", ["fatigue", "Fatigué", "FATIGUÉ", " fatigué "])
def test_case_and_accents_do_not_matter(typed: str) -> None:
    assert words.feelings().find(typed) == "tired"


def test_apostrophes_may_be_typed_either_way() -> None:
    assert words.feelings().find("plein d'espoir") == "hopeful"


def test_a_word_that_the_site_knows_is_known() -> None:
    known = words.feelings([{"id": "serene", "labels": {"en": "serene", "fr": "apaisé"}}])

    assert known.find("apaise") == "serene"
    assert known.find("calm") == "calm"


def test_a_kind_that_the_site_knows_is_known_by_its_label() -> None:
    known = words.kinds([{"id": "best_thing", "labels": {"en": "the best thing today", "fr": "le meilleur"}}])

    assert known.find("The best thing today") == known.find("best") == "best_thing"
    assert known.find("mend") == "repair"


def test_what_is_near_nothing_is_answered_with_all_there_is() -> None:
    assert words.kinds().meant("zzz") == f"There are: {', '.join(words.KINDS)}."


def test_no_short_form_has_two_meanings() -> None:
    forms = [form for kind, short in words.KINDS.items() for form in (kind, *short)]

    assert len(forms) == len(set(forms))
