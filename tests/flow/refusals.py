"""What a refusal must look like, whoever asked for what."""

import re
from typing import Any

from werkzeug.test import TestResponse

_INSIDES = re.compile(r"Traceback|File \"|\.py\b|<class |object at 0x|site-packages")


def refusal(answer: TestResponse) -> tuple[int, str]:
    """Status and word of a well-formed problem that shows no insides."""
    problem: Any = answer.json
    assert answer.content_type == "application/problem+json"
    details = [problem["detail"], *(flaw["detail"] for flaw in problem.get("errors", ()))]
    assert not _INSIDES.search("\n".join(details)), answer.text
    assert (
        {"type", "title", "status", "detail"}
        <= set(problem)
        <= {"type", "title", "status", "detail", "errors"}
    )
    assert problem["status"] == answer.status_code >= 400
    assert problem["detail"]
    assert answer.headers["Cache-Control"] == "no-store"
    head, _, word = problem["type"].rpartition("/")
    assert (head, bool(re.fullmatch(r"[a-z_]+", word))) == ("/problems", True)
    return answer.status_code, word


def pointers(answer: TestResponse) -> list[str]:
    """The fields that a 422 names, each with a sentence."""
    assert refusal(answer) == (422, "invalid")
    problem: Any = answer.json
    assert all(flaw["detail"].endswith(".") for flaw in problem["errors"])
    return [flaw["pointer"] for flaw in problem["errors"]]
