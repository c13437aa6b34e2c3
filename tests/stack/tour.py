"""The README's tour, as a newcomer pastes it into a shell."""

import json
import re
import subprocess
from typing import Any

from deploy.native.places import ROOT
from deploy.native.stack import Stack


def toured(stack: Stack) -> str:
    """What the tour prints."""
    found = re.search(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert found is not None
    script = re.sub(r"(?m)^base=.*$", f"base=http://127.0.0.1:{stack.ports.checkin}", found[1])
    script = re.sub(r"(?m)^receiver=.*$", f"receiver=http://127.0.0.1:{stack.ports.receiver}", script)
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def documents(said: str) -> list[Any]:
    """The JSON objects and arrays in a text, in order."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while at < len(said):
        if said[at] not in "{[":
            at += 1
            continue
        document, at = decoder.raw_decode(said, at)
        found.append(document)
    return found
