"""How many questions a page may ask the database: few, and no more for fifty rows than for ten."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from listings.models import Listing
from marketplace.lib.ids import uuid7
from orders.escrow.models import Code
from orders.models import Order
from tests import given

AN_ORDER = 10
BUYING = 12
A_LISTING = 4
THE_FEED = 3
NOT_ASKED = re.compile(r"(RELEASE )?SAVEPOINT|BEGIN|COMMIT")


def signed_in(person: User) -> Client:
    """A client whose session and first visit are written already."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/help/")
    return client


def questions(act: Callable[[], Any], status: int = 200) -> list[str]:
    """What the database is asked; where a savepoint begins or ends is no question."""
    with CaptureQueriesContext(connection) as caught:
        answer = act()
    assert answer.status_code == status
    return [row["sql"] for row in caught.captured_queries if not NOT_ASKED.match(row["sql"])]


def more_orders(order: Order, count: int) -> None:
    """Copies of an order, each with a listing of its own to name."""
    copies = [
        Order(**vars_of(order) | {"id": uuid7(), "number": f"F{uuid4().hex[:9]}"})
        for _i in range(count)
    ]
    Order.objects.bulk_create(copies)


def vars_of(row: Order | Listing | Code) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}  # noqa: SLF001


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize("stage", ["placed", "paid", "delivered", "revealed", "completed"])
def test_an_order_page_asks_ten_questions_at_most(stage: str):
    bo = given.person("Bo", level=0)
    order = getattr(given, f"{stage}_order")(given.listing(given.person("Mei")), bo)

    for party in (bo, order.seller):
        browser = signed_in(party)
        asked = questions(lambda browser=browser: browser.get(order.get_absolute_url()))  # type: ignore[misc]
        assert len(asked) <= AN_ORDER, asked


@pytest.mark.django_db
def test_ordering_asks_twelve_questions_at_most():
    offer = given.listing(given.person("Mei"))
    browser = signed_in(given.person("Bo", level=0))
    page = {"revision": offer.current.number, "request_key": uuid4()}

    asked = questions(lambda: browser.post(f"{offer.get_absolute_url()}order/", page), status=302)

    assert len(asked) <= BUYING, "\n".join(asked)


@pytest.mark.django_db
def test_the_feed_and_a_listing_ask_little(settings):
    offer = given.listing(given.person("Mei"))
    settings.SANDBOX = False  # its bar asks what time it is
    stranger = Client()

    feed = questions(lambda: stranger.get("/"))
    shown = questions(lambda: stranger.get(offer.get_absolute_url()))

    assert len(feed) <= THE_FEED, feed
    assert len(shown) <= A_LISTING, shown


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/orders/", "/orders/?side=selling", "/inbox/", "/wallet/"])
def test_a_list_of_fifty_asks_no_more_than_a_list_of_ten(path: str):
    mei, bo = given.person("Mei"), given.person("Bo", level=0)
    order = given.placed_order(given.listing(mei), bo)
    browser = signed_in(mei if "selling" in path else bo)

    more_orders(order, 9)
    ten = questions(lambda: browser.get(path))
    more_orders(order, 40)
    fifty = questions(lambda: browser.get(path))

    assert len(fifty) == len(ten) <= AN_ORDER, fifty


@pytest.mark.usefixtures("market")
def test_fifty_codes_ask_no_more_than_ten():
    offer = given.listing(given.person("Mei"))
    code = given.sealed_code(offer)
    browser = signed_in(offer.seller)

    more_codes(code, 9)
    ten = questions(lambda: browser.get("/codes/"))
    more_codes(code, 40)
    fifty = questions(lambda: browser.get("/codes/"))

    assert len(fifty) == len(ten) <= AN_ORDER, fifty


def more_codes(code: Code, count: int) -> None:
    """Rows for a list only: nothing could open what is sealed in them."""
    copies = [
        Code(**vars_of(code) | {"id": uuid7(), "fingerprint": uuid4().bytes * 2})
        for _i in range(count)
    ]
    Code.objects.bulk_create(copies)
