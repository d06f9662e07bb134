"""What every test may use: refusals as a sentence, settled triggers, a fast password hasher."""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from marketplace.lib.errors import STATUS, Refused
from orders.escrow.audit.nightly import audit
from tests import emptying, model_database
from tests.worker import worker as worker_and_beat

hypothesis.register_profile(
    "fairhand",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis.load_profile("fairhand")

OF_A_BROWSER = 10  # seconds


def pytest_configure() -> None:
    """Before any test: settings that only tests may have."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Every client of a test makes the middleware anew; this one would list all static files first.
    settings.WHITENOISE_AUTOREFRESH = True
    options: dict[str, Any] = settings.DATABASES["default"]["OPTIONS"]
    # The append-only guards let the emptying of tables pass only where this is on.
    options["options"] += " -c fairhand.allow_truncate=on"
    emptying.use()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests begin first, so that no process is left alone with one at the end.

    pytest-xdist cuts the list into as many pieces as there are processes: each begins with some.
    """
    longest = sorted(filter(_seconds, items), key=lambda item: (-_seconds(item), item.nodeid))
    others = [item for item in items if not _seconds(item)]
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    ordered: list[pytest.Item] = []
    for place in range(processes):
        size = (len(items) - len(ordered)) // (processes - place)
        ordered += longest[place::processes]
        room = max(0, size - len(longest[place::processes]))
        ordered, others = ordered + others[:room], others[room:]
    items[:] = ordered + others


def _seconds(item: pytest.Item) -> int:
    """About how long a test takes, where that is long."""
    marker = item.get_closest_marker("long")
    if marker is None:
        return OF_A_BROWSER if item.get_closest_marker("browser") else 0
    return int(marker.args[0])


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: Any
) -> None:
    """The tables are copied, not migrated, where they were made before."""
    with django_db_blocker.unblock():
        model_database.use()


@contextlib.contextmanager
def refused(code: str) -> Iterator[pytest.ExceptionInfo[Refused]]:
    """The block is refused with exactly this code; any other outcome fails the test."""
    assert code in STATUS, f"no such code: {code}"
    with pytest.raises(Refused) as caught:
        yield caught
    assert caught.value.code == code, f"refused with {caught.value.code}: {caught.value}"


def settle() -> None:
    """Runs the triggers that wait for COMMIT, which a test's own transaction never reaches."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture(autouse=True)
def _in_english() -> None:
    """A page read in Chinese leaves its thread in Chinese; the next test begins anew."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _empty_redis() -> Iterator[None]:
    """Counters and cached pages of one test never reach the next."""
    yield
    cache.clear()


@pytest.fixture
def market(transactional_db: None, live_server: Any, settings: Any) -> str:
    """The site over real HTTP: gateway and issuer answer at its address, webhooks arrive there."""
    url: str = live_server.url
    settings.SITE_URL = url
    settings.GATEWAYS = {
        "sandbox": {**settings.GATEWAYS["sandbox"], "url": f"{url}/sandbox/gateway"}
    }
    sandbox = {**settings.CARD_ISSUERS["sandbox"], "url": f"{url}/sandbox/issuer"}
    settings.CARD_ISSUERS = {**settings.CARD_ISSUERS, "sandbox": sandbox}
    return url


@pytest.fixture
def worker(market: str) -> Iterator[None]:
    """Whatever is due gets done, as on a site that runs."""
    with worker_and_beat():
        yield


@pytest.fixture(autouse=True)
def books_agree(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test that uses the database the ledger agrees with itself (R1–R3).

    Modules whose tests break the books on purpose put an empty fixture in this one's place.
    """
    names = request.fixturenames
    uses_it = request.node.get_closest_marker("django_db") or "transactional_db" in names
    if not uses_it and "db" not in names:
        yield
        return
    if "transactional_db" not in names:
        request.getfixturevalue("db")
    yield
    if not connection.needs_rollback:
        settle()
        assert audit(only={"R1", "R2", "R3"}).findings == []
