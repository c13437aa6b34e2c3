"""How soon nobody can read somebody with 10,000 entries any more: from the request to the last reader."""

import tempfile
import time
import urllib.error
from pathlib import Path

from deploy.native.ports import Ports
from deploy.native.stack import Stack
from tests.stack.erasing import UNLIMITED, WORDS, Site, standing_in, written

ENTRIES = 10_000
ROUNDS = 3


def main() -> None:
    print(f"erasure of a person with {ENTRIES:,} entries, {ROUNDS} times")
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder), Ports.spare(), UNLIMITED)
        stack.start()
        try:
            for nth in range(ROUNDS):
                _once(Site(stack), nth)
            _replay(Site(stack))
        finally:
            stack.stop()


def _once(site: Site, nth: int) -> None:
    ana, bo = site.register(f"Ana {nth}"), site.register(WORDS[0])
    site.pair(ana, bo)
    site.check_in(bo, ENTRIES)
    seen = site.ask("GET", "/v1/check-ins?limit=1", ana.token)["check_ins"]
    word = site.ask("DELETE", "/v1/people/me", bo.token)["confirm"]
    began_s = time.perf_counter()
    site.ask("DELETE", f"/v1/people/me?confirm={word}", bo.token)
    answered_s = time.perf_counter() - began_s
    while site.ask("GET", "/v1/check-ins?limit=1", ana.token)["check_ins"] or _signs_in(site, bo.token):
        time.sleep(0.005)
    gone_s = time.perf_counter() - began_s
    marks = site.stored().count(bo.id.encode())
    times = f"answered after {1000 * answered_s:.0f} ms, unreadable everywhere after {1000 * gone_s:.0f} ms"
    print(f"  {len(seen)} entry shown to the partner before; {times}; {marks} request marks left for 3 days")


def _replay(site: Site) -> None:
    found = standing_in(written(site.records()) + site.stored(), WORDS)
    print(f"  words, names and addresses found in all topics and all Redis keys: {found or 'none'}")


def _signs_in(site: Site, token: str) -> bool:
    try:
        site.ask("GET", "/v1/people/me", token)
    except urllib.error.HTTPError:
        return False
    return True
