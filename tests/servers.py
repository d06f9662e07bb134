"""A pytest plugin, loaded early: PostgreSQL and Redis for the tests are up before Django is.

The servers are the tests' own (`.local/test`), so a site that runs beside them is never touched.
Where DATABASE_URL names a server, that one is used and nothing is started.
"""

import atexit
import contextlib
import os

import pytest

from marketplace import embedded

# Nothing in a test database has to survive a power cut.
_UNSAFE_BUT_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
_running = contextlib.ExitStack()


def _is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def _own_redis_number() -> int:
    """0 for the main process, 1, 2, … for the workers of pytest-xdist (Redis offers 16)."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")) % 15 + 1


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    if not _is_worker() and "DATABASE_URL" not in os.environ:
        os.environ["FAIRHAND_LOCAL"] = str(embedded.local_folder() / "test")
        os.environ.setdefault("FAIRHAND_POSTGRES_OPTIONS", _UNSAFE_BUT_FAST)
        _running.enter_context(embedded.servers())
        atexit.register(_running.close)  # also when pytest gives up before it has configured itself
    if "REDIS_URL" not in os.environ or _is_worker():
        os.environ["REDIS_URL"] = _redis_url()


def _redis_url() -> str:
    """Each worker has a database of its own, so that one never empties another's."""
    base = os.environ.get("REDIS_URL") or embedded.redis_url()
    return f"{base.split('?')[0].rstrip('/')}?db={_own_redis_number()}"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    _running.close()
