"""Write what is generated from the panels and the runbooks: python -m deploy.dashboards."""

import json
from collections.abc import Iterator
from pathlib import Path

from deploy.dashboards import console, grafana
from deploy.dashboards.panel import TITLES
from deploy.dashboards.panels import PANELS
from deploy.dashboards.runbooks import runbooks

_DEPLOY = Path(__file__).parents[1]
CONSOLES = _DEPLOY / "prometheus" / "consoles"
DASHBOARDS = _DEPLOY / "grafana" / "dashboards"


def generated() -> Iterator[tuple[Path, str]]:
    """Every generated file with what it is to hold."""
    for page in TITLES:
        yield CONSOLES / f"{page}.html", console.panels_page(page, PANELS)
        yield DASHBOARDS / f"{page}.json", json.dumps(grafana.dashboard(page, PANELS), indent=2) + "\n"
    yield CONSOLES / "runbooks.html", console.runbooks_page(runbooks())


if __name__ == "__main__":
    for file, content in generated():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
