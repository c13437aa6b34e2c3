"""A service that must not start: what it says of it."""

import os
import subprocess
import sys
from collections.abc import Mapping

from deploy.native.places import ROOT

KEY = "00112233445566778899aabbccddeeff00112233445="
EVERYONE = ("checkin", "streaks")
"""Both ways to start: gunicorn behind a check of its own, and `process.main`, which the other three share."""
LONGEST_START_S = 30


def refusal(module: str, settings: Mapping[str, str], *words: str) -> str:
    """The one line that this service ends with, and no other; it must end by itself, and not well."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ATTUNE_")}
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        check=False,
        cwd=ROOT,
        env={**inherited, "PYTHONTZPATH": "", **settings},
        capture_output=True,
        text=True,
        timeout=LONGEST_START_S,
    )
    assert done.returncode == 1, done.stderr
    (line,) = done.stderr.splitlines()
    return str(line)
