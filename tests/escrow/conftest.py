"""After every test of the escrow: the deferred triggers pass, and the ledger agrees with itself."""

from collections.abc import Iterator

import pytest
from django.db import connection

from marketplace.sandbox import deliveries
from orders.escrow import payments
from orders.escrow.audit.nightly import audit
from tests.conftest import settle
from tests.escrow.provider_world import Things

CHECKED = {"R1", "R2", "R3", "R4", "R5", "R6"}


@pytest.fixture(autouse=True)
def books_agree(request: pytest.FixtureRequest) -> Iterator[None]:
    """Modules whose tests break the books on purpose put an empty fixture in this one's place."""
    if request.node.get_closest_marker("django_db") is None:
        yield
        return
    request.getfixturevalue("db")
    yield
    if not connection.needs_rollback:
        settle()
        assert audit(only=CHECKED).findings == []


@pytest.fixture
def things(market: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Things]:
    """The site and its provider over real HTTP; payments are for these things, not for orders."""
    things = Things()
    monkeypatch.setitem(payments.HANDLERS, "order", things.handler())
    yield things
    deliveries.wait()
