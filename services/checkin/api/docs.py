"""`/docs`: the API's description to look through and to try, from files of this site alone."""

from pathlib import Path

from apiflask import APIBlueprint
from flask import Response

from checkin.door.errors import Problem

_FOLDER = Path(__file__).parents[1] / "pages" / "docs"
_FILES = {
    "page.css": "text/css",
    "page.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
}
_POLICY = (
    "default-src 'none'; connect-src 'self'; img-src data:; script-src 'self'; style-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def docs_api() -> APIBlueprint:
    api = APIBlueprint("docs", __name__, url_prefix="/docs", enable_openapi=False)

    @api.get("")
    def page() -> Response:
        """The page."""
        return _file("index.html", "text/html")

    @api.get("/<file>")
    def part(file: str) -> Response:
        """What the page loads."""
        if file not in _FILES:
            raise Problem(404, "not_found", "There is no such file; the page is /docs.")
        return _file(file, _FILES[file])

    return api


def _file(name: str, kind: str) -> Response:
    response = Response((_FOLDER / name).read_bytes(), mimetype=kind)
    response.headers["Content-Security-Policy"] = _POLICY
    return response
