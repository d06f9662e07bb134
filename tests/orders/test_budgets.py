"""How many questions a page may ask the database: few, and no more for fifty rows than for ten."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from listings.models import Listing
from orders.actions import checkout
from orders.models import Order
from tests import given

pytestmark = pytest.mark.usefixtures("market")

AN_ORDER_PAGE = 10
BUYING = 12
A_LISTING = 4
HOME = 3


def signed_in(person: User) -> Client:
    """A client whose session has been written already."""
    client = Client()
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    client.get("/me/")
    return client


def questions(act: Callable[[], object]) -> list[str]:
    """What is asked once nothing is cached but the session."""
    with CaptureQueriesContext(connection, ) as asked:
        act()
    return [each["sql"] for each in asked.captured_queries if "SAVEPOINT" not in each["sql"]]
