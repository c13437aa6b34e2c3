"""Requests made up from the OpenAPI document alone, and their answers held to it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import schemathesis
from checkin.door.front import Rules
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.flow.partners import others
from tests.flow.world import Somebody, World
from tests.people import ANA, BO

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_OFTEN = 10**9
_RULES = Rules(
    people_per_hour=_OFTEN,
    invites_per_hour=_OFTEN,
    accepts_per_hour=_OFTEN,
    requests_per_minute=_OFTEN,
    address_requests_per_minute=_OFTEN,
    guesses_per_minute=_OFTEN,
)


class Fuzzed:
    """A lived-in world, its API's document, and Ana, who asks for all that it says."""

    def __init__(self) -> None:
        self.world = World(_RULES)
        self.ana, bo = self.world.register(ANA), self.world.register(BO)
        self.ids = _lived_in(self.world, self.ana, bo)
        self.schema: Any = schemathesis.openapi.from_wsgi("/openapi.json", self.world.app)
        self.answered: Counter[tuple[str, int]] = Counter()

    def operations(self) -> Iterator[Any]:
        """Every operation of the document, in its order."""
        for found in self.schema.get_all_operations():
            yield found.ok()

    def ask(self, operation: Any, mode: GenerationMode, examples: int, number: int) -> None:
        """So many cases of one operation; the same ones for the same number. Raises what does not conform.

        What takes no argument at all has no wrong ones.
        """

        @seed(number)
        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), known=st.none() | st.sampled_from(self.ids))
        def asked(case: Case[Any], known: str | None) -> None:
            self._ask(case, known)

        with suppress(Unsatisfiable):
            asked()

    def _ask(self, case: Case[Any], known: str | None) -> None:
        if known is not None and case.path_parameters:
            case.path_parameters = dict.fromkeys(case.path_parameters, known)
        answer = case.call(headers={"Authorization": f"Bearer {self.ana.token}"})
        self.answered[str(case.operation.label), answer.status_code] += 1
        case.validate_response(answer, checks=_CHECKS)


def _lived_in(world: World, ana: Somebody, bo: Somebody) -> list[str]:
    """Ids that name something to Ana: entries, a channel, a pause, a token."""
    world.pair(ana, bo)
    mine = [ana.check_in(kind, note="Tea.", visibility="shared") for kind in ("feeling", "appreciation")]
    bo.check_in("vulnerability", visibility="shared", note="A hope.")
    bo.check_in(visibility="sealed")
    made = [
        ana.ok("POST", "/v1/channels", {"kind": "webhook", "url": "https://hooks.example/ana"})["id"],
        ana.ok("POST", "/v1/pauses", {"from": "2026-12-24", "until": "2026-12-26"})["id"],
        ana.ok("POST", "/v1/tokens", {"scope": "read"})["id"],
    ]
    return [*mine, *made, *(entry["id"] for entry in others(ana))]
