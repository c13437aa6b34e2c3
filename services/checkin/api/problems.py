"""Pages about refusals: what each means and what to do next. For people, without any script."""

import base64
import hashlib
import re
from http import HTTPStatus
from pathlib import Path

from apiflask import APIBlueprint
from flask import Response
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from checkin.door.errors import Problem
from checkin.words.problems import PROBLEMS, title_of

_PAGES = Path(__file__).parents[1] / "pages"
_STYLE = (_PAGES / "problem.css").read_text(encoding="utf-8")
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; img-src data:; style-src 'sha256-{_HASH}'; base-uri 'none'; frame-ancestors 'none'"
)


def _code(text: str) -> Markup:
    """What stands between backquotes as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 escaped before


_templates = Environment(loader=FileSystemLoader(_PAGES), autoescape=True)
_templates.filters["code"] = _code
_page = _templates.get_template("problem.html")


def problems_api() -> APIBlueprint:
    api = APIBlueprint("problems", __name__, url_prefix="/problems", enable_openapi=False)

    @api.get("")
    def problems() -> Response:
        """All of them."""
        return _shown(title="When Attune refuses", all=PROBLEMS)

    @api.get("/<word>")
    def problem(word: str) -> Response:
        """One of them."""
        if word not in PROBLEMS:
            raise Problem(HTTPStatus.NOT_FOUND, "not_found", "There is no such problem; see /problems.")
        return _shown(title=title_of(word), word=word, one=PROBLEMS[word])

    return api


def _shown(**told: object) -> Response:
    response = Response(_page.render(style=Markup(_STYLE), **told), mimetype="text/html")  # noqa: S704 our own
    response.headers["Content-Security-Policy"] = _POLICY
    return response
