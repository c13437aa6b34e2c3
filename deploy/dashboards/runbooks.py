"""The runbooks in deploy/docs/runbooks: one Markdown file for each alert, of the alert's name."""

from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

FOLDER = Path(__file__).parents[1] / "docs" / "runbooks"
SECTIONS = ("Meaning", "Look at", "Do", "Do not")


class Runbook(NamedTuple):
    """`html` is what follows the title, one level of headings lower."""

    alert: str
    html: str


def runbooks() -> list[Runbook]:
    """All of them, by name."""
    return [Runbook(file.stem, rendered(file.read_text())) for file in sorted(FOLDER.glob("*.md"))]


def rendered(text: str) -> str:
    """Markdown as HTML without its title. A link to a page beside it leads to its place on the same page."""
    markdown = MarkdownIt().enable("table")
    tokens = markdown.parse(text)
    for token in tokens:
        _adapt(token)
    html: str = markdown.renderer.render(tokens[3:], markdown.options, {})
    return html


def _adapt(token: Token) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{int(token.tag[1]) + 1}"
    address = token.attrGet("href")
    if isinstance(address, str):
        token.attrSet("href", f"#{address.removesuffix('.md')}")
    for child in token.children or ():
        _adapt(child)
