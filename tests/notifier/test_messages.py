"""The words of nudges: free of content, of guilt and of pressure, in two languages, and in turn."""

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

import pytest
from checkin.words.vocabulary import FEELINGS
from checkin.writing.taps import QUESTIONS
from hypothesis import given
from hypothesis import strategies as st
from notifier.messages import HALF_LIFE_DAYS, PENALTY, _score, template_for, text
from notifier.wording import FACTS, FILE, WORDS, Wording, Words, read

from tests.nudge_world import DAY_MS, EVENING_MS


class Said(NamedTuple):
    """One text as it can stand on a screen: which part of which kind, in which language."""

    kind: str
    part: str
    language: str
    text: str


def _said() -> list[Said]:
    found = []
    for kind, words in WORDS.items():
        for language in ("en", "fr"):
            for part in ("why", "more"):
                sentence = getattr(words, part)
                if sentence is not None:
                    found.append(Said(kind, part, language, getattr(sentence, language)))
            for wording in words.wordings:
                said = getattr(wording, language)
                found += [Said(kind, "title", language, said.title), Said(kind, "body", language, said.body)]
    return found


SAID = _said()
SHOWN = [said for said in SAID if said.part in ("title", "body")]

GUILT = {
    "en": r"miss(ed|ing)?|forg(et|ot|otten)|fail\w*|disappoint\w*|fault|blame\w*|guilt\w*|sham\w+|sorry|"
    r"los(e|t|ing)|br(eak|oke|oken)|too late|late|hurry|urgent\w*|warning|only you|must|should|ought|"
    r"ha(ve|s)n['’]t|did(n['’]t| not)|not yet|still not|waiting|ignor\w+|neglect\w*|let down|again|lazy|"
    r"never|nobody|because of you|last chance|don['’]t",
    "fr": r"oubli\w*|rat(er|é|ée|és)|manqu\w*|échou\w*|échec|faute|coupab\w*|culpab\w*|déç\w+|décev\w*|"
    r"hont\w*|désolé\w*|perd\w*|bris\w*|romp\w*|tard|retard|dépêch\w*|urgent\w*|avertiss\w*|dois|devez|"
    r"devrai\w*|faut|toujours pas|pas encore|attend\w*|ignor\w+|néglig\w*|jamais|personne|"
    r"à cause|dernière chance|encore une fois",
}
WHO = {
    "en": r"he|she|his|her|him|(your )?partner (did|has|checked)|one of you|the other",
    "fr": r"il a|elle a|l['’]un de vous|l['’]une de vous|l['’]autre",
}
HABITS = {
    "en": r"feeling\w*|appreciat\w*|reflection\w*|quality|safe space|vulnerab\w*|self-love|repair\w*|"
    r"lapse\w*|streak\w*|habit\w*|mood\w*|emotion\w*|love\w*|sex\w*|kiss\w*",
    "fr": r"ressenti\w*|humeur\w*|émotion\w*|appréciation\w*|reflet\w*|qualité|vulnérab\w*|répar\w*|série\w*|"
    r"habitude\w*|amour\w*|sexe\w*|baiser\w*",
}


def found(words: str, sentence: str) -> list[str]:
    return [match[0] for match in re.finditer(rf"\b({words})\b", sentence, re.IGNORECASE)]


def named(said: Said) -> str:
    return f"{said.kind} {said.part} {said.language}"


# --- what is said ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", WORDS)
def test_every_kind_has_four_wordings_in_both_languages_and_says_why(kind: str) -> None:
    words = WORDS[kind]

    assert len(words.wordings) >= 4
    assert words.why.en != words.why.fr
    assert all(wording.en.title and wording.fr.title for wording in words.wordings)


def test_no_two_wordings_of_a_kind_say_the_same() -> None:
    bodies = Counter((said.kind, said.language, said.text) for said in SHOWN)

    assert [body for body, times in bodies.items() if times > 1] == []


@pytest.mark.parametrize("said", SAID, ids=named)
def test_nobody_is_blamed_or_pressed(said: Said) -> None:
    assert found(GUILT[said.language], said.text) == []
    assert found(WHO[said.language], said.text) == []
    assert "!" not in said.text
    assert "…" not in said.text


@pytest.mark.parametrize("said", SHOWN, ids=named)
def test_title_and_body_tell_no_feeling_and_no_habit(said: Said) -> None:
    feelings = "|".join(re.escape(getattr(feeling, said.language)) for feeling in FEELINGS)

    assert found(HABITS[said.language], said.text) == []
    assert found(feelings, said.text) == []


@pytest.mark.parametrize("said", SAID, ids=named)
def test_a_text_is_short_and_a_sentence_ends_as_one(said: Said) -> None:
    assert len(said.text) <= {"title": 40}.get(said.part, 110)
    assert said.part == "title" or said.text[-1] in ".?”»"


def test_in_french_a_question_mark_never_begins_a_line() -> None:
    french = [said.text for said in SAID if said.language == "fr"]

    assert [one for one in french if re.search(r"(?<!\u00a0)[?:;»]|«(?!\u00a0)", one)] == []


@pytest.mark.parametrize("said", SAID, ids=named)
def test_no_text_names_an_hour_for_it_may_be_another_where_it_is_read(said: Said) -> None:
    assert found(r"nine|o['’]clock|tonight|evening|heures|soir(ée)?|minuit|midi", said.text) == []


def test_in_french_nothing_can_be_read_as_its_opposite() -> None:
    """At the head of a line "Plus de messages" is both no more of them and more of them."""
    french = [said.text for said in SAID if said.language == "fr"]
    french += [words.title for (_, _, language), words in QUESTIONS.items() if language == "fr"]

    assert [one for one in french if one.startswith(("Plus de ", "Plus d’"))] == []


@pytest.mark.parametrize("word", ["you missed it", "don't lose it", "Bo hasn't", "it is your fault"])
def test_a_barred_word_is_noticed(word: str) -> None:
    assert found(GUILT["en"], word)


# --- to whom it is said ---------------------------------------------------------------------------------


def test_a_region_does_not_matter_and_an_unknown_language_is_english() -> None:
    french = text("day.at_risk/1", "fr")

    assert text("day.at_risk/1", "fr-CA") == text("day.at_risk/1", "FR") == french
    assert text("day.at_risk/1", "is") == text("day.at_risk/1", "en") != french


def test_a_fuller_body_says_more_and_the_title_does_not() -> None:
    plain, fuller = text("day.at_risk/1", "en"), text("day.at_risk/1", "en", {"count": 12})

    assert fuller == plain._replace(body=f"{plain.body} Your streak stands at 12.")


def test_numbers_are_written_as_the_language_has_them() -> None:
    facts = {"agreed": 3.5, "usual": 8}

    assert "3.5" in text("lapse.opened/1", "en", facts).body
    assert "3,5" in text("lapse.opened/1", "fr", facts).body


def test_what_somebody_wrote_is_taken_as_it_is() -> None:
    assert text("nudge.asked/1", "en", {"text": "{count} {0} %s"}).body.endswith("“{count} {0} %s”")


@pytest.mark.parametrize("kind", WORDS)
def test_without_the_facts_the_fuller_sentence_is_left_out(kind: str) -> None:
    plain = text(f"{kind}/1", "en")

    assert text(f"{kind}/1", "en", {}) == plain or not FACTS[kind]


@pytest.mark.parametrize("template", ["gift.sent/7", "day.at_risk/99", "day.at_risk/0", "day.at_risk/x", ""])
def test_a_template_that_this_version_does_not_have_still_has_words(template: str) -> None:
    assert text(template, "fr").title == "Attune"


# --- the file -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("day.at_risk", "day.at_rest"), "missing or unknown"),
        (("Your streak stands at {count}.", "Your streak stands at {days}."), "cannot tell"),
        (('fr.title = "Un petit rappel"\n', ""), "title"),
        (("\nwhy.en", '\nwhy.is = "x"\nwhy.en'), "unknown field"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_refused(change: tuple[str, str], complaint: str) -> None:
    file = FILE.read_text()
    assert change[0] in file

    with pytest.raises(ValueError, match=complaint):
        read(file.replace(*change).encode())


def test_a_kind_with_three_wordings_is_refused() -> None:
    file = FILE.read_text().rpartition('[["nudge.asked".wordings]]')[0]

    with pytest.raises(ValueError, match=r"nudge\.asked has fewer"):
        read(file.encode())


# --- in turn --------------------------------------------------------------------------------------------


def turns(kind: str, every_ms: int, count: int) -> list[str]:
    """The templates chosen one after another."""
    used_ms: dict[str, int] = {}
    chosen = []
    for nth in range(count):
        now_ms = EVENING_MS + nth * every_ms
        template = template_for(kind, used_ms, now_ms)
        used_ms[template] = now_ms
        chosen.append(template)
    return chosen


@given(st.sampled_from(sorted(WORDS)), st.integers(1, 40 * DAY_MS))
def test_no_wording_comes_again_before_all_others_have(kind: str, every_ms: int) -> None:
    wordings = len(WORDS[kind].wordings)
    chosen = turns(kind, every_ms, 3 * wordings)

    for first in range(2 * wordings):
        assert len(set(chosen[first : first + wordings])) == wordings
    assert all(one != other for one, other in pairwise(chosen))


def test_a_wording_is_worth_less_right_after_it_was_used_and_half_of_that_after_fifteen_days() -> None:
    wording = Wording(Words("t", "b"), Words("t", "b"), score=0.5)
    later_ms = EVENING_MS + round(HALF_LIFE_DAYS * DAY_MS)

    assert _score(wording, EVENING_MS, EVENING_MS + 1) == pytest.approx(0.5 - PENALTY)
    assert _score(wording, EVENING_MS, later_ms) == pytest.approx(0.5 - PENALTY / 2)
    assert _score(wording, None, later_ms) == 0.5


def test_a_moment_that_comes_again_at_its_instant_chooses_the_same() -> None:
    used_ms = {"day.at_risk/1": EVENING_MS - 9 * DAY_MS, "day.at_risk/2": EVENING_MS - 8 * DAY_MS}
    used_ms |= {"day.at_risk/3": EVENING_MS - 7 * DAY_MS, "day.at_risk/4": EVENING_MS - 6 * DAY_MS}
    first = template_for("day.at_risk", used_ms, EVENING_MS)

    assert template_for("day.at_risk", used_ms | {first: EVENING_MS}, EVENING_MS) == first
