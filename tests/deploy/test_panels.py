"""The panels, asked of a real Prometheus, and what is generated from them."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from deploy.dashboards.__main__ import CONSOLES, generated
from deploy.dashboards.panel import TITLES, Panel
from deploy.dashboards.panels import PANELS
from tests.declared_metrics import declared, named
from tests.deploy.conftest import Ask, Get

PAGES = [*TITLES, "runbooks"]


class Parsed(HTMLParser):
    """A page's elements: their ids, and every address in them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "action"}]


def page(name: str) -> str:
    return (CONSOLES / f"{name}.html").read_text()


@pytest.fixture(scope="module")
def known() -> set[str]:
    return declared()


# --- the list


def test_every_panel_has_a_key_of_its_own() -> None:
    keys = [panel.key for panel in PANELS]

    assert sorted(set(keys)) == sorted(keys)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.key)
def test_a_panel_names_only_metrics_that_the_code_declares(panel: Panel, known: set[str]) -> None:
    found = {name for expr in panel.expressions for name in named(expr)}

    assert found - known == set()
    assert found


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.key)
def test_prometheus_accepts_every_expression_of_a_panel(panel: Panel, ask: Ask) -> None:
    for expr in panel.expressions:
        filled = expr.replace("$window", "1m").replace("$range", "1h")

        assert ask("query", query=filled)["resultType"] == "vector"


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.key)
def test_a_legend_names_only_labels_that_its_expression_keeps(panel: Panel) -> None:
    for line in panel.lines:
        kept = {label for labels in re.findall(r"by \(([^)]*)\)", line.expr) for label in labels.split(", ")}

        assert set(re.findall(r"\{(\w+)\}", line.legend)) <= kept


# --- the generated files


@pytest.mark.parametrize(("file", "content"), list(generated()), ids=lambda value: getattr(value, "name", ""))
def test_a_generated_file_is_what_the_code_makes_now(file: Path, content: str) -> None:
    assert file.read_text() == content, "make dashboards"


@pytest.mark.parametrize("name", PAGES)
def test_prometheus_serves_a_page_exactly_as_it_is(name: str, get: Get) -> None:
    assert get(f"/consoles/{name}.html?range=6h").decode() == page(name)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_complete_in_itself_and_asks_nobody_else(name: str) -> None:
    outside = re.findall(r"""(?:https?:|["'(]//|@import|url\()[^\s"']*""", page(name))

    assert [found for found in outside if "127.0.0.1" not in found] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_holds_nothing_that_the_template_engine_takes_for_its_own(name: str) -> None:
    assert "{{" not in page(name)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_on_a_phone_and_in_the_dark(name: str) -> None:
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page(name)
    assert '<meta name="color-scheme" content="light dark">' in page(name)
    assert "prefers-color-scheme: dark" in page(name)


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_a_page_leads_somewhere(name: str) -> None:
    parsed = Parsed(page(name))
    pages = {f"{other}.html" for other in PAGES}
    places = {f"#{place}" for place in parsed.ids}

    assert set(parsed.addresses) - {"data:,"} <= pages | places
    assert pages - {f"{name}.html"} <= set(parsed.addresses)
    assert sorted(set(parsed.ids)) == sorted(parsed.ids)
