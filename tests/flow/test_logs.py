"""What is logged and what is measured: nobody can be found in it."""

import io
import json
import logging
import re
from collections.abc import Iterator
from uuid import uuid4

import prometheus_client
import pytest
import structlog

from shared import logs
from shared.logs import hash_with, hashed, hiding
from tests.flow.endpoints import EVERY, Endpoint
from tests.flow.examples import _asked, _Recorder
from tests.flow.world import Somebody, World
from tests.people import ANA, BO

ID = "0190a000-0000-7000-8000-00000000000a"
SECRET = "A1b2_-" * 7 + "x"


@pytest.fixture(autouse=True)
def written() -> Iterator[io.StringIO]:
    """All that is logged meanwhile, as a service writes it."""
    configured, root, stream = structlog.get_config(), logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    # As `set_up_logs` does it, but for no longer than this test.
    processors = [*logs._SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter]
    structlog.configure(
        processors,
        structlog.stdlib.BoundLogger,
        None,
        structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs._formatter("checkin", terminal=False))
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configured)


def everything_asked() -> tuple[World, set[str]]:
    """A world in which every endpoint has been asked, well and badly, and every name that there is in it."""
    world = World()
    recorder = _Recorder(world)
    ana, bo = world.register(ANA), world.register(BO)
    _asked(recorder, ana, bo)
    for endpoint in EVERY:
        ask_badly(world, ana, endpoint)
    found = re.findall(
        r"[0-9a-f]{8}-[0-9a-f-]{27}|at[wr]_[\w-]{80}|whsec_[\w+/=]+", json.dumps(recorder.found)
    )
    return world, {*found, ana.id, bo.id, ana.token, bo.token, Endpoint("GET", "/<x>").path[1:]}


def ask_badly(world: World, ana: Somebody, endpoint: Endpoint) -> None:
    def broken() -> bool:
        raise ZeroDivisionError(f"person/{ana.id} with {ana.token}")

    asks = [
        (world.http, ana.token),
        (world.again(is_full=broken), ana.token),
        (world.http, f"atw_{ana.id}_{SECRET}"),
    ]
    for http, token in asks:
        Somebody(http, ana.id, token).ask(endpoint.method, endpoint.path, endpoint.body)
    for absence in (world.store, world.log):
        absence.away = True
        ana.ask(endpoint.method, endpoint.path, endpoint.body)
        absence.away = False


def test_no_id_and_no_secret_is_in_a_log_line(written: io.StringIO) -> None:
    _, names = everything_asked()
    told = written.getvalue()

    assert '"event": "unavailable"' in told
    assert '"event": "broken"' in told
    assert "ZeroDivisionError" in told
    assert len(names) > 20
    assert [name for name in names if name in told] == []
    assert re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}", told) == []


def test_what_the_front_door_logs_by_itself_names_nobody() -> None:
    """Before anything is hashed: the hiding is a second lock."""
    with structlog.testing.capture_logs() as lines:
        _, names = everything_asked()

    told = [str({k: v for k, v in line.items() if k not in {"exc_info", "nudge"}}) for line in lines]
    assert told
    assert [(name, line) for line in told for name in names if name in line] == []


def test_no_label_of_a_metric_names_anybody() -> None:
    _, names = everything_asked()
    told = prometheus_client.generate_latest().decode()

    assert "checkin_http_requests_total" in told
    assert [name for name in names if name in told] == []
    assert re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}", told) == []


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (f"subject person/{ID} moved", [ID]),
        (f"couple/{ID.upper()}", []),
        (f"{ID},{ID}", [ID, ID]),
        (f"Bearer atw_{ID}_{SECRET} refused", [f"atw_{ID}_{SECRET}"]),
        (f"atr_{ID}_{SECRET}", [f"atr_{ID}_{SECRET}"]),
        (f"POST /v1/invites/{ID}.{SECRET}/accept", [f"{ID}.{SECRET}"]),
        ("code PV2M-929R-M1FN-19GA-ZP6Q-C8CW-NTFS-AQ1A-P1VP-WF9J-A14S-DW7E-DBTM",
         ["PV2M-929R-M1FN-19GA-ZP6Q-C8CW-NTFS-AQ1A-P1VP-WF9J-A14S-DW7E-DBTM"]),
        ("nothing here: 2026-11-24T08:00:00.000Z attune-checkin-0-4711", []),
    ],
)  # fmt: skip
def test_ids_and_secrets_are_hashed_wherever_they_stand(line: str, names: list[str]) -> None:
    hidden = str(hiding(None, "info", line))

    for name in names:
        assert hashed(name) in hidden
        assert name not in hidden
    assert (hidden == line) == (not names)


def test_the_same_key_gives_the_same_hash_and_another_key_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_key", b"")
    identity, told = str(uuid4()), []
    for key in (b"one", b"one", b"two"):
        hash_with(key)
        told.append(hashed(identity))

    assert told[0] == told[1] != told[2]
    assert identity not in told
