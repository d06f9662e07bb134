"""`make run`: one command starts everything, Ctrl-C leaves nothing."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from marketplace import run

pytestmark = pytest.mark.long(50)

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120
PARTNERS = {"DATABASE_URL", "REDIS_URL", "SITE_URL", "DJANGO_SETTINGS_MODULE"}


@pytest.fixture
def local() -> Iterator[Path]:
    # Not pytest's own folder: as root, PostgreSQL's user must be able to pass through.
    with tempfile.TemporaryDirectory(prefix="fairhand-") as folder:
        yield Path(folder)


Start = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def start(local: Path) -> Iterator[Start]:
    """Starts the site in a folder of the test's own; whatever is left of it is ended."""
    env = {name: value for name, value in os.environ.items() if name not in PARTNERS}
    env |= {"FAIRHAND_LOCAL": str(local), "PORT": "8100", "FAIRHAND_MARK": str(local)}
    started: list[subprocess.Popen[str]] = []

    def run_it() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "marketplace.run"],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield run_it
    for left in marked(local):
        left.kill()
    for process in started:
        process.communicate()


def marked(local: Path) -> list[psutil.Process]:
    """Every living process that `run` has started, however far down."""
    found = []
    for process in psutil.process_iter():
        try:
            ours = process.environ().get("FAIRHAND_MARK") == str(local)
            named = str(local) in " ".join(process.cmdline())
            if (ours or named) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    said = ""
    deadline = time.monotonic() + START_SECONDS
    for line in process.stdout:
        said += line
        if words in line or time.monotonic() > deadline:
            break
    assert words in said, said
    return said


def serves(process: subprocess.Popen[str]) -> str:
    """The address at which the site says it is ready, and is."""
    address = read_until(process, "Fairhand is ready").rsplit("ready: ", 1)[1].strip()
    with urllib.request.urlopen(f"{address}/ready/", timeout=30) as answer:  # noqa: S310
        assert answer.status == 200
    return address


def stop(process: subprocess.Popen[str], key: signal.Signals) -> str:
    process.send_signal(key)
    rest, _ = process.communicate(timeout=90)
    assert process.returncode == 0, rest
    return rest


def test_run_serves_the_site_and_stops_without_a_trace(start: Start, local: Path):
    first = start()
    address = serves(first)

    rest = stop(first, signal.SIGINT)

    assert "Fairhand has stopped." in rest
    assert marked(local) == []
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{address}/health/", timeout=2)  # noqa: S310
    again = start()
    assert serves(again) == address
    stop(again, signal.SIGTERM)
    assert marked(local) == []


def test_a_port_that_is_taken_is_left_alone():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert run.free_port(port) > port


def test_ctrl_c_during_the_start_leaves_nothing_either(start: Start, local: Path):
    starting = start()
    for _ in range(600):
        if (local / "postgres" / "postmaster.pid").exists():
            break
        time.sleep(0.05)

    starting.send_signal(signal.SIGINT)
    said, _ = starting.communicate(timeout=60)

    assert starting.returncode == 130, said
    assert marked(local) == []
