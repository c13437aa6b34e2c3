"""`attune` as a process of its own: what it loads, completion, pipes, and Ctrl-C."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from threading import Event
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.cli.person.site import served
from tests.cli.person.terminal import Terminal

ATTUNE = str(Path(sys.executable).with_name("attune"))
_NEEDED_BY_OPERATORS = ("kafka", "redis", "flask", "msgspec", "cryptography", "structlog", "shared")
_NEEDED_LATER = ("urllib3", "segno", "uuid6")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "COLUMNS": "80"}


def run(env: dict[str, str], *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [ATTUNE, *words]
    return subprocess.run(
        command, env=env, input=stdin, capture_output=True, text=True, timeout=100, check=False
    )


def test_a_persons_commands_load_no_client_of_kafka_or_redis(env: dict[str, str]) -> None:
    listed = "import sys, typer.main, cli.main as m; typer.main.get_command(m.app); print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", listed], env=env, capture_output=True, text=True, check=True
    )

    loaded = {name.partition(".")[0] for name in found.stdout.split()}
    assert "cli" in loaded
    assert not loaded & {*_NEEDED_BY_OPERATORS, *_NEEDED_LATER}


def test_the_help_lists_the_operators_commands_without_loading_them(env: dict[str, str]) -> None:
    assert "For operators" in run(env, "--help").stdout
    assert "rebuild" in run(env, "ops", "--help").stdout


def test_without_a_token_it_says_how_to_begin(env: dict[str, str]) -> None:
    done = run(env)

    assert (done.returncode, done.stderr) == (0, "")
    assert "attune sign-up" in done.stdout


def test_a_pipe_gets_no_colour(env: dict[str, str], ana: Terminal) -> None:
    env |= {"ATTUNE_TOKEN_FILE": str(ana.token_file), "ATTUNE_SITE": ana.env["ATTUNE_SITE"]}

    done = run(env, "status")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("0 days · today: open")
    assert "\x1b" not in done.stdout


def test_a_terminal_without_utf8_gets_letters(env: dict[str, str], ana: Terminal) -> None:
    env |= {"ATTUNE_TOKEN_FILE": str(ana.token_file), "ATTUNE_SITE": ana.env["ATTUNE_SITE"]}

    ana.ok("feeling", "calm", "-n", "tired, désolée")

    done = run(env | {"PYTHONIOENCODING": "ascii"}, "status")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert "tired, d?sol?e" in run(env | {"PYTHONIOENCODING": "ascii"}, "entries").stdout


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("bash", "complete -o default -F _attune_completion attune"),
        ("zsh", "compdef _attune_completion attune"),
    ],
)
def test_a_shell_is_told_how_to_complete(env: dict[str, str], shell: str, line: str) -> None:
    assert line in run(env | {"_ATTUNE_COMPLETE": f"source_{shell}"}).stdout


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("attune feel", "feeling"),
        ("attune feeling calm ti", "tired"),
        ("attune checkin saf", "safe_space"),
        ("attune nudge-settings --off streak", "streak.milestone"),
        ("attune topics --off mon", "money"),
        ("attune pact --mode weekly:3", "weekly:3"),
        ("attune channels rot", "rotate-secret"),
        ("attune channels add web", "webhook"),
        ("attune ops reb", "rebuild"),
    ],
)
def test_bash_completes_commands_and_words(env: dict[str, str], line: str, word: str) -> None:
    asked = {"COMP_WORDS": line.replace(" ", "\n"), "COMP_CWORD": str(line.count(" "))}

    assert run(env | asked | {"_ATTUNE_COMPLETE": "complete_bash"}).stdout.split() == [word]


def test_zsh_completes_commands_with_what_they_do(env: dict[str, str]) -> None:
    asked = {"_TYPER_COMPLETE_ARGS": "attune laps", "_ATTUNE_COMPLETE": "complete_zsh"}

    assert '"lapse":"Show how quality time stands' in run(env | asked).stdout


def test_the_script_for_bash_is_one_that_bash_understands(env: dict[str, str]) -> None:
    script = run(env | {"_ATTUNE_COMPLETE": "source_bash"}).stdout

    subprocess.run(["bash", "-n"], input=script, text=True, check=True, timeout=30)


_HEED = "import os, signal as s, sys; s.signal(s.SIGINT, s.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
"""A shell lets what it runs in the background ignore interrupts, and so whatever that starts."""
HEEDING = (sys.executable, "-c", _HEED, ATTUNE)


def test_ctrl_c_is_quiet(env: dict[str, str]) -> None:
    asked, over = Event(), Event()

    def never(_environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
        asked.set()
        over.wait(60)
        raise ConnectionError

    with served(never) as address:
        env |= {
            "ATTUNE_TOKEN": f"atw_0190a000-0000-7000-8000-00000000000a_{'x' * 43}",
            "ATTUNE_SITE": address,
        }
        process = subprocess.Popen([*HEEDING, "status"], env=env, stdout=-1, stderr=-1, text=True)
        assert asked.wait(60)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        over.set()

    assert (process.returncode, out, err) == (130, "", "")


def test_a_check_in_that_is_interrupted_is_kept(env: dict[str, str], tmp_path: Path) -> None:
    asked, over = Event(), Event()

    def never(_environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
        asked.set()
        over.wait(60)
        raise ConnectionError

    with served(never) as address:
        env |= {
            "ATTUNE_TOKEN": f"atw_0190a000-0000-7000-8000-00000000000a_{'x' * 43}",
            "ATTUNE_SITE": address,
        }
        process = subprocess.Popen([*HEEDING, "feeling", "calm"], env=env, stdout=-1, stderr=-1)
        assert asked.wait(60)
        process.kill()
        process.communicate(timeout=60)
        over.set()

    assert len(list((tmp_path / ".local/state/attune/outbox").glob("*.json"))) == 1


def test_a_reader_that_has_enough_is_no_trouble(env: dict[str, str], ana: Terminal) -> None:
    env |= {"ATTUNE_TOKEN_FILE": str(ana.token_file), "ATTUNE_SITE": ana.env["ATTUNE_SITE"]}

    piped = ["bash", "-c", f"{ATTUNE} status --json | true"]
    done = subprocess.run(piped, env=env, capture_output=True, text=True, timeout=100, check=True)

    assert "Traceback" not in done.stderr
