"""Every word that a refusal can have leads to a page that says what it means."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import apiflask
import checkin
import flask
import pytest
import werkzeug
import werkzeug.exceptions
from checkin.rules import outcomes
from checkin.words.problems import OF_STATUS, PROBLEMS, title_of, word_of

SOURCES = sorted(Path(checkin.__path__[0]).rglob("*.py"))
DYNAMIC = {"outcome.error or ''"}
"""Words that come from the table of outcomes, which is looked at by itself."""


def calls(source: Path, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Call) and called(node.func) == name:
            yield node


def called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def words_in(source: Path) -> list[str]:
    """The words of the problems that this file makes."""
    found = [next(k.value for k in c.keywords if k.arg == "word") if len(c.args) < 2 else c.args[1]
             for c in calls(source, "Problem")]  # fmt: skip
    written = [word for word in found if ast.unparse(word) not in DYNAMIC]
    assert all(isinstance(word, ast.Constant) for word in written), (
        f"{source.name} makes a Problem whose word is not written there: write it, or name it in DYNAMIC."
    )
    return [ast.literal_eval(word) for word in written]


def raised_by_the_framework() -> set[int]:
    """The statuses that its packages raise by themselves."""
    found = {412}  # werkzeug gives it without raising
    for package in (werkzeug, flask, apiflask):
        for source in Path(package.__path__[0]).rglob("*.py"):
            for node in ast.walk(ast.parse(source.read_text())):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call | ast.Name | ast.Attribute):
                    name = called(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)
                    found.add(getattr(getattr(werkzeug.exceptions, name, None), "code", None) or 0)
    return found - {0}


def raised() -> set[str]:
    ours = {word for source in SOURCES for word in words_in(source)}
    return ours | set(outcomes._REFUSALS) | {word_of(status) for status in raised_by_the_framework()}


@pytest.mark.parametrize("word", sorted(raised()))
def test_every_word_has_its_sentences(word: str) -> None:
    assert word in PROBLEMS, (
        f"Add a line to services/checkin/words/problems.toml: {word} = [what it means, what to do]"
    )


def test_no_sentence_is_about_a_word_that_nothing_raises() -> None:
    assert set(PROBLEMS) - raised() - set(OF_STATUS.values()) == set()


@pytest.mark.parametrize("status", sorted(raised_by_the_framework()))
def test_every_status_of_the_framework_has_a_word_of_its_own(status: int) -> None:
    assert status in OF_STATUS


def test_an_unheard_of_status_has_a_word_all_the_same() -> None:
    assert (word_of(418), word_of(507)) == ("malformed", "internal_error")


@pytest.mark.parametrize("word", PROBLEMS)
def test_a_meaning_is_in_whole_sentences(word: str) -> None:
    means, do = PROBLEMS[word]

    assert re.fullmatch("[a-z_]+", word)
    assert title_of(word)[0].isupper()
    for text in (means, do):
        assert text[0].isupper() or text[0] == "`"
        assert text.endswith(".")
        assert "—" not in text
