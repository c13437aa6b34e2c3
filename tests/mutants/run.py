"""`make mutants`: plant each bug in a copy of the tree, and name the test that catches it.

Ends with an error if a bug survives. Arguments are words: only the bugs that have one in their names.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutants.planted import PLANTED, Mutant

ROOT = Path(__file__).parents[2]
COPIED = ("services", "shared", "tests", "deploy")
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+?)(?:\[.*)?(?: - .*)?$", re.MULTILINE)


def main(words: Sequence[str]) -> None:
    chosen = [mutant for mutant in PLANTED if not words or any(word in mutant.name for word in words)]
    with TemporaryDirectory() as folder:
        tree = Path(folder)
        for name in COPIED:
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", tree)
        survivors = [mutant.name for mutant in chosen if not _caught(tree, mutant)]
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} caught")
    if survivors:
        sys.exit("not caught: " + "; ".join(survivors))


def _caught(tree: Path, mutant: Mutant) -> bool:
    file = tree / mutant.file
    text = file.read_text()
    file.write_text(text.replace(mutant.old, mutant.new))
    try:
        by = _first_failure(tree, mutant.tests)
    finally:
        file.write_text(text)
    print(f"| {mutant.name} | {by or '**nothing**'} |", flush=True)
    return by is not None


def _first_failure(tree: Path, tests: Sequence[str]) -> str | None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "--hypothesis-seed=0",
        *tests,
    ]
    env = os.environ | {
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONTZPATH": "",
        "HYPOTHESIS_STORAGE_DIRECTORY": "",
    }
    done = subprocess.run(
        command, cwd=tree, env=env, capture_output=True, text=True, check=False, timeout=900
    )
    if done.returncode == 0:
        return None
    found = _FAILED.search(done.stdout)
    return found[1] if found else done.stdout.strip().splitlines()[-1]


if __name__ == "__main__":
    main(sys.argv[1:])
