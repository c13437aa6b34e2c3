"""What can go wrong for a person at the command line. Each is a sentence that says what to do next."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus

NOT_NOW = frozenset({401, 403, 408, 429, 500, 502, 503, 504})
"""The same check-in may be taken another time: the site is unwell, or wants another token."""


class Trouble(Exception):
    """The command ends with this sentence on stderr and exit code 1."""


class NotSignedIn(Trouble):
    """There is no token here."""


class Unreachable(Trouble):
    """Nobody answered at the site, or somebody else did: whether it took anything is not known."""


class Refused(Trouble):
    """The site said no. `word` is stable and names the kind of refusal; `flaws` are (pointer, sentence)."""

    def __init__(self, status: int, word: str, detail: str, flaws: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__("\n".join([detail, *(f"  {pointer}: {flaw}" for pointer, flaw in flaws)]))
        self.status = status
        self.word = word
        self.detail = detail
        self.flaws = tuple(flaws)

    @property
    def is_for_now(self) -> bool:
        """Whether the same check-in may be taken another time."""
        return self.status in NOT_NOW or self.word == "in_flight"


def refusal(status: int, problem: Mapping[str, object]) -> Refused:
    """What an application/problem+json body says; members that are missing are made up for."""
    word = str(problem.get("type", "")).rpartition("/")[2]
    detail = str(problem.get("detail") or problem.get("title") or f"The site refused ({phrase(status)}).")
    listed = problem.get("errors")
    flaws = [flaw for flaw in listed if isinstance(flaw, dict)] if isinstance(listed, list) else []
    return Refused(status, word, detail, [(str(f.get("pointer")), str(f.get("detail"))) for f in flaws])


@contextmanager
def in_words(sentences: Mapping[str, str]) -> Iterator[None]:
    """A refusal of one of these words says what to do at the command line, rather than over HTTP."""
    try:
        yield
    except Refused as refused:
        if refused.word not in sentences:
            raise
        raise Trouble(sentences[refused.word]) from refused


def phrase(status: int) -> str:
    """`503 Service Unavailable`."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
