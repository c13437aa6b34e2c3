"""The compose file and the Dockerfile, held to the rules of this project; `test_compose_up` runs them."""

import re
from pathlib import Path

import pytest
import yaml

from deploy import compose_mode
from deploy.native.places import DEPLOY, ROOT, RunDir, settings_in
from tests.deploy.compose_file import Service, filled, read, variables

COMPOSE = read()
TEXT = (DEPLOY / "docker-compose.yml").read_text()
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
EXAMPLE = (DEPLOY / ".env.example").read_text()
SERVICES = pytest.mark.parametrize("service", COMPOSE.services.values(), ids=list(COMPOSE.services))
DIGEST = re.compile(r"^[^:@]+:[\w.-]+@sha256:[0-9a-f]{64}$")
SET_BY_COMPOSE = {"COMPOSE_PROJECT_NAME"}


@SERVICES
def test_every_service_has_a_probe_unless_it_is_a_job(service: Service) -> None:
    probe = service.healthcheck

    assert probe.disable if service.is_job else probe.test and probe.interval and probe.retries


@SERVICES
def test_every_service_is_limited_in_memory_processes_and_log(service: Service) -> None:
    assert re.fullmatch(r"\d+[mg]", filled(service.mem_limit))
    assert 0 < service.pids_limit <= 512
    assert {"max-size", "max-file"} <= service.logging.options.keys()


@SERVICES
def test_no_service_can_write_to_its_image_or_gain_rights(service: Service) -> None:
    assert service.read_only
    assert service.cap_drop == ["ALL"]
    assert service.security_opt == ["no-new-privileges:true"]


@SERVICES
def test_no_service_runs_as_root(service: Service) -> None:
    assert filled(service.user).split(":")[0] not in {"", "0", "root"}


@SERVICES
def test_every_image_is_pinned_by_digest_or_built_here(service: Service) -> None:
    built = {s.image for s in COMPOSE.services.values() if s.build}

    assert service.image in built or DIGEST.match(filled(service.image))


@SERVICES
def test_every_port_is_on_loopback(service: Service) -> None:
    assert all(filled(port).startswith("127.0.0.1:") for port in service.ports)


@SERVICES
def test_every_volume_is_named_or_read_only(service: Service) -> None:
    sources = [filled(volume).split(":") for volume in service.volumes]

    assert all(source in COMPOSE.volumes or mode == ["ro"] for source, _, *mode in sources)


@SERVICES
def test_a_service_waits_for_what_it_needs_to_be_healthy(service: Service) -> None:
    for name, awaited in service.depends_on.items():
        done = "service_completed_successfully" if COMPOSE.services[name].is_job else "service_healthy"
        assert awaited.condition == done


def test_only_those_who_open_texts_get_the_master_key() -> None:
    holders = {name for name, service in COMPOSE.services.items() if "master_key" in service.secrets}

    assert holders == {"checkin", "notifier"}


def test_every_secret_is_a_file_that_its_services_are_told_of() -> None:
    for service in COMPOSE.services.values():
        for secret in service.secrets:
            assert service.environment[f"ATTUNE_{secret.upper()}_FILE"] == f"/run/secrets/{secret}"
    assert all(filled(secret.file).startswith("../.run/secrets/") for secret in COMPOSE.secrets.values())


def test_every_file_that_is_mounted_as_a_secret_is_made_before(tmp_path: Path) -> None:
    compose_mode.prepare(RunDir(tmp_path))
    made = {file.name: file for file in (tmp_path / "secrets").iterdir()}

    assert {filled(secret.file).rpartition("/")[2] for secret in COMPOSE.secrets.values()} == set(made)
    assert {file.stat().st_mode & 0o077 for file in made.values()} == {0}
    assert made["master.previous.key"].read_bytes() == b""


def test_the_receiver_reaches_neither_kafka_nor_redis() -> None:
    both = {"default", "demo"}
    on = {name: set(service.networks) or {"default"} for name, service in COMPOSE.services.items()}

    assert on.pop("receiver") == {"demo"}
    assert on.pop("notifier") == both
    assert set().union(*on.values()) == {"default"}


def test_kafka_has_the_settings_of_both_modes() -> None:
    assert COMPOSE.services["kafka"].env_file == "kafka.env"
    assert "kafka:9092" in settings_in(DEPLOY / "kafka.env")["KAFKA_ADVERTISED_LISTENERS"]


def test_redis_never_evicts_and_writes_to_disk() -> None:
    command = str(COMPOSE.services["redis"].command)

    assert all(s in command for s in ("noeviction", "--appendonly yes", "--appendfsync everysec"))


@pytest.mark.parametrize("name", sorted(variables(TEXT).keys() - SET_BY_COMPOSE))
def test_every_variable_is_in_the_example(name: str) -> None:
    assert re.search(rf"^#?{name}=", EXAMPLE, re.MULTILINE), name


def test_the_example_names_the_images_that_are_the_defaults() -> None:
    defaults = {n: v for n, v in variables(TEXT).items() if n.endswith("_IMAGE")}
    defaults["PYTHON_IMAGE"] = re.findall(r"^ARG PYTHON_IMAGE=(\S+)", DOCKERFILE, re.MULTILINE)[0]
    named = dict(re.findall(r"^#?(\w+_IMAGE)=(\S+)", EXAMPLE, re.MULTILINE))

    assert named == defaults


def test_the_services_are_scraped_by_their_names_and_judged_by_the_same_rules_as_natively() -> None:
    ours = yaml.safe_load((DEPLOY / "compose" / "prometheus.yml").read_text())
    native = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
    scraped = [name for s in ours["scrape_configs"][0]["dns_sd_configs"] for name in s["names"]]
    files = [[rule.rpartition("/")[2] for rule in found.get("rule_files", [])] for found in (ours, native)]

    assert scraped == ["checkin", "projector", "streaks", "notifier"]
    assert ours["global"] == native["global"]
    assert files[0] == files[1]


# --- the images


_TARGET = re.compile(r"^FROM python AS (?!compiler)(\w+)\n(.*?)(?=^FROM|\Z)", re.MULTILINE | re.DOTALL)
TARGETS = dict(_TARGET.findall(DOCKERFILE))


def test_there_is_a_target_for_each_service_that_is_built() -> None:
    built = {service.build.target for service in COMPOSE.services.values() if service.build}

    assert built == set(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_holds_its_own_folder_and_its_own_packages(target: str) -> None:
    copied = re.findall(r"^COPY (\S+) ", TARGETS[target], re.MULTILINE)
    beside = ["services/cli"] if target == "checkin" else []
    service = [f"--from={target}-packages", f"services/{target}", *beside, "shared"]

    assert copied == (["deploy/receiver.py"] if target == "receiver" else service)


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_runs_as_nobody_in_particular(target: str) -> None:
    assert re.findall(r"^USER (\S+)", TARGETS[target], re.MULTILINE) == ["10001:10001"]


def test_the_base_image_is_pinned_by_digest() -> None:
    assert DIGEST.match(re.findall(r"^ARG PYTHON_IMAGE=(\S+)", DOCKERFILE, re.MULTILINE)[0])


@pytest.mark.parametrize("target", sorted(TARGETS.keys() - {"receiver"}))
def test_the_packages_of_an_image_are_those_that_are_pinned_for_it(target: str) -> None:
    file = f"{target}.txt"
    stage = f"FROM compiler AS {target}-packages\nCOPY deploy/requirements/{file} ./\nRUN pip install"

    assert f"{stage} --require-hashes -r {file}\n" in DOCKERFILE


def test_packages_are_checked_against_their_hashes() -> None:
    assert len(re.findall("pip install", DOCKERFILE)) == len(re.findall("--require-hashes", DOCKERFILE))


def test_every_builder_can_build_it() -> None:
    """BuildKit alone knows these."""
    assert not re.search(r"--mount|--chmod|--link|<<|^# syntax", DOCKERFILE, re.MULTILINE)


def test_the_context_is_only_what_is_copied() -> None:
    wanted = {f"!{path}" for path in ("deploy/requirements", "deploy/receiver.py", "services", "shared")}

    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    assert {line for line in ignored if line.startswith("!")} == wanted
