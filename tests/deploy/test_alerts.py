"""The alerts: each fires and keeps silent as its cases say, and leads to a runbook that helps."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from deploy.dashboards.runbooks import FOLDER, SECTIONS, runbooks
from deploy.native.places import DEPLOY, ROOT
from tests.declared_metrics import declared, named
from tests.deploy.conftest import Ask

RULES = DEPLOY / "prometheus" / "alerts.yml"
CASES = DEPLOY / "prometheus" / "tests" / "alerts_test.yml"
NAMES = re.findall(r"alert: (\w+)", RULES.read_text())

Json = dict[str, Any]


@pytest.fixture(scope="module")
def rules(ask: Ask) -> list[Json]:
    """The rules as Prometheus has loaded them."""
    return [rule for group in ask("rules")["groups"] for rule in group["rules"]]


@pytest.fixture(scope="module")
def alerts(rules: list[Json]) -> dict[str, Json]:
    return {rule["name"]: rule for rule in rules if rule["type"] == "alerting"}


def promtool(*words: str | Path) -> None:
    done = subprocess.run(["promtool", *words], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_finds_nothing_wrong_with_the_rules() -> None:
    promtool("check", "rules", "--lint=all", "--lint-fatal", RULES)


def test_every_alert_does_as_its_cases_say() -> None:
    promtool("test", "rules", CASES)


@pytest.mark.parametrize("name", NAMES)
def test_an_alert_has_a_case_in_which_it_fires_and_one_in_which_it_is_silent(name: str) -> None:
    expected = re.findall(rf"alertname: {name}\n\s+eval_time: \S+\n\s+exp_alerts:(.*)\n", CASES.read_text())

    assert set(expected) == {"", " []"}


def test_there_are_at_most_ten_alerts_each_with_a_name_of_its_own(alerts: dict[str, Json]) -> None:
    assert sorted(alerts) == sorted(NAMES)
    assert len(NAMES) <= 10


@pytest.mark.parametrize("name", NAMES)
def test_an_alert_says_who_looks_what_is_wrong_and_where_to_read_on(
    name: str, alerts: dict[str, Json]
) -> None:
    labels, notes = alerts[name]["labels"], alerts[name]["annotations"]

    assert labels["severity"] in {"page", "ticket"}
    assert notes["summary"].endswith(".")
    assert (ROOT / notes["runbook_url"]) == FOLDER / f"{name}.md"


def test_a_rule_names_only_metrics_that_the_code_declares(rules: list[Json]) -> None:
    known, recorded = declared(), {rule["name"] for rule in rules if rule["type"] == "recording"}
    used = {name for rule in rules for name in re.findall(r"\b\w+(?::\w+)+", rule["query"])}

    assert {name for rule in rules for name in named(rule["query"])} - known == set()
    assert used == recorded


# --- runbooks


def test_each_alert_has_a_runbook_and_each_runbook_an_alert() -> None:
    assert [book.alert for book in runbooks()] == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_runbook_has_its_sections_in_order_and_something_in_each(name: str) -> None:
    title, *sections = re.split(r"^##? ", (FOLDER / f"{name}.md").read_text(), flags=re.MULTILINE)[1:]

    assert title.strip() == name
    assert [section.partition("\n")[0] for section in sections] == list(SECTIONS)
    assert all(len(section.partition("\n")[2].strip()) > 40 for section in sections)


@pytest.mark.parametrize("name", NAMES)
def test_a_runbook_links_only_to_others_beside_it(name: str) -> None:
    linked = re.findall(r"\]\(([^)]*)\)", (FOLDER / f"{name}.md").read_text())

    assert {address.removesuffix(".md") for address in linked} <= set(NAMES)
