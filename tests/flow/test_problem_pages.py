"""The pages that a refusal's `type` leads to."""

import re
from html import unescape

import pytest
from checkin.words.problems import PROBLEMS
from werkzeug.test import TestResponse

from tests.flow.refusals import refusal
from tests.flow.world import Somebody, World


def page(world: World, path: str) -> TestResponse:
    answer = world.http.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    return answer


@pytest.mark.parametrize("word", PROBLEMS)
def test_every_problem_has_a_page_that_says_what_it_means_and_what_to_do(word: str) -> None:
    text = unescape(re.sub("<[^>]+>", "", page(World(), f"/problems/{word}").text))

    assert all(sentence.replace("`", "") in text for sentence in PROBLEMS[word])


def test_the_type_of_a_refusal_is_the_address_of_its_page(world: World, ana: Somebody) -> None:
    refused = ana.ask("POST", "/v1/check-ins", {"kind": "nonsense"}).json

    assert refused is not None
    assert PROBLEMS["invalid"].means in page(world, refused["type"]).text


def test_all_problems_are_on_one_page(world: World) -> None:
    links = re.findall('href="/problems/([a-z_]+)"', page(world, "/problems").text)

    assert links == list(PROBLEMS)


def test_a_page_can_run_and_load_nothing(world: World) -> None:
    answer = page(world, "/problems/invalid")
    policy = answer.headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "<script" not in answer.text
    assert "http" not in re.sub("<style>.*</style>", "", answer.text, flags=re.DOTALL)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_word_that_there_is_not_has_no_page(world: World) -> None:
    assert refusal(world.http.get("/problems/nonsense")) == (404, "not_found")
