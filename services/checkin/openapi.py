"""What the code does not say by itself in the OpenAPI document: who must sign in, how refusals look."""

from typing import Any

from apiflask import APIFlask

from checkin.errors import MEDIA_TYPE
from checkin.recording import Accepted, CheckinIn

Document = dict[str, Any]

_PROBLEM: Document = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Stable: /problems/ and one word."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence that says what to do."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
_KEY_HEADER: Document = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "maxLength": 255},
    "description": "Makes a repeat safe: for three days the same key and body give the first answer.",
}
_REFUSALS = {
    "400": "The request is malformed.",
    "401": "The token is missing or not valid.",
    "403": "This token, or this site, does not allow it.",
    "404": "There is no such thing, or it is not yours.",
    "409": "It does not fit what is there.",
    "413": "The body is over 64 KiB.",
    "415": "The body is not JSON.",
    "422": "Some fields cannot be taken; `errors` names each.",
    "429": "Too often; see `Retry-After`.",
    "503": "Not possible right now; see `Retry-After`. The same request is safe to repeat.",
}
_ALWAYS = ("503",)
_SIGNED_IN = ("401",)
_WRITING = ("400", "403", "409", "413", "415", "422", "429")


def describe(app: APIFlask) -> None:
    """Complete the document each time it is made."""
    app.config["SYNC_LOCAL_SPEC"] = False
    app.config["OPENAPI_VERSION"] = "3.1.0"

    @app.spec_processor
    def complete(spec: Any) -> Any:
        components = spec.setdefault("components", {})
        components.setdefault("schemas", {})["Problem"] = _PROBLEM
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        _describe_checkin(spec)
        signed_in = _signed_in(app)
        for path, operations in spec["paths"].items():
            for method, operation in operations.items():
                if method in ("get", "post", "put", "patch", "delete"):
                    _complete(operation, path, method, signed_in=(path, method) in signed_in)
        return spec


def _signed_in(app: APIFlask) -> set[tuple[str, str]]:
    found = set()
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions[rule.endpoint], "_signed_in", False):
            path = "".join(f"{{{text}}}" if dynamic else text for dynamic, text in rule._trace)[1:]  # noqa: SLF001
            found |= {(path, method.lower()) for method in rule.methods or ()}
    return found


def _complete(operation: Document, path: str, method: str, *, signed_in: bool) -> None:
    refusals = set(_ALWAYS)
    if signed_in:
        operation["security"] = [{"token": []}]
        refusals |= set(_SIGNED_IN)
    if method != "get":
        refusals |= set(_WRITING)
        if signed_in:
            operation.setdefault("parameters", []).append(_KEY_HEADER)
    if "{" in path:
        refusals.add("404")
    if any(parameter.get("in") == "query" for parameter in operation.get("parameters", ())):
        refusals.add("422")
    responses = operation.setdefault("responses", {})
    for status in list(responses):
        if status >= "400":
            del responses[status]
    for status in sorted(refusals):
        responses[status] = {
            "description": _REFUSALS[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }


def _describe_checkin(spec: Document) -> None:
    """This endpoint reads its body itself, so that a repeat costs no validation twice."""
    schema = CheckinIn.model_json_schema(ref_template="#/components/schemas/{model}")
    spec["components"]["schemas"]["CheckinIn"] = schema
    spec["components"]["schemas"]["Accepted"] = Accepted.model_json_schema()
    operation = spec["paths"]["/v1/check-ins"]["post"]
    operation["requestBody"] = {"required": True, "content": _json("CheckinIn")}
    operation["responses"] = {"202": {"description": "It is in the log.", "content": _json("Accepted")}}


def _json(schema: str) -> Document:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
