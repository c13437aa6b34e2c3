"""The pages that Prometheus serves itself: each one file, with its style and its script in it.

Prometheus takes them for templates of Go's html/template: no text may hold two braces that open, and comments
would be left out, so they are left out here.
"""

import json
from dataclasses import asdict
from html import escape
from pathlib import Path

from deploy.dashboards.panel import TITLES, Page, Panel
from deploy.dashboards.promql import WORKERS
from deploy.dashboards.runbooks import Runbook

_PARTS = Path(__file__).parent / "page"
_SCRIPTS = ("format.js", "chart.js", "page.js", "whole.js")
_RANGES = {"15m": "15 min", "1h": "1 h", "6h": "6 h", "1d": "1 d", "7d": "7 d"}
_DEFAULT_RANGE = "1h"
_VERDICTS: dict[Page, dict[str, str]] = {
    "served": {
        "fine": "Yes. Every target is met.",
        "look": "Yes, but look at: {names}.",
        "act": "No. Somebody must act: {names}.",
        "unknown": "Not known: nothing has been counted yet.",
        "away": "Not known: Prometheus does not answer.",
    },
    "why": {
        "fine": "Nothing stands out.",
        "look": "Look at: {names}.",
        "act": "Somebody must act: {names}.",
        "unknown": "Not known: nothing has been counted yet.",
        "away": "Not known: Prometheus does not answer.",
    },
}


def panels_page(page: Page, panels: tuple[Panel, ...]) -> str:
    """The page with these panels, filled by its script."""
    shown = [panel for panel in panels if panel.page == page]
    data = {
        "verdicts": _VERDICTS[page],
        "workers": WORKERS,
        "panels": [{**asdict(panel), "bounds": _bounds(panel)} for panel in shown],
    }
    cards = "\n".join(_card(panel) for panel in shown)
    body = f"""<header>
{_navigation(page)}
<h1>{TITLES[page]}</h1>
<p id="verdict" class="verdict" role="status">Asking Prometheus …</p>
<noscript><p class="status away">This page needs JavaScript, from itself alone.</p></noscript>
<ul id="alerts" class="alerts" aria-label="Alerts"></ul>
<div class="bar">
{_ranges()}
<button type="button" id="now">Refresh</button>
<label class="auto"><input type="checkbox" id="auto" checked> by itself</label>
<p id="status" class="status"></p>
</div>
</header>
<main class="cards">
{cards}
</main>
<svg id="svg" class="hidden" aria-hidden="true"></svg>
<script type="application/json" id="page">{_json(data)}</script>
<script>
{_script()}</script>"""
    return _document(TITLES[page], "", body)


def runbooks_page(runbooks: list[Runbook]) -> str:
    """All runbooks, each under the name of its alert."""
    links = "\n".join(f'<li><a href="#{book.alert}">{book.alert}</a></li>' for book in runbooks)
    articles = "\n".join(
        f'<article class="card" id="{book.alert}">\n<h2>{book.alert}</h2>\n{book.html}</article>'
        for book in runbooks
    )
    body = f"""<header>
{_navigation(None)}
<h1>Runbooks</h1>
<nav aria-label="Alerts"><ul>
{links}
</ul></nav>
</header>
<main class="runbooks">
{articles}
</main>"""
    return _document("Runbooks", "runbooks", body)


def _document(title: str, kind: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{title} · Attune</title>
<style>
{(_PARTS / "style.css").read_text()}</style>
</head>
<body class="{kind}">
{body}
</body>
</html>
"""


def _navigation(page: Page | None) -> str:
    pages = {**{f"{name}.html": title for name, title in TITLES.items()}, "runbooks.html": "Runbooks"}
    here = f"{page or 'runbooks'}.html"
    links = "".join(
        f'<li><a href="{address}"{" aria-current=" + chr(34) + "page" + chr(34) if address == here else ""}>'
        f"{title}</a></li>"
        for address, title in pages.items()
    )
    return f'<nav aria-label="Pages"><ul>{links}</ul></nav>'


def _ranges() -> str:
    labels = "".join(
        f'<label><input type="radio" name="range" value="{value}"'
        f"{' checked' if value == _DEFAULT_RANGE else ''}><span>{words}</span></label>"
        for value, words in _RANGES.items()
    )
    return f'<fieldset class="ranges"><legend>Time shown</legend>{labels}</fieldset>'


def _card(panel: Panel) -> str:
    expressions = "\n".join(escape(expr) for expr in dict.fromkeys(panel.expressions))
    return f"""<article class="card {panel.view}" id="{panel.key}" aria-labelledby="{panel.key}-title">
<header><h2 id="{panel.key}-title">{escape(panel.title)}</h2><span class="state"></span></header>
<p class="headline"><b>–</b> <small></small> <span></span></p>
<figure><div class="plot"></div><figcaption><ul class="legend"></ul><p class="when"></p></figcaption></figure>
<details><summary>What this shows</summary><p>{escape(panel.meaning)}</p>
<pre tabindex="0"><code>{expressions}</code></pre></details>
</article>"""


def _bounds(panel: Panel) -> dict[str, object] | None:
    return None if panel.bounds is None else asdict(panel.bounds)


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1).replace("<", "\\u003c")


def _script() -> str:
    lines = [line for name in _SCRIPTS for line in (_PARTS / name).read_text().splitlines(keepends=True)]
    return "".join(line for line in lines if not line.lstrip().startswith("//"))
