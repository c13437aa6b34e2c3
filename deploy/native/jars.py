"""Apache Kafka's jars: fetched once with Maven into the user's cache, checked against pinned hashes."""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.native.places import DEPLOY, cache_dir
from deploy.native.process import StartFailed

KAFKA = DEPLOY / "native" / "kafka"
_POM = KAFKA / "pom.xml"
_SUMS = KAFKA / "SHA256SUMS"


def folder(say: Callable[[str], None], environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of jars: of the Kafka that KAFKA_HOME names, else from the cache, filled if need be.

    :raise StartFailed: they could not be fetched, or are not the ones that were pinned.
    """
    if home := environ.get("KAFKA_HOME"):
        return Path(home) / "libs"
    key = hashlib.sha256(_POM.read_bytes() + _SUMS.read_bytes()).hexdigest()[:12]
    cached = cache_dir(environ) / f"kafka-{key}"
    if not cached.is_dir():
        say("fetching Apache Kafka with Maven (44 MB, once)")
        _fetch_into(cached)
    return cached


def _fetch_into(cached: Path) -> None:
    cached.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cached.parent) as scratch:
        fetched = Path(scratch) / "jars"
        _run_maven(fetched)
        if wrong := wrong_files(fetched, _SUMS.read_text()):
            raise StartFailed(f"not the pinned jars: {', '.join(wrong)}")
        try:
            fetched.rename(cached)
        except OSError:
            # Another start may have filled the cache meanwhile, with the same jars.
            if not cached.is_dir():
                raise


def _run_maven(target: Path) -> None:
    command = (
        "mvn",
        "-q",
        "-B",
        "-ntp",
        "-Dstyle.color=never",
        "-f",
        str(_POM),
        "dependency:copy-dependencies",
    )
    options = ("-DincludeScope=runtime", f"-DoutputDirectory={target}")
    try:
        subprocess.run((*command, *options), check=True, timeout=600, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError) as error:
        raise StartFailed(f"Maven could not fetch Kafka: {error}") from error


def wrong_files(fetched: Path, sums: str) -> list[str]:
    """The names that are missing, not expected, or of another content than `sha256sum` noted."""
    expected = {name: digest for digest, name in (line.split() for line in sums.splitlines())}
    found = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in fetched.glob("*.jar")}
    return sorted({name for name, _ in expected.items() ^ found.items()})
