"""What makes the OpenAPI document a reference: the words around it, its headers, and what was really said."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from werkzeug.routing import Rule, UUIDConverter

from checkin.words.guide import GUIDE

Document = dict[str, Any]

EXAMPLES: dict[str, Document] = msgspec.json.decode(Path(__file__).with_name("examples.json").read_bytes())
"""By method and path: an answer's status, what was sent, what was answered. `make openapi` records them."""

_MEDIA_TYPE = "application/problem+json"
_METHODS = ("get", "post", "put", "patch", "delete")
_HEADERS: Document = {
    name: {"description": told, "schema": {"type": "string"}}
    for name, told in {
        "ETag": "Send it back as `If-None-Match`.",
        "Link": 'The next page: `<…>; rel="next"`; absent on the last.',
        "Location": "Where to ask for it.",
        "Preference-Applied": "What was written can be read by now: `wait=N`.",
        "RateLimit": 'What is left, and for how many seconds: `"token";r=599;t=42`.',
        "RateLimit-Policy": 'What may be done in how many seconds: `"token";q=600;w=60`.',
        "Retry-After": "After how many seconds to send the same request again.",
        "WWW-Authenticate": "`Bearer`, and what was wrong with the token.",
    }.items()
}
_IF_NONE_MATCH: Document = {
    "name": "If-None-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The `ETag` of what you have: 304 while it has not changed.",
}
_PREFER: Document = {
    "name": "Prefer",
    "in": "header",
    "schema": {"type": "string"},
    "description": "`wait=N`: answer once it can be read, or after N seconds, five at most.",
    "example": "wait=5",
}
_WAITS = ("/v1/check-ins", "/v1/check-ins/{checkin}/reflection")
_OF_STATUS = {
    "202": ("Location",),
    "401": ("WWW-Authenticate",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}


def dress(spec: Document) -> None:
    """Complete the document with all that is the same everywhere, and with an example of each operation."""
    spec["info"] |= {
        "description": GUIDE.description,
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }
    spec["tags"] = [{"name": name, "description": told} for name, told in GUIDE.tags.items()]
    spec["components"] |= {"headers": _HEADERS, "responses": {}}
    for path, method, operation in operations(spec):
        operation["operationId"] = _operation_id(path, method)
        if path.startswith("/v1/"):
            _dress(operation, path, method)
        _exemplify(operation, EXAMPLES.get(f"{method.upper()} {path}", {}))
        _share(operation["responses"], spec["components"]["responses"])


def name_uuids(spec: Document, rules: Iterable[Rule]) -> None:
    """Say of names in paths which are UUIDs, as the routes do."""
    for rule in rules:
        found = {name for name, kind in rule._converters.items() if isinstance(kind, UUIDConverter)}  # noqa: SLF001
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for operation in spec["paths"].get(path, {}).values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path" and parameter["name"] in found:
                    parameter["schema"] = {"type": "string", "format": "uuid"}


def operations(spec: Document) -> Iterator[tuple[str, str, Document]]:
    """Path, method and operation of each."""
    for path, methods in spec["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield path, method, methods[method]


def _operation_id(path: str, method: str) -> str:
    words = path.removeprefix("/v1").replace("{", "by_").replace("}", "").replace("-", "_")
    return f"{method}{words.replace('/', '_')}"


def _dress(operation: Document, path: str, method: str) -> None:
    parameters, responses = operation.setdefault("parameters", []), operation["responses"]
    responses["429"] = _problem("Too often; see `Retry-After`.")
    if method == "get":
        parameters.append(_IF_NONE_MATCH)
        responses["304"] = {"description": "It has not changed."}
        responses["412"] = _problem("It is not what `If-Match` names.")
        _tell(responses["200"], "ETag")
        _tell(responses["304"], "ETag")
        if any(parameter["name"] == "cursor" for parameter in parameters):
            _tell(responses["200"], "Link")
    if path in _WAITS and method == "post":
        parameters.append(_PREFER)
        _tell(responses["202"], "Preference-Applied")
    for status, response in responses.items():
        own = ("RateLimit",) if "security" in operation or status >= "400" else ()
        _tell(response, *_OF_STATUS.get(status, ()), "RateLimit-Policy", *own)


def _tell(response: Document, *names: str) -> None:
    response.setdefault("headers", {}).update({n: {"$ref": f"#/components/headers/{n}"} for n in names})


def _problem(described: str) -> Document:
    content = {_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": described, "content": content}


def _share(responses: Document, shared: Document) -> None:
    """Refusals are the same everywhere: each is written once."""
    for status in [status for status in responses if status >= "400"]:
        if _MEDIA_TYPE in responses[status]["content"]:
            name = f"Refused{status}"
            shared.setdefault(name, responses[status])
            responses[status] = {"$ref": f"#/components/responses/{name}"}


def _exemplify(operation: Document, said: Document) -> None:
    if said.get("sent") is not None and "requestBody" in operation:
        operation["requestBody"]["content"]["application/json"]["example"] = said["sent"]
    if said.get("answered") is not None:
        operation["responses"][said["status"]]["content"]["application/json"]["example"] = said["answered"]
