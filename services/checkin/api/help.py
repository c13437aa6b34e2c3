"""Where to find help: public, so that nobody must sign in, or be a person of this site, to read it."""

from typing import Annotated, Any

from apiflask import APIBlueprint
from msgspec.structs import asdict
from pydantic import BaseModel, ConfigDict, StringConstraints

from checkin.door.front import Front
from checkin.words.helplines import NOTICES, Line, said
from checkin.words.vocabulary import Language


class HelpQuery(BaseModel):
    """`country` is its ISO code."""

    model_config = ConfigDict(extra="forbid")

    country: Annotated[str, StringConstraints(to_upper=True, pattern="^[A-Za-z]{2}$")] | None = None
    language: Language = "en"


class LineOut(BaseModel):
    """`purpose`: emergency, partner (hurt or controlled by a partner) or crisis. `hours` where known."""

    purpose: str
    name: str
    number: str | None
    address: str | None
    about: str
    hours: str | None


class NoticeOut(BaseModel):
    """What Attune is not, and what a partner who holds the phone can see: in every language."""

    id: str
    texts: dict[str, str]


class HelpOut(BaseModel):
    """The lines of the country; for one that is not among `countries`, what is right everywhere."""

    country: str | None
    lines: list[LineOut]
    countries: list[str]
    notices: list[NoticeOut]


def help_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("help", __name__, tag="service", url_prefix="/v1")

    @api.get("/help")
    @api.input(HelpQuery, location="query", arg_name="query")
    @api.output(HelpOut)
    def lines(query: HelpQuery) -> dict[str, Any]:
        """Whom to call, by country."""
        return _help(front, query)

    return api


def _help(front: Front, query: HelpQuery) -> dict[str, Any]:
    known = front.helplines.countries
    found = known.get(query.country or "", front.helplines.elsewhere)
    return {
        "country": query.country,
        "lines": [_line(line, query.language) for line in found],
        "countries": sorted(known),
        "notices": [{"id": name, "texts": asdict(text)} for name, text in NOTICES.items()],
    }


def _line(line: Line, language: Language) -> dict[str, Any]:
    return {
        "purpose": line.purpose,
        "name": said(line.name, language),
        "number": line.number,
        "address": line.address,
        "about": said(line.about, language),
        "hours": line.hours and said(line.hours, language),
    }
