"""Native running: what can be said of it without starting the stack."""

import http.server
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from threading import Event

import pytest

from deploy.native import broker, jars, keys, pids, servers, services, supervisor
from deploy.native.follow import Followed, prefix
from deploy.native.places import RunDir, settings_in
from deploy.native.ports import Ports, free_port, is_free, is_held_by_group, load, pick, save
from deploy.native.probes import answers_http
from deploy.native.process import Process, Service, StartFailed
from deploy.native.supervisor import Patience, Watched
from deploy.native.waiting import Halted, until_ready

SERVE = (sys.executable, "-m", "http.server", "--bind", "127.0.0.1")


def quiet(_: str) -> None:
    pass


@pytest.fixture
def run_dir(tmp_path: Path) -> RunDir:
    return RunDir(tmp_path)


@pytest.fixture
def web(run_dir: RunDir) -> Iterator[Process]:
    """A small web server, started."""
    process = Process(web_service(free_port()), run_dir)
    process.start()
    yield process
    process.stop()


def web_service(port: int) -> Service:
    return Service("web", (*SERVE, str(port)), f"127.0.0.1:{port}", answers_http("/"), os.environ)


def shell(script: str) -> Service:
    return Service("shell", ("sh", "-c", script), "127.0.0.1:1", answers_http("/"), os.environ)


def eventually(true: object, limit_s: float = 10) -> bool:
    assert callable(true)
    deadline = time.monotonic() + limit_s
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(true())


# --- ports


def test_a_wanted_port_that_is_free_is_taken() -> None:
    assert pick(Ports(), lambda _: True, iter([])) == Ports()


def test_a_port_that_is_taken_is_replaced_by_a_spare_and_the_others_stay() -> None:
    ports = pick(Ports(), lambda port: port != 9092, iter([20_001]))

    assert asdict(ports) == asdict(Ports()) | {"kafka": 20_001}


def test_no_port_is_picked_twice() -> None:
    ports = pick(Ports(), lambda port: port >= 20_000, iter([20_001, *range(20_001, 20_020)]))

    assert len(set(asdict(ports).values())) == len(asdict(ports))


def test_spare_ports_are_all_different() -> None:
    ports = asdict(Ports.spare())

    assert len(set(ports.values())) == len(ports)


def test_ports_are_the_same_after_saving(tmp_path: Path) -> None:
    save(Ports(kafka=1), tmp_path / "ports.json")

    assert load(tmp_path / "ports.json") == Ports(kafka=1)


@pytest.mark.parametrize("content", ["", "{", '{"telnet": 23}'])
def test_ports_of_another_form_are_forgotten(tmp_path: Path, content: str) -> None:
    (tmp_path / "ports.json").write_text(content)

    assert load(tmp_path / "ports.json") is None


def test_a_port_that_somebody_else_answers_on_does_not_count_as_ready(run_dir: RunDir) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as stranger:
        threading.Thread(target=stranger.serve_forever, daemon=True).start()
        process = Process(shell("sleep 60"), run_dir)
        process.service = web_service(stranger.server_port)
        process.start()

        assert not is_free(stranger.server_port)
        assert not is_held_by_group(stranger.server_port, process.pid)
        assert not process.is_ready()
        process.stop()
        stranger.shutdown()


def test_a_port_of_a_process_in_the_group_counts_as_held(run_dir: RunDir) -> None:
    port = free_port()
    process = Process(shell(f"{' '.join(SERVE)} {port} & wait"), run_dir)
    process.start()

    assert eventually(lambda: is_held_by_group(port, process.pid))
    process.stop()
    assert eventually(lambda: is_free(port))


# --- processes


def test_a_process_that_holds_its_port_and_answers_is_ready(web: Process) -> None:
    assert eventually(web.is_ready)


def test_a_frozen_process_is_not_ready_until_it_is_thawed(web: Process) -> None:
    eventually(web.is_ready)
    web.sigstop()
    assert not web.is_ready()
    web.sigcont()

    assert eventually(web.is_ready)


def test_a_killed_process_can_be_restarted_on_its_port(web: Process) -> None:
    eventually(web.is_ready)
    web.kill9()
    assert web.exit_code == -signal.SIGKILL
    web.restart()

    assert eventually(web.is_ready)


def test_a_frozen_process_can_be_stopped(web: Process) -> None:
    web.sigstop()
    web.stop()

    assert not web.is_alive()


def test_stopping_twice_is_harmless(web: Process) -> None:
    web.stop()
    web.stop()

    assert not web.is_alive()


def test_a_process_that_ignores_the_request_is_killed_after_the_grace(run_dir: RunDir) -> None:
    process = Process(shell("trap '' TERM; while :; do sleep 1; done"), run_dir)
    process.start()
    process.stop(grace_s=0.2)

    assert not process.is_alive()


def test_what_a_process_says_is_in_its_log(run_dir: RunDir) -> None:
    process = Process(shell("echo one; echo two >&2"), run_dir)
    process.start()
    eventually(lambda: process.exit_code == 0)

    assert process.last_lines(1) == "two"
    process.stop()


# --- waiting


def test_waiting_ends_when_all_are_ready(web: Process) -> None:
    until_ready([web], 10, quiet, Event())

    assert web.is_ready()


def test_a_process_that_ends_fails_the_start_with_its_last_words(run_dir: RunDir) -> None:
    process = Process(shell("echo no such key; exit 3"), run_dir)
    process.start()

    with pytest.raises(StartFailed, match=r"(?s)shell ended with 3.*no such key"):
        until_ready([process], 10, quiet, Event())
    process.stop()


def test_a_process_that_is_never_ready_fails_the_start_in_bounded_time(run_dir: RunDir) -> None:
    process = Process(shell("sleep 60"), run_dir)
    process.start()

    with pytest.raises(StartFailed, match="not ready in time"):
        until_ready([process], 0.2, quiet, Event())
    process.stop()


def test_waiting_can_be_called_off(run_dir: RunDir) -> None:
    process = Process(shell("sleep 60"), run_dir)
    process.start()
    halt = Event()
    halt.set()

    with pytest.raises(Halted):
        until_ready([process], 10, quiet, halt)
    process.stop()


# --- recorded pids


def test_a_recorded_process_is_found_again_while_it_lives(web: Process, run_dir: RunDir) -> None:
    assert [found.pid for found in pids.recorded(run_dir.made("pids"))] == [web.pid]
    web.kill9()

    assert pids.recorded(run_dir.made("pids")) == []


def test_a_pid_that_belongs_to_another_process_by_now_is_left_alone(web: Process) -> None:
    stale = pids.Recorded("web", web.pid, born="another boot/1")
    stale.stop(grace_s=0)

    assert web.is_alive()


def test_a_recorded_process_can_be_stopped(web: Process, run_dir: RunDir) -> None:
    (found,) = pids.recorded(run_dir.made("pids"))
    found.stop(grace_s=5)

    assert eventually(lambda: not web.is_alive())


# --- the supervisor


def test_each_death_in_a_row_is_waited_on_longer_up_to_a_limit() -> None:
    patience = Patience()

    assert [patience.after_death(lived_s=0) for _ in range(6)] == [1, 2, 4, 8, 10, 10]


def test_a_process_that_lived_well_is_restarted_soon_again() -> None:
    patience = Patience(deaths=5)

    assert patience.after_death(lived_s=60) == 1


def test_a_process_that_died_is_restarted_after_the_wait(web: Process) -> None:
    watched = Watched(web, started_at=0)
    web.kill9()

    watched.glance(now=5)
    watched.glance(now=5.9)
    assert not web.is_alive()
    watched.glance(now=6)
    assert web.is_alive()


def test_what_the_user_set_wins_over_the_defaults(run_dir: RunDir) -> None:
    (checkin, *_) = services.ours(Ports(), run_dir, {"ATTUNE_REGISTRATION": "closed"})

    assert checkin.env["ATTUNE_REGISTRATION"] == "closed"


def test_only_settings_of_attune_are_the_users() -> None:
    assert supervisor.settings_of_user({"ATTUNE_WORKERS": "1", "HOME": "/"})["ATTUNE_WORKERS"] == "1"
    assert "HOME" not in supervisor.settings_of_user({"HOME": "/"})


def test_checkin_keeps_the_port_that_the_user_bound_it_to(run_dir: RunDir) -> None:
    ports = supervisor.picked_ports(run_dir, {"ATTUNE_BIND": "0.0.0.0:8181"})

    assert ports.checkin == 8181


# --- the parts


def test_streaks_and_the_projector_never_get_the_master_key(run_dir: RunDir) -> None:
    holders = {s.name for s in services.ours(Ports(), run_dir, {}) if "ATTUNE_MASTER_KEY_FILE" in s.env}

    assert holders == {"checkin", "notifier"}


def test_every_service_runs_with_the_pinned_time_zone_data(run_dir: RunDir) -> None:
    assert {s.env["PYTHONTZPATH"] for s in services.ours(Ports(), run_dir, {})} == {""}


def test_each_service_has_a_metrics_address_that_is_scraped(run_dir: RunDir) -> None:
    settings = {"ATTUNE_STREAKS_WORKERS": "2"}
    given = [s.env["ATTUNE_METRICS_ADDRESS"] for s in services.ours(Ports(), run_dir, settings)]
    scraped = [address for _, address in servers.scraped(Ports(), settings)]

    assert scraped == ",".join(given).split(",")


def test_a_second_worker_has_its_own_name_instance_and_port(run_dir: RunDir) -> None:
    ours = services.ours(Ports(), run_dir, {"ATTUNE_STREAKS_WORKERS": "2"})
    streaks = {s.name: s.env["ATTUNE_INSTANCE"] for s in ours if s.command[-1] == "streaks"}

    assert streaks == {"streaks": "0", "streaks-1": "1"}
    assert len({s.address for s in ours}) == len(ours)


@pytest.mark.parametrize("count", ["0", "3", "two"])
def test_a_number_of_workers_that_makes_no_sense_is_refused_in_a_sentence(
    run_dir: RunDir, count: str
) -> None:
    with pytest.raises(StartFailed, match=r"ATTUNE_NOTIFIER_WORKERS is .*; it must be a whole number from 1"):
        services.ours(Ports(), run_dir, {"ATTUNE_NOTIFIER_WORKERS": count})


def test_the_broker_listens_on_loopback_only(run_dir: RunDir) -> None:
    properties = broker.properties(run_dir, 1, 2)

    assert properties["KAFKA_LISTENERS"] == "PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2"
    assert properties["KAFKA_OFFSETS_RETENTION_MINUTES"] == str(2**31 - 1)


def test_the_cluster_id_stays(run_dir: RunDir) -> None:
    first, second = (broker.properties(run_dir, 1, 2)["CLUSTER_ID"] for _ in range(2))

    assert first == second


def test_an_env_file_is_read_as_compose_reads_it(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("# a comment\n\nONE=1\nHEAP=-Xms1m -Xmx2m\nURL=a=b\n")

    assert settings_in(tmp_path / "env") == {"ONE": "1", "HEAP": "-Xms1m -Xmx2m", "URL": "a=b"}


def test_a_key_is_drawn_once_and_only_its_owner_can_read_it(run_dir: RunDir) -> None:
    file = keys.key_file(run_dir, "master")
    drawn = file.read_bytes()

    assert keys.key_file(run_dir, "master").read_bytes() == drawn
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_the_previous_master_key_is_given_while_its_file_is_there(run_dir: RunDir) -> None:
    without = keys.master_key_settings(run_dir)
    previous = run_dir.path / "secrets" / "master.previous.key"
    previous.write_text("a key")

    assert set(without) == {"ATTUNE_MASTER_KEY_FILE"}
    assert keys.master_key_settings(run_dir) == without | {"ATTUNE_MASTER_KEY_PREVIOUS_FILE": str(previous)}


def test_a_jar_of_another_content_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jar").write_bytes(b"a")
    (tmp_path / "b.jar").write_bytes(b"b")
    digest_of_a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    sums = f"{digest_of_a}  a.jar\n{digest_of_a}  b.jar\n{digest_of_a}  c.jar\n"

    assert jars.wrong_files(tmp_path, sums) == ["b.jar", "c.jar"]


def test_the_jars_of_an_installed_kafka_are_used_where_it_is_named(tmp_path: Path) -> None:
    assert jars.folder(quiet, {"KAFKA_HOME": str(tmp_path)}) == tmp_path / "libs"


def test_only_whole_lines_of_a_log_are_shown(tmp_path: Path) -> None:
    log = tmp_path / "streaks.log"
    log.write_text("one\ntw")
    followed = Followed(log, 0)

    assert list(followed.new_lines()) == ["one"]
    log.write_text("one\ntwo\n")
    assert list(followed.new_lines()) == ["two"]


def test_a_log_that_was_put_aside_is_read_from_its_start(tmp_path: Path) -> None:
    log = tmp_path / "streaks.log"
    log.write_text("a long first line\n")
    followed = Followed(log, 18)
    log.write_text("new\n")

    assert list(followed.new_lines()) == ["new"]


def test_a_prefix_without_colour_is_plain() -> None:
    assert prefix("kafka", None) == "kafka      | "
