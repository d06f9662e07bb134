"""What the tests of money share: two people, and the site with its provider over real HTTP."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from marketplace.sandbox import deliveries
from orders.escrow import payments
from orders.escrow.audit.nightly import audit
from tests.escrow.money import person
from tests.escrow.provider_world import Things


@pytest.fixture
def buyer() -> User:
    return person("Guo")


@pytest.fixture
def seller() -> User:
    return person("Liu")


@pytest.fixture
def things(market: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Things]:
    """The site and its provider over real HTTP; payments are for these things, not for orders."""
    things = Things()
    monkeypatch.setitem(payments.HANDLERS, "order", things.handler())
    yield things
    deliveries.wait()
    assert audit(only={"R5", "R6"}).findings == []
