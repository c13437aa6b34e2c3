"""Export: everything that the site has of you, in a form that other programs can read."""

from typing import Any, Literal

from apiflask import APIBlueprint
from flask import Response, jsonify
from pydantic import BaseModel, ConfigDict

from checkin.door import limits
from checkin.door.auth import Me, signed_in
from checkin.door.front import Front
from checkin.reading.exporting import as_tables, gathered

EXPORTS_PER_HOUR = 20


class ExportQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: Literal["json", "csv"] = "json"


class ExportOut(BaseModel):
    """The rows of each table. Of others it holds nothing but the ids of couples."""

    person: list[dict[str, Any]]
    tokens: list[dict[str, Any]]
    channels: list[dict[str, Any]]
    couples: list[dict[str, Any]]
    pauses: list[dict[str, Any]]
    practices: list[dict[str, Any]]
    topics: list[dict[str, Any]]
    pulse: list[dict[str, Any]]
    check_ins: list[dict[str, Any]]
    versions: list[dict[str, Any]]
    nudge_settings: list[dict[str, Any]]
    nudges: list[dict[str, Any]]


def export_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("export", __name__, tag="people", url_prefix="/v1")

    @api.get("/people/me/export")
    @signed_in(front, "read")
    @api.input(ExportQuery, location="query", arg_name="query")
    @api.output(ExportOut)
    @api.doc(responses={429: "Too often; see `Retry-After`."})
    def export(me: Me, query: ExportQuery) -> Response:
        """All your own data: one JSON document, or a zip archive with a CSV file for each table."""
        return _export(front, me, query.format)

    return api


def _export(front: Front, me: Me, form: Literal["json", "csv"]) -> Response:
    limits.take(front, f"exports {me.id}", EXPORTS_PER_HOUR)
    found = gathered(front, me)
    if form == "json":
        response, name = jsonify(found), "attune.json"
    else:
        response, name = Response(as_tables(found), content_type="application/zip"), "attune.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
