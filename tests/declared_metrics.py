"""Which metrics the code declares, as Prometheus names their samples, and which ones an expression names."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator

from deploy.native.places import ROOT

_SERVICES = ("checkin", "projector", "streaks", "notifier")
_OF_PROMETHEUS = {"up"}
_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
_ANY_SERVICE = re.compile(r'__name__=~"\(([a-z|]+)\)_(\w+)"')
_NAME = re.compile(rf"\b(?:{'|'.join(_SERVICES)})_\w+|\bup\b")
_RECORDED = re.compile(r"\b\w+(?::\w+)+")

# A process for each: in one registry the same names of two services would meet.
_SAY = """
import json, sys
from types import SimpleNamespace
from prometheus_client import REGISTRY
service = sys.argv[1]
if service == "checkin":
    import checkin.door.metrics
else:
    from shared.metrics import LoopMetrics, ShardGauges
    from streaks.rules import TALLIES
    LoopMetrics(service)
    loop = SimpleNamespace(owners={}, log_ends={}, primary="")
    ShardGauges(service, loop, lambda: 0, TALLIES if service == "streaks" else {})
if service == "notifier":
    import notifier.metrics
print(json.dumps([[family.name, family.type] for family in REGISTRY.collect()]))
"""


def declared() -> set[str]:
    """The names of all samples that the four services can show, and `up`."""
    return {name for service in _SERVICES for name in _declared_by(service)} | _OF_PROMETHEUS


def named(expr: str) -> set[str]:
    """The metrics of Attune, and `up`, that an expression names; not those that a rule records."""
    several = {
        f"{service}_{rest}"
        for services, rest in _ANY_SERVICE.findall(expr)
        for service in services.split("|")
    }
    plain = re.sub(r'"[^"]*"', "", _RECORDED.sub("", expr))
    return several | set(_NAME.findall(plain))


def _declared_by(service: str) -> Iterator[str]:
    command = [sys.executable, "-c", _SAY, service]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout
    for name, kind in json.loads(said):
        for suffix in _SUFFIXES.get(kind, ("",)):
            yield name + suffix
