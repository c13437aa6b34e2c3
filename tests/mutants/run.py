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
PYTEST = (sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0")
LIMIT_S = 900
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+?::\w+)", re.MULTILINE)


def main(words: Sequence[str]) -> None:
    chosen = [mutant for mutant in PLANTED if not words or any(word in mutant.name for word in words)]
    with TemporaryDirectory() as folder:
        tree = Path(folder)
        for name in COPIED:
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", tree)
        _expect_no_failure(tree, chosen)
        survivors = [mutant.name for mutant in chosen if not _caught(tree, mutant)]
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} caught")
    if survivors:
        sys.exit("not caught: " + "; ".join(survivors))


def _expect_no_failure(tree: Path, chosen: Sequence[Mutant]) -> None:
    """Without a bug all tests pass: else a failure would say nothing."""
    tests = dict.fromkeys(path for mutant in chosen for path in mutant.tests)
    if failure := _first_failure(tree, [*tests]):
        sys.exit(f"without any bug planted: {failure}")


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
    """The test that fails first, None if none does."""
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONTZPATH": ""}
    done = subprocess.run(
        [*PYTEST, *tests], cwd=tree, env=env, capture_output=True, text=True, check=False, timeout=LIMIT_S
    )
    if done.returncode == 0:
        return None
    failed = _FAILED.search(done.stdout)
    if failed is None:
        sys.exit(f"the tests did not run: {done.stdout}{done.stderr}")
    return failed[1]


if __name__ == "__main__":
    main(sys.argv[1:])
