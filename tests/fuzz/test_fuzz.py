"""Some hundreds of requests made up from the OpenAPI document, always the same ones; see also `make fuzz`."""

import json
from typing import Any

import pytest
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup

from tests.flow.openapi import COMMITTED
from tests.fuzz.cases import MODES, Fuzzed

EXAMPLES = 4
LABELS = sorted(
    f"{method.upper()} {path}"
    for path, there in json.loads(COMMITTED.read_text())["paths"].items()
    for method in there
)


@pytest.fixture(scope="module")
def fuzzed() -> Fuzzed:
    return Fuzzed()


@pytest.fixture(scope="module")
def operations(fuzzed: Fuzzed) -> dict[str, Any]:
    return {operation.label: operation for operation in fuzzed.operations()}


@pytest.mark.parametrize("mode", MODES, ids=["fitting", "not fitting"])
@pytest.mark.parametrize("label", LABELS)
def test_whatever_is_asked_is_answered_as_documented(
    fuzzed: Fuzzed, operations: dict[str, Any], label: str, mode: GenerationMode
) -> None:
    fuzzed.ask(operations[label], mode, EXAMPLES, number=1)


@pytest.mark.parametrize(
    "change",
    [
        lambda responses: responses.pop("200"),
        lambda responses: responses["200"].update(content={"text/plain": {"schema": {}}}),
        lambda responses: responses["200"]["content"]["application/json"].update(schema={"type": "array"}),
    ],
    ids=["status", "content type", "schema"],
)
def test_what_is_not_as_documented_is_noticed(change: Any) -> None:
    fuzzed = Fuzzed()
    change(fuzzed.schema.raw_schema["paths"]["/v1/lapse"]["get"]["responses"])
    (lapse,) = (found for found in fuzzed.operations() if found.label == "GET /v1/lapse")

    with pytest.raises(FailureGroup):
        fuzzed.ask(lapse, GenerationMode.POSITIVE, 5, number=1)
