"""How many questions a page may ask the database: few, and no more for fifty rows than for ten."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.inbox.notify import notify
from accounts.models import User
from listings.models import Listing
from marketplace.lib import clock
from marketplace.lib.ids import uuid7
from orders.actions.steps import tell
from orders.escrow import cooling, gateway_tasks
from orders.escrow.models import Code, Earning
from orders.models import Order
from tests import given
from tests.escrow import money
from tests.orders.world import vars_of

AN_ORDER = 6
AN_INBOX = 4
A_LIST = 10
A_LISTING = 4
THE_FEED = 3
UNTIL_PAID = 40  # from the listing to the page that says "paid", all requests together
# What each request of one purchase may ask; benchmarks/README.md says what for.
A_PURCHASE = {
    "listing": 2,
    "checkout": 2,
    "place": 9,
    "placed": 4,
    "pay": 4,
    "to the provider": 2,
    "paid": 4,
    "form": 3,
    "reveal": 14,
    "again": 14,
}
NOT_ASKED = re.compile(r"(RELEASE )?SAVEPOINT|BEGIN|COMMIT")


def signed_in(person: User) -> Client:
    """A client whose session and first visit are written already."""
    client = Client()
    client.force_login(person, backend="accounts.backends.PasswordBackend")
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
        Order(
            **vars_of(order) | {"id": uuid7(), "number": f"F{uuid4().hex[:9]}", "request_key": None}
        )
        for _i in range(count)
    ]
    Order.objects.bulk_create(copies)


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize("stage", ["placed", "paid", "delivered", "revealed", "completed"])
def test_an_order_page_asks_six_questions_at_most(stage: str):
    bo = given.person("Bo", level=0)
    order = getattr(given, f"{stage}_order")(given.listing(given.person("Mei")), bo)

    for party in (bo, order.seller):
        browser = signed_in(party)
        asked = questions(lambda browser=browser: browser.get(order.get_absolute_url()))  # type: ignore[misc]
        assert len(asked) <= AN_ORDER, asked


def purchase(buyer: User, offer: Listing) -> dict[str, list[str]]:
    """Every request from the listing to the code looked at twice, with what it asked.

    Worker and provider do their part in between; what they ask belongs to no request.
    """
    browser, page = signed_in(buyer), offer.get_absolute_url()
    form = {"revision": offer.current.number, "request_key": uuid4()}
    asked = {
        "listing": questions(lambda: browser.get(page)),
        "checkout": questions(lambda: browser.get(f"{page}order/")),
        "place": questions(lambda: browser.post(f"{page}order/", form), status=302),
    }
    order = buyer.purchases.latest("placed_at")
    address = order.get_absolute_url()
    asked["placed"] = questions(lambda: browser.get(address))
    asked["pay"] = questions(lambda: browser.post(f"{address}pay/"), status=302)
    payment = buyer.payments.latest("created_at")
    gateway_tasks.sweep_commands()
    asked["to the provider"] = questions(lambda: browser.get(f"/pay/{payment.pk}/"), status=302)
    given.at_provider(payment)
    given.settled(order)
    return asked | {
        "paid": questions(lambda: browser.get(address)),
        "form": questions(lambda: browser.get(f"{address}reveal/")),
        "reveal": questions(lambda: browser.post(f"{address}reveal/")),
        "again": questions(lambda: browser.post(f"{address}reveal/")),
    }


def counts(asked: dict[str, list[str]]) -> dict[str, int]:
    return {request: len(statements) for request, statements in asked.items()}


@pytest.mark.usefixtures("market")
def test_a_purchase_keeps_to_its_budget_however_much_there_was_before():
    mei, bo = given.person("Mei"), given.person("Bo")
    first, second = given.listing(mei), given.listing(mei)
    code, _other = given.sealed_code(first), given.sealed_code(second)

    asked = purchase(bo, first)
    more_orders(given.again(bo.purchases.get()), 50)
    more_codes(code, 50)  # in the stock of the first: nothing could hand them over
    for number in range(50):
        notify(bo, "new_device", key=str(number), device="A browser")
    more = purchase(bo, second)

    over = {
        request: statements
        for request, statements in asked.items()
        if len(statements) > A_PURCHASE[request]
    }
    assert not over, over
    assert counts(more) == counts(asked)
    until_paid = list(A_PURCHASE)[: list(A_PURCHASE).index("paid") + 1]
    assert sum(counts(asked)[request] for request in until_paid) <= UNTIL_PAID


@pytest.mark.django_db
def test_the_feed_and_a_listing_ask_little(settings):
    offer = given.listing(given.person("Mei"))
    stranger = Client()
    stranger.get("/help/")  # the addresses are read with the sandbox's among them
    settings.SANDBOX = False  # its bar asks what time it is

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

    assert len(fifty) == len(ten) <= A_LIST, fifty


@pytest.mark.django_db
def test_fifty_notices_ask_no_more_than_ten():
    bo = given.person("Bo", level=0)
    order = given.placed_order(given.listing(given.person("Mei")), bo)
    browser = signed_in(bo)

    def told(numbers: range) -> None:
        for number in numbers:
            tell(order, bo, "code_ready", at=clock.now(), key=str(number))
            notify(bo, "new_device", key=str(number), device="A browser")

    told(range(10))
    ten = questions(lambda: browser.get("/inbox/"))
    told(range(10, 50))
    fifty = questions(lambda: browser.get("/inbox/"))

    assert len(fifty) == len(ten) <= AN_INBOX, fifty


@pytest.mark.django_db
@pytest.mark.parametrize("cooled", [False, True])
def test_fifty_lines_of_a_wallet_ask_no_more_than_ten(*, cooled: bool):
    mei, bo = given.person("Mei"), given.person("Bo", level=0)
    browser = signed_in(mei)

    def earned(count: int) -> None:
        for _order in range(count):
            money.released_order(bo, mei)
        if cooled:
            for earning in Earning.objects.cooling():
                cooling.mature(earning.pk, at=earning.matures_at)

    earned(10)
    ten = questions(lambda: browser.get("/wallet/"))
    earned(40)
    fifty = questions(lambda: browser.get("/wallet/"))

    assert len(fifty) == len(ten) <= A_LIST, fifty


@pytest.mark.usefixtures("market")
def test_fifty_codes_ask_no_more_than_ten():
    offer = given.listing(given.person("Mei"))
    code = given.sealed_code(offer)
    browser = signed_in(offer.seller)

    more_codes(code, 9)
    ten = questions(lambda: browser.get("/codes/"))
    more_codes(code, 40)
    fifty = questions(lambda: browser.get("/codes/"))

    assert len(fifty) == len(ten) <= A_LIST, fifty


def more_codes(code: Code, count: int) -> None:
    """Rows for a list only: nothing could open what is sealed in them."""
    copies = [
        Code(**vars_of(code) | {"id": uuid7(), "fingerprint": uuid4().bytes * 2})
        for _i in range(count)
    ]
    Code.objects.bulk_create(copies)
