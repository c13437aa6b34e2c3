"""The same panels as Grafana's dashboards: for each a number, and under it its lines."""

import re
from typing import Any

from deploy.dashboards.panel import TITLES, Bounds, Page, Panel, Unit

DATASOURCE = {"type": "prometheus", "uid": "attune-prometheus"}
_UNITS: dict[Unit, str] = {"per_second": "cps", "seconds": "s", "share": "percentunit", "count": "short"}
_COLUMN_WIDTH, _NUMBER_HEIGHT, _LINES_HEIGHT = 12, 4, 8


def dashboard(page: Page, panels: tuple[Panel, ...]) -> dict[str, Any]:
    """The dashboard of a page, as Grafana imports and provisions it."""
    shown = [panel for panel in panels if panel.page == page]
    return {
        "uid": f"attune-{page}",
        "title": f"Attune: {TITLES[page]}",
        "tags": ["attune"],
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "browser",
        "links": [{"type": "dashboards", "tags": ["attune"], "title": "Attune", "asDropdown": False}],
        "panels": [part for place, panel in enumerate(shown) for part in _both(place, panel)],
    }


def _both(place: int, panel: Panel) -> list[dict[str, Any]]:
    x = place % 2 * _COLUMN_WIDTH
    y = place // 2 * (_NUMBER_HEIGHT + _LINES_HEIGHT)
    return [
        _number(panel) | {"id": 2 * place + 1, "gridPos": _place(x, y, _NUMBER_HEIGHT)},
        _lines(panel) | {"id": 2 * place + 2, "gridPos": _place(x, y + _NUMBER_HEIGHT, _LINES_HEIGHT)},
    ]


def _place(x: int, y: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "w": _COLUMN_WIDTH, "h": height}


def _number(panel: Panel) -> dict[str, Any]:
    headline = panel.headline
    caption = headline.caption.replace("{range}", "the time shown")
    return {
        "type": "stat",
        "title": f"{panel.title}: {caption}",
        "description": panel.meaning,
        "datasource": DATASOURCE,
        "targets": [_target(headline.expr, caption, "A") | {"instant": True, "range": False}],
        "options": {"reduceOptions": {"calcs": ["lastNotNull"]}, "colorMode": "value", "graphMode": "none"},
        "fieldConfig": _field(headline.unit, headline.bounds, panel.quiet),
    }


def _lines(panel: Panel) -> dict[str, Any]:
    targets = [
        _target(line.expr, _legend(line.legend), chr(ord("A") + number))
        for number, line in enumerate(panel.lines)
    ]
    grid = panel.view == "shards"
    return {
        "type": "bargauge" if grid else "timeseries",
        "title": panel.title,
        "description": panel.meaning,
        "datasource": DATASOURCE,
        "targets": [target | ({"instant": True, "range": False} if grid else {}) for target in targets],
        "options": {"displayMode": "basic", "orientation": "horizontal"} if grid else _TOOLTIP,
        "fieldConfig": _field(panel.unit, panel.bounds, panel.quiet),
    }


_TOOLTIP = {
    "legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]},
    "tooltip": {"mode": "multi", "sort": "desc"},
}


def _target(expr: str, legend: str, name: str) -> dict[str, Any]:
    return {
        "refId": name,
        "datasource": DATASOURCE,
        "expr": expr.replace("$window", "$__rate_interval").replace("$range", "$__range"),
        "legendFormat": legend,
    }


def _legend(legend: str) -> str:
    return re.sub(r"\{(\w+)\}", r"{{\1}}", legend)


def _field(unit: Unit, bounds: Bounds | None, quiet: str) -> dict[str, Any]:
    defaults: dict[str, Any] = {"unit": _UNITS[unit], "noValue": quiet, "min": 0}
    if bounds is not None:
        defaults["thresholds"] = {"mode": "absolute", "steps": _steps(bounds)}
    return {"defaults": defaults, "overrides": []}


def _steps(bounds: Bounds) -> list[dict[str, Any]]:
    """From the least number up; the first step has no lower end."""
    names: list[tuple[str, float | None]]
    if bounds.falling:
        names = [("red", None), ("orange", bounds.act), ("green", bounds.watch)]
    else:
        names = [("green", None), ("orange", bounds.watch), ("red", bounds.act)]
    return [{"color": color, "value": value} for color, value in names]
