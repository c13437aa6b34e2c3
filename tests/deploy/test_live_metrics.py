"""The real stack, used by two people and by somebody who errs: what it tells Prometheus of them."""

import json
import re
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest

from deploy.dashboards.panel import Panel
from deploy.dashboards.panels import PANELS
from deploy.native.ports import Ports
from deploy.native.stack import Stack
from tests.deploy.conftest import got

METRICS = ("checkin_metrics", "checkin_metrics_b", "projector_metrics", "streaks_metrics", "notifier_metrics")
MOST_SERIES, MOST_SCRAPE_S = 2000, 0.05
_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}|atw_|atr_|whsec_|127\.0\.0\.1")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_LIMIT_S = 30


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Up, and used by two people."""
    stack = Stack(tmp_path_factory.mktemp("stack"), Ports.spare())
    stack.start()
    try:
        use(stack.ports)
        wait_until_scraped(stack)
        yield stack
    finally:
        stack.stop()


def use(ports: Ports) -> None:
    """Two people pair, check in and hear of it; one of them errs in every way that has an id in it."""
    ana = said(ports, "POST", "/v1/people", {"name": "Ana", "zone": "Europe/Paris"})
    bo = said(ports, "POST", "/v1/people", {"name": "Bo", "zone": "America/New_York"})
    tokens = str(ana["token"]), str(bo["token"])
    code = said(ports, "POST", "/v1/invites", {}, tokens[0])["code"]
    said(ports, "POST", f"/v1/invites/{code}/accept", {}, tokens[1])
    said(ports, "POST", "/v1/couple/confirm", {}, tokens[0])
    url = f"http://127.0.0.1:{ports.receiver}/bo"
    said(ports, "POST", "/v1/channels", {"kind": "webhook", "url": url}, tokens[1])
    for number in range(40):
        kind = ("feeling", "quality_time", "appreciation", "nonsense")[number % 4]
        said(ports, "POST", "/v1/check-ins", {"kind": kind}, tokens[number % 2])
    for method, path in (("GET", f"/v1/check-ins/{ana['person']}"), ("BREW", "/v1/check-ins")):
        said(ports, method, path, None, tokens[0])
    said(ports, "GET", f"/{tokens[0]}", None, tokens[1])


def said(ports: Ports, method: str, path: str, body: object, token: str = "") -> dict[str, Any]:
    connection = HTTPConnection("127.0.0.1", ports.checkin, timeout=15)
    try:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse().read()
    finally:
        connection.close()
    try:
        found: dict[str, Any] = json.loads(answer)
    except ValueError:
        return {}
    return found


def wait_until_scraped(stack: Stack) -> None:
    """Until every panel has its number, or for so long that it will have none."""
    deadline_s = time.monotonic() + _LIMIT_S
    while not all(number_of(stack, panel) for panel in PANELS) and time.monotonic() < deadline_s:
        time.sleep(0.5)


def address_of(stack: Stack, name: str) -> str:
    return f"127.0.0.1:{getattr(stack.ports, name)}"


def series(stack: Stack, name: str) -> list[str]:
    lines = got(address_of(stack, name), "/metrics").decode().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def number_of(stack: Stack, panel: Panel) -> list[Any]:
    """What Prometheus answers for a panel's headline."""
    expr = panel.headline.expr.replace("$window", "1m").replace("$range", "15m")
    answer = got(f"127.0.0.1:{stack.ports.prometheus}", f"/api/v1/query?{urlencode({'query': expr})}")
    found: list[Any] = json.loads(answer)["data"]["result"]
    return found


@pytest.mark.parametrize("name", METRICS)
def test_no_label_holds_an_id_a_token_or_an_address(stack: Stack, name: str) -> None:
    labels = {value for line in series(stack, name) for _, value in _LABEL.findall(line)}

    assert [value for value in labels if _ID.search(value)] == []
    assert len(labels) > 5


@pytest.mark.parametrize("name", METRICS)
def test_a_service_shows_few_series(stack: Stack, name: str) -> None:
    assert len(series(stack, name)) <= MOST_SERIES


@pytest.mark.parametrize("name", METRICS)
def test_a_scrape_costs_little(stack: Stack, name: str) -> None:
    """The quickest of twenty: how much work it is, and not how busy this machine happens to be."""

    def took_s() -> float:
        began_s = time.perf_counter()
        got(address_of(stack, name), "/metrics")
        return time.perf_counter() - began_s

    assert min(took_s() for _ in range(20)) <= MOST_SCRAPE_S


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.key)
def test_a_panel_has_something_to_show_once_the_stack_is_in_use(stack: Stack, panel: Panel) -> None:
    assert len(number_of(stack, panel)) == 1


def test_what_is_counted_by_method_is_one_of_a_few(stack: Stack) -> None:
    found = {
        value
        for line in series(stack, "checkin_metrics")
        for name, value in _LABEL.findall(line)
        if name == "method"
    }

    assert found <= {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "other"}


def test_a_check_in_is_counted_under_its_route_with_its_outcome(stack: Stack) -> None:
    lines = [line for name in METRICS[:2] for line in series(stack, name)]
    counted = {
        code: sum(
            float(line.rpartition(" ")[2])
            for line in lines
            if line.startswith(
                f'checkin_http_requests_total{{code="{code}",method="POST",route="/v1/check-ins"}}'
            )
        )
        for code in ("202", "422")
    }

    assert counted == {"202": 30, "422": 10}
