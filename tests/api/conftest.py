"""What the tests of the API share: clients and tokens."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.actions.tokens import SCOPES, create_token
from accounts.models import User
from tests.api.client import Api, in_process, over_http


@pytest.fixture
def api() -> Api:
    """Nobody's client, in this process."""
    return Api(in_process())


@pytest.fixture
def as_(api: Api) -> Callable[[User], Api]:
    """`as_(person)`: the client of somebody with a token for everything."""

    def signed_in(person: User, *scopes: str) -> Api:
        return api.signed_in(token_of(person, *scopes))

    return signed_in


def token_of(person: User, *scopes: str) -> str:
    _token, value = create_token(person.pk, name="test", scopes=list(scopes or SCOPES), by=person)
    return value


@pytest.fixture(autouse=True)
def _mails_are_rows(settings: Any) -> None:
    """As on the site; the test runner would keep them in memory."""
    settings.EMAIL_BACKEND = "accounts.inbox.backend.OutboxBackend"


@pytest.fixture
def http(market: str) -> Api:
    """Nobody's client, through a socket."""
    return Api(over_http(market))
