"""The pulse's questions and its trend."""

import re

import pytest
from checkin.reading.pulse import SEALED_LENGTH, trend, written
from checkin.words.questions import QUESTIONS, SCALE, Label
from checkin.words.vocabulary import QUESTION_IDS
from hypothesis import given
from hypothesis import strategies as st

TEXTS: list[Label] = [*QUESTIONS, *SCALE]
answers = st.dictionaries(st.sampled_from(QUESTION_IDS), st.integers(1, 5))


def test_there_are_four_questions_and_five_answers() -> None:
    assert (len(QUESTIONS), len(SCALE)) == (4, 5)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.en)
def test_a_text_is_short_and_puts_no_pressure_on_anybody(text: Label) -> None:
    for words in (text.en, text.fr):
        assert 0 < len(words) <= 80
        assert not re.search(r"!|\b(should|must|fail\w*|fault|devrais|dois|faute|échec)\b", words)


def test_in_french_a_question_mark_never_begins_a_line() -> None:
    assert [text.fr for text in TEXTS if re.search(r"(?<!\u00a0)[?:;]", text.fr)] == []


def test_a_trend_is_the_latest_answer_against_the_mean_of_up_to_three_before() -> None:
    months = [{"wellbeing": 5}, {"wellbeing": 4}, {"wellbeing": 3}, {"wellbeing": 3}, {"wellbeing": 1}]

    assert trend(months)["wellbeing"] == pytest.approx(1.67)
    assert trend(months[:2])["wellbeing"] == 1
    assert trend(months[:1])["wellbeing"] is None


def test_a_month_without_an_answer_to_a_question_is_passed_over() -> None:
    months = [{"conflict": 2, "wellbeing": 3}, {"wellbeing": 3}, {"conflict": 4}]

    found = trend(months)
    assert (found["conflict"], found["wellbeing"], found["satisfaction"]) == (-2, 0, None)


@given(st.lists(answers, max_size=6))
def test_a_trend_never_leaves_the_scale(months: list[dict[str, int]]) -> None:
    assert all(moved is None or -4 <= moved <= 4 for moved in trend(months).values())


@given(answers)
def test_all_answers_are_sealed_at_one_length(given_: dict[str, int]) -> None:
    assert len(written(given_)) == SEALED_LENGTH
