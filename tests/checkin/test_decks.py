"""The decks: enough prompts, in both languages, in one voice, each with what it is about."""

import re
from collections import Counter

import pytest
from checkin.words.choosing import Prompt
from checkin.words.decks import PROMPTS
from checkin.words.vocabulary import ALWAYS_ON, DECKS, LADDER, LANGUAGES, TOPICS

TEXTS = [(language, prompt.texts[language]) for prompt in PROMPTS for language in LANGUAGES]
NEVER_SAID = re.compile(
    r"!|…|\b(should|must|fault|blame|guilt\w*|fail\w*|therap\w*|heal\w*|cure\w*|fix"
    r"|devrais|dois|devez|faute|coupable|culpabilit\w*|échec|thérap\w*|guéri\w*)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("deck", DECKS)
def test_every_deck_has_a_prompt_for_more_than_three_weeks(deck: str) -> None:
    assert sum(prompt.deck == deck for prompt in PROMPTS) >= 24


def test_every_prompt_has_a_name_of_its_own() -> None:
    assert [name for name, times in Counter(prompt.id for prompt in PROMPTS).items() if times > 1] == []


def test_no_text_is_written_twice() -> None:
    assert len(set(TEXTS)) == len(TEXTS) == len(PROMPTS) * len(LANGUAGES)


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.id)
def test_a_prompt_is_one_or_two_sentences_without_pressure(prompt: Prompt) -> None:
    for text in prompt.texts.values():
        assert 1 <= len(re.findall(r"[.?](?=\s|$)", text)) <= 2, text
        assert text[-1] in ".?", text
        assert len(text) <= 200, text
        assert NEVER_SAID.search(text) is None, text


def test_in_french_a_question_mark_never_begins_a_line() -> None:
    french = [text for language, text in TEXTS if language == "fr"]

    assert [text for text in french if re.search(r"(?<!\u00a0)[?:;»]|«(?!\u00a0)", text)] == []


def test_the_ladder_of_closeness_has_four_steps_and_nothing_else_has_any() -> None:
    steps = Counter(prompt.step for prompt in PROMPTS if prompt.deck == "intimacy")

    assert set(steps) == {1, 2, 3, 4}
    assert min(steps.values()) >= 5
    assert {prompt.step for prompt in PROMPTS if prompt.deck != "intimacy"} == {None}


def test_every_step_can_be_switched_off_as_a_whole() -> None:
    for prompt in PROMPTS:
        steps = prompt.topics & set(LADDER)
        assert steps == (set() if prompt.step is None else {LADDER[prompt.step - 1]})


def test_what_tells_of_a_study_names_it() -> None:
    assert {prompt.id for prompt in PROMPTS if prompt.source} == {
        prompt.id for prompt in PROMPTS if prompt.deck == "science"
    }


def test_every_topic_is_about_some_prompt_and_every_prompt_about_known_topics() -> None:
    assert frozenset().union(*(prompt.topics for prompt in PROMPTS)) == {topic.id for topic in TOPICS}


def test_whatever_is_switched_off_a_whole_deck_is_left() -> None:
    assert {prompt.deck for prompt in PROMPTS if not prompt.topics} == {ALWAYS_ON}
    assert all(not prompt.topics for prompt in PROMPTS if prompt.deck == ALWAYS_ON)
