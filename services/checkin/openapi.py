"""What the code does not say by itself in the OpenAPI document: who must sign in, how refusals look."""

from typing import Any

from apiflask import APIFlask

from checkin.door.errors import MEDIA_TYPE
from checkin.reference import dress, name_uuids
from checkin.writing.recording import Accepted, CheckinIn, ReflectionIn

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
    "examples": [
        {
            "type": "/problems/invalid",
            "title": "Invalid",
            "status": 422,
            "detail": "Some fields cannot be taken.",
            "errors": [{"pointer": "/minutes", "detail": "Input should be less than or equal to 1440."}],
        }
    ],
}
_PENDING: Document = {
    "type": "object",
    "required": ["command", "state"],
    "properties": {
        "command": {"type": "string"},
        "state": {"const": "pending"},
        # What is made for this client alone is shown at once; it works when the command is done.
        **{
            name: {"type": "string"}
            for name in ("id", "token", "scope", "secret", "code", "expires_at", "person", "url")
        },
        "codes": {"type": "array", "items": {"type": "string"}},
    },
}
_READINESS: Document = {
    "type": "object",
    "required": ["ready", "checks"],
    "properties": {"ready": {"type": "boolean"}, "checks": {"type": "object"}},
}
_TOKEN: Document = {
    "type": "http",
    "scheme": "bearer",
    "description": "`atw_…` may write, `atr_…` can only read. Shown once, by what made it.",
}
_KEY_HEADER: Document = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 257},
    "description": "Makes a repeat safe: for three days the same key and body give the first answer.",
}
_REFUSALS = {
    "400": "The request is malformed.",
    "401": "The token or the recovery code is missing or not valid.",
    "403": "This token, or this site, does not allow it.",
    "404": "There is no such thing, or it is not yours.",
    "409": "It does not fit what is there.",
    "413": "The body is over 64 KiB.",
    "415": "The body is not JSON.",
    "422": "Some fields cannot be taken; `errors` names each.",
    "429": "Too often; see `Retry-After`.",
    "503": "Not possible right now; see `Retry-After`. With an Idempotency-Key it is safe to repeat.",
}
_CHECK_INS = "/v1/check-ins"
_REFLECTION = "/v1/check-ins/{checkin}/reflection"
_BATCH = "/v1/check-ins/batch"
_EXPORT = "/v1/people/me/export"
_RECOVERY = "/v1/recovery"
_FEED = "/feeds/{key}.ics"
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
        components["schemas"] |= {"Pending": _PENDING, "Readiness": _READINESS}
        components["securitySchemes"] = {"token": _TOKEN}
        _describe_checkin(spec)
        signed_in = _signed_in(app)
        for path, operations in spec["paths"].items():
            for method, operation in operations.items():
                if method in ("get", "post", "put", "patch", "delete"):
                    _complete(operation, path, method, signed_in=(path, method) in signed_in)
        name_uuids(spec, app.url_map.iter_rules())
        dress(spec)
        return spec


def _signed_in(app: APIFlask) -> set[tuple[str, str]]:
    found = set()
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions[rule.endpoint], "_signed_in", False):
            path = "".join(f"{{{text}}}" if dynamic else text for dynamic, text in rule._trace)[1:]  # noqa: SLF001
            found |= {(path, method.lower()) for method in rule.methods or ()}
    return found


def _complete(operation: Document, path: str, method: str, *, signed_in: bool) -> None:
    if signed_in:
        operation["security"] = [{"token": []}]
    is_command = method != "get" and (signed_in or path == _RECOVERY)
    if is_command:
        operation.setdefault("parameters", []).append(_KEY_HEADER)
    responses = operation.setdefault("responses", {})
    for status in [status for status in responses if status >= "400"]:
        del responses[status]
    if path == "/readyz":
        responses["200"] = {"description": "Check-ins can be taken.", "content": _json("Readiness")}
        responses["503"] = {"description": "They cannot: what is wrong.", "content": _json("Readiness")}
        return
    if path == _FEED:
        text = {"text/calendar": {"schema": {"type": "string"}}}
        responses["200"] = {"description": "An iCalendar file (RFC 5545).", "content": text}
    if path == _EXPORT:
        responses["200"]["content"]["application/zip"] = {"schema": {"type": "string", "format": "binary"}}
    if is_command and path not in (_CHECK_INS, _REFLECTION, _BATCH):
        described = "Written; ask at `Location` what became of it."
        responses["202"] = {"description": described, "content": _json("Pending")}
    for status in sorted(_refusals(operation, path, method, signed_in=signed_in)):
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        responses[status] = {"description": _REFUSALS[status], "content": content}


def _refusals(operation: Document, path: str, method: str, *, signed_in: bool) -> set[str]:
    known = signed_in or path == _RECOVERY
    found = {*_ALWAYS, *(_SIGNED_IN if known else ()), *(_WRITING if method != "get" else ())}
    if "{" in path or path == _CHECK_INS:
        found.add("404")
    if path == _FEED:
        found.add("429")
    if any(parameter.get("in") == "query" for parameter in operation.get("parameters", ())):
        found.add("422")
    return found


def _describe_checkin(spec: Document) -> None:
    """These endpoints read their body themselves, so that a repeat costs no validation twice."""
    schemas = spec["components"]["schemas"]
    schemas["BatchIn"]["properties"]["check_ins"]["items"] = {"$ref": "#/components/schemas/CheckinIn"}
    schemas["Accepted"] = Accepted.model_json_schema()
    for path, model in ((_CHECK_INS, CheckinIn), (_REFLECTION, ReflectionIn)):
        name = model.__name__
        schemas[name] = model.model_json_schema(ref_template="#/components/schemas/{model}")
        operation = spec["paths"][path]["post"]
        operation["requestBody"] = {"required": model is CheckinIn, "content": _json(name)}
        operation["responses"] = {"202": {"description": "It is in the log.", "content": _json("Accepted")}}


def _json(schema: str) -> Document:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
