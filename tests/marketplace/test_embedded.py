"""PostgreSQL and Redis from wheels: two checkouts, several processes, nothing left behind."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from marketplace import embedded

pytestmark = pytest.mark.long(5)

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys
from marketplace import embedded
with embedded.servers():
    print(embedded.sockets(), flush=True)
    sys.stdin.read()
"""
CONNECT = """
import psycopg2, redis
from marketplace import embedded
database = psycopg2.connect(embedded.database_url())
database.autocommit = True
cursor = database.cursor()
store = redis.Redis.from_url(embedded.redis_url())
"""
WRITE = f"""{CONNECT}
cursor.execute("CREATE TABLE kept AS SELECT 'kept'::text AS word")
store.set("word", "kept")
"""
READ = f"""{CONNECT}
cursor.execute("TABLE kept")
print(cursor.fetchone()[0], store.get("word"))
"""


def environment(local: Path) -> dict[str, str]:
    ours = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    return ours | {"FAIRHAND_LOCAL": str(local)}


def hold(local: Path) -> subprocess.Popen[str]:
    """A process that keeps the servers of `local` up until its input ends."""
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", HOLD],
        cwd=ROOT,
        env=environment(local),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip()
    return process


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=60)
    assert process.returncode == 0


def processes_of(local: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(local) in " ".join(process.info["cmdline"] or [])
    ]


def until_gone(local: Path) -> list[psutil.Process]:
    """What is still running under `local` after a moment's patience."""
    for _ in range(50):
        if not (left := processes_of(local)):
            return []
        time.sleep(0.1)
    return left


@pytest.fixture
def local() -> Iterator[Path]:
    # Not pytest's own folder: as root, PostgreSQL's user must be able to pass through.
    with tempfile.TemporaryDirectory(prefix="fairhand-") as folder:
        yield Path(folder)


def test_two_checkouts_run_side_by_side(local: Path):
    one, other = hold(local / "one"), hold(local / "other")

    running = len(processes_of(local / "one")), len(processes_of(local / "other"))

    assert min(running) >= 2
    leave(one)
    leave(other)
    assert until_gone(local) == []


def test_the_last_one_out_stops_the_servers(local: Path):
    first, second = hold(local), hold(local)

    leave(first)

    assert len(processes_of(local)) >= 2
    leave(second)
    assert until_gone(local) == []


def with_servers(local: Path, program: str) -> str:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "marketplace.embedded", sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(local),
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_what_was_written_is_there_at_the_next_start(local: Path):
    with_servers(local, WRITE)

    read = with_servers(local, READ)

    assert read.split() == ["kept", "b'kept'"]
    assert until_gone(local) == []


def test_nothing_starts_where_the_environment_names_servers(
    local: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FAIRHAND_LOCAL", str(local / "unused"))
    monkeypatch.setenv("DATABASE_URL", "postgres://db.invalid/x")
    monkeypatch.setenv("REDIS_URL", "redis://redis.invalid/0")

    with embedded.servers():
        pass

    assert not (local / "unused").exists()


def test_a_server_that_the_environment_names_is_not_started(
    local: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FAIRHAND_LOCAL", str(local))
    monkeypatch.setenv("DATABASE_URL", "postgres://db.invalid/x")
    monkeypatch.delenv("REDIS_URL", raising=False)

    with embedded.servers():
        names = {process.name() for process in processes_of(local)}

    assert names == {"redis-server"}
    assert not (local / "postgres").exists()


def test_a_crashed_server_is_started_again(local: Path):
    keeper = hold(local)
    note = local / "postgres" / "postmaster.pid"
    psutil.Process(int(note.read_text().split()[0])).kill()
    keeper.kill()
    keeper.communicate()
    note.write_text(note.read_text().replace(note.read_text().split()[0], str(os.getpid()), 1))

    again = hold(local)

    assert len(processes_of(local)) >= 2
    leave(again)
    assert until_gone(local) == []


def test_a_long_path_still_gets_sockets(local: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(local))
    deep = local / ("d" * 60) / ("e" * 40)

    holder = hold(deep)

    assert len(processes_of(deep)) >= 1
    leave(holder)
    assert until_gone(deep) == []


def test_the_secret_key_is_made_once_and_kept_to_its_owner(
    local: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FAIRHAND_LOCAL", str(local))

    first, second = embedded.secret_key(), embedded.secret_key()

    assert first == second
    assert (local / "keys" / "secret_key").stat().st_mode & 0o077 == 0


def test_celery_is_told_the_same_redis():
    assert (
        embedded.celery_url("unix:///x/redis.sock?db=3")
        == "redis+socket:///x/redis.sock?virtual_host=3"
    )
    assert embedded.celery_url("redis://host/2") == "redis://host/2"
