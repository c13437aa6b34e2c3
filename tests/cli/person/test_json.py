"""`--json` on every command: one document on stdout, the site's own, and nothing else."""

import json

import pytest
from cli.main import app
from typer.main import get_command

from tests.cli.person.site import Weather
from tests.cli.person.terminal import Terminal, commands_of

READS = {
    "lapse": "/v1/lapse",
    "couple": "/v1/couple",
    "calendar": "/v1/calendar?from=2026-10-19",
    "explain": "/v1/streak/explain?day=2026-11-24",
    "entries": "/v1/check-ins?limit=50",
    "prompt": "/v1/prompt",
    "nudges": "/v1/nudges",
    "insights": "/v1/insights",
    "pauses": "/v1/pauses",
    "forecast": "/v1/nudges/forecast",
    "nudge-settings": "/v1/nudge-settings",
    "channels": "/v1/channels",
    "channels list": "/v1/channels",
    "pact": "/v1/couple/pact",
    "topics": "/v1/topics",
    "pulse --show": "/v1/pulse",
}
MINE = commands_of(get_command(app))


@pytest.mark.parametrize("command", list(READS))
def test_what_is_printed_is_what_the_site_answered(ana: Terminal, weather: Weather, command: str) -> None:
    ana.ok("feeling", "calm")
    token = ana.token_file.read_text().strip()

    printed = json.loads(ana.ok(*command.split(), "--json"))

    client = weather.app.test_client()  # type: ignore[attr-defined] # it is the world's Flask application
    answered = client.get(READS[command], headers={"Authorization": f"Bearer {token}"}).json
    assert printed == answered


def test_how_it_stands_has_the_answers_that_it_is_drawn_from(ana: Terminal) -> None:
    assert json.loads(ana.ok("status", "--json")).keys() == {"streak", "lapse", "calendar"}


@pytest.mark.parametrize("name", MINE)
def test_every_command_can_print_json(name: str) -> None:
    assert any("--json" in option.opts for option in MINE[name].params)
