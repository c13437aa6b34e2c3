"""The dashboards for those who have Grafana: sound, and Prometheus answers what they ask."""

import json
import re
from itertools import combinations
from typing import Any

import pytest

from deploy.dashboards.__main__ import DASHBOARDS
from deploy.dashboards.grafana import DATASOURCE
from deploy.dashboards.panel import TITLES
from deploy.native.places import DEPLOY
from tests.deploy.conftest import Ask

Json = dict[str, Any]


@pytest.fixture(params=TITLES)
def dashboard(request: pytest.FixtureRequest) -> Json:
    found: Json = json.loads((DASHBOARDS / f"{request.param}.json").read_text())
    return found


def overlap(a: Json, b: Json) -> bool:
    across: bool = a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"]
    down: bool = a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"]
    return across and down


def test_a_dashboard_has_what_grafana_wants_to_know(dashboard: Json) -> None:
    assert re.fullmatch(r"[a-z0-9-]{1,40}", dashboard["uid"])
    assert dashboard["title"]
    assert dashboard["schemaVersion"] >= 36
    assert dashboard["time"] == {"from": "now-1h", "to": "now"}


def test_the_panels_of_a_dashboard_have_ids_and_places_of_their_own(dashboard: Json) -> None:
    panels = dashboard["panels"]
    ids = [panel["id"] for panel in panels]

    assert sorted(set(ids)) == sorted(ids)
    assert not any(overlap(a["gridPos"], b["gridPos"]) for a, b in combinations(panels, 2))
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in panels)


def test_every_panel_has_a_title_a_kind_and_something_to_ask(dashboard: Json) -> None:
    for panel in dashboard["panels"]:
        assert panel["type"] in {"stat", "timeseries", "bargauge"}
        assert panel["title"]
        assert panel["datasource"] == DATASOURCE
        assert panel["targets"]
        names = [target["refId"] for target in panel["targets"]]
        assert sorted(set(names)) == sorted(names)


def test_the_steps_of_thresholds_rise(dashboard: Json) -> None:
    for panel in dashboard["panels"]:
        steps = panel["fieldConfig"]["defaults"].get("thresholds", {"steps": [{"value": None}]})["steps"]
        values = [step["value"] for step in steps]

        assert values[0] is None
        assert values[1:] == sorted(values[1:])


def test_prometheus_answers_what_a_dashboard_asks(dashboard: Json, ask: Ask) -> None:
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            expr = target["expr"].replace("$__rate_interval", "1m").replace("$__range", "1h")

            assert "$" not in expr
            assert ask("query", query=expr)["resultType"] == "vector"


def test_the_provisioned_source_is_the_one_that_the_dashboards_name() -> None:
    provisioned = (DEPLOY / "grafana/provisioning/datasources/prometheus.yml").read_text()

    assert f"uid: {DATASOURCE['uid']}" in provisioned
