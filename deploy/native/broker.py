"""Apache Kafka from its jars: `kafka.env` made into properties by Kafka's own setup, then run."""

import base64
import os
import subprocess
import uuid
from pathlib import Path

from deploy.native import jars
from deploy.native.places import DEPLOY, RunDir, settings_in
from deploy.native.probes import answers_kafka
from deploy.native.process import Service, StartFailed

_SETTINGS = DEPLOY / "kafka.env"
_ALREADY_FORMATTED = "already formatted"


def kafka(run_dir: RunDir, port: int, libs: Path) -> Service:
    """A broker on this port, whose files `prepare` has made."""
    folder = run_dir.made("kafka")
    command = (
        "java",
        *settings_in(_SETTINGS)["KAFKA_HEAP_OPTS"].split(),
        "-XX:+UseG1GC",
        "-Djava.awt.headless=true",
        f"-Dkafka.logs.dir={folder}",
        f"-Dlog4j2.configurationFile={folder / 'log4j2.yaml'}",
        "-cp",
        f"{libs}/*",
        "kafka.Kafka",
        str(folder / "server.properties"),
    )
    return Service("kafka", command, f"127.0.0.1:{port}", answers_kafka, os.environ)


def prepare(run_dir: RunDir, port: int, controller_port: int, libs: Path) -> None:
    """Write the broker's properties and format its storage, if that has not been done.

    :raise StartFailed: Kafka's setup refused.
    """
    folder = run_dir.made("kafka")
    wrapper = ("java", "-cp", f"{libs}/*", "kafka.docker.KafkaDockerWrapper", "setup")
    places = ("-D", str(jars.KAFKA), "-M", str(run_dir.made("kafka/mounted")), "-F", str(folder))
    # Only these variables: setup would take any other KAFKA_* of the environment for a property.
    env = {"PATH": os.environ["PATH"], **properties(run_dir, port, controller_port)}
    done = subprocess.run(
        (*wrapper, *places), check=False, env=env, capture_output=True, text=True, timeout=60
    )
    said = done.stdout + done.stderr
    if done.returncode != 0 and _ALREADY_FORMATTED not in said:
        raise StartFailed(f"Kafka's setup failed:\n{said}")


def properties(run_dir: RunDir, port: int, controller_port: int) -> dict[str, str]:
    """`kafka.env` with what differs natively: loopback, the ports that were picked, the folder."""
    return settings_in(_SETTINGS) | {
        "CLUSTER_ID": _cluster_id(run_dir.made("kafka") / "cluster-id"),
        "KAFKA_LISTENERS": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": f"1@127.0.0.1:{controller_port}",
        "KAFKA_LOG_DIRS": str(run_dir.made("kafka/data")),
    }


def _cluster_id(file: Path) -> str:
    """The id that the storage is formatted with: drawn once, then kept beside it."""
    if not file.exists():
        file.write_text(base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("="))
    return file.read_text()
