"""What the words in a refusal's `type` mean, read once from `problems.toml`."""

from pathlib import Path
from typing import NamedTuple

import msgspec


class Meaning(NamedTuple):
    """What it means, and what to do next."""

    means: str
    do: str


PROBLEMS = msgspec.toml.decode(
    Path(__file__).with_name("problems.toml").read_bytes(), type=dict[str, Meaning], strict=True
)
"""By word. A word that is raised and is not here fails `tests/checkin/test_problems.py`."""

OF_STATUS = {
    400: "malformed",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    412: "precondition_failed",
    413: "request_entity_too_large",
    415: "unsupported_media_type",
    416: "requested_range_not_satisfiable",
}
"""The words of refusals that are the framework's own. Its phrases differ from one Python to the next."""


def word_of(status: int) -> str:
    """The word of a refusal that has none of its own."""
    return OF_STATUS.get(status, "malformed" if status < 500 else "internal_error")  # noqa: PLR2004


def title_of(word: str) -> str:
    """The word as people read it."""
    return word.replace("_", " ").capitalize()
