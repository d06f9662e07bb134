"""The whole site as it is run: gunicorn, a worker and beat, on servers of their own in a folder."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.measuring.cpu import used
from marketplace import embedded

ROOT = Path(__file__).resolve().parents[2]
WORKERS = int(os.environ.get("WEB_WORKERS", "2"))
START_SECONDS = 60


@dataclass(frozen=True)
class Site:
    address: str
    processes: dict[str, psutil.Process]

    def cpu(self) -> dict[str, float]:
        """Seconds of processor time that each part has used until now, children included."""
        return {name: used(process) for name, process in self.processes.items()}


@contextlib.contextmanager
def site() -> Iterator[Site]:
    """Servers with fsync on, tables, and every process of the Procfile, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="fairhand-bench-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        os.environ |= {
            "FAIRHAND_LOCAL": folder,
            "SITE_URL": f"http://127.0.0.1:{port}",
            "THROTTLES": "0",  # a benchmark asks more often than any person may
            "LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "marketplace.settings",
            "PYTHONWARNINGS": "ignore",
        }
        os.environ.pop("DATABASE_URL", None)
        with embedded.servers():
            manage = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
            subprocess.run(manage, check=True, cwd=ROOT)  # noqa: S603
            with _running(port) as processes:
                _wait(f"http://127.0.0.1:{port}/ready/")
                yield Site(f"http://127.0.0.1:{port}", processes)


@contextlib.contextmanager
def _running(port: int) -> Iterator[dict[str, psutil.Process]]:
    celery = ["celery", "--quiet", "-A", "marketplace"]
    web = [
        "gunicorn",
        "marketplace.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
    ]
    web += [
        "--workers",
        str(WORKERS),
        "--threads",
        "8",
        "--no-control-socket",
        "--log-level",
        "warning",
    ]
    worker = ["worker", "--queues", "money,mail", "--concurrency", "2", "--loglevel", "warning"]
    commands = {
        "web": web,
        "worker": [*celery, *worker, "--without-gossip", "--without-mingle"],
        "beat": [*celery, "beat", "--loglevel", "warning", "--pidfile", ""],
    }
    with contextlib.ExitStack() as stack:
        started = {name: stack.enter_context(_process(words)) for name, words in commands.items()}
        note = embedded.local_folder() / "postgres" / "postmaster.pid"
        started["postgresql"] = psutil.Process(int(note.read_text().split("\n", 1)[0]))
        yield started


@contextlib.contextmanager
def _process(words: list[str]) -> Iterator[psutil.Process]:
    program = str(Path(sys.executable).parent / words[0])
    process = subprocess.Popen([program, *words[1:]], cwd=ROOT)  # noqa: S603
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(address: str) -> None:
    ends = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(address, timeout=10)  # noqa: S310 - our own address
            return
        if time.monotonic() > ends:
            raise SystemExit("the site does not answer")
        time.sleep(0.2)
