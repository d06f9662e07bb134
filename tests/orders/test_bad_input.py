"""What an order is never moved by: foreign ids, wrong sides, stale pages, links, odd numbers."""

from uuid import uuid4

import pytest

from listings.actions import publish
from listings.facts import facts_of
from marketplace.lib.errors import STATUS
from orders.models import Order, OrderEvent
from tests import given
from tests.api.client import Answer
from tests.doors import Doors, address
from tests.orders import world

pytestmark = pytest.mark.django_db

STEPS = ["pay", "cancel", "reveal", "confirm", "report-code", "refund"]


@pytest.fixture
def order() -> Order:
    return world.revealed()


@pytest.fixture
def stranger() -> Doors:
    return Doors(given.person("Stranger", level=0))


def nameless(answer: Answer) -> dict[str, object]:
    """The answer without what names the request itself."""
    return {k: v for k, v in answer.body.items() if k not in {"instance", "request_id"}}


@pytest.mark.parametrize("step", STEPS)
def test_another_persons_order_and_no_order_at_all_look_the_same(order, stranger, step):
    body = {"problem": "used"} if step == "report-code" else {}

    foreign = stranger.api.post(f"/orders/{order.pk}/{step}/", body)
    unknown = stranger.api.post(f"/orders/{uuid4()}/{step}/", body)

    assert (foreign.status, foreign["code"]) == (404, "not_found")
    assert nameless(foreign) == nameless(unknown)
    assert stranger.page.push(address(order, step), **body).status == 404
    assert stranger.page.get(address(order, step)).status in {404, 405}


@pytest.mark.parametrize("key", ["7", "zzz", "00000000-0000-0000-0000-00000000000g"])
def test_what_is_no_id_is_not_found(stranger, key):
    assert stranger.page.get(f"/orders/{key}/").status == 404
    assert stranger.api.get(f"/orders/{key}/").status == 404


@pytest.mark.parametrize(("side", "step"), [("seller", "confirm"), ("buyer", "refund")])
def test_the_other_sides_step_is_not_taken(order, side, step):
    doors = Doors(getattr(order, side))

    answer = doors.api.post(f"/orders/{order.pk}/{step}/", {})
    page = doors.page.push(address(order, step), tick="on")

    assert (answer.status, answer["code"]) == (403, "not_your_step")
    assert page.status in {403, 409}
    assert given.again(order).version == order.version


@pytest.mark.parametrize("step", STEPS)
def test_no_link_moves_an_order(order, step):
    for side in (order.buyer, order.seller):
        doors = Doors(side)
        before = OrderEvent.objects.count()
        doors.page.get(address(order, step))
        answer = doors.api.get(f"/orders/{order.pk}/{step}/")
        assert answer.status == STATUS["method_not_allowed"]
        assert OrderEvent.objects.count() == before


def test_a_page_that_is_older_than_the_order_moves_nothing(order):
    buyer = Doors(order.buyer)
    shown = buyer.page.get(address(order, "confirm")).form("")
    assert shown["expected_state"] == "DELIVERED"
    given.refund(order)

    page = buyer.page.push(address(order, "confirm"), **{**shown, "tick": "on"})
    answer = buyer.api.post(f"/orders/{order.pk}/confirm/", {"expected_state": "DELIVERED"})

    assert (page.status, answer.status, answer["code"]) == (409, 409, "stale_state")
    assert answer["detail"] in page.text


def test_a_changed_offer_is_shown_beside_what_was_seen_and_nothing_is_ordered():
    offer, buyer = world.offer(), Doors(given.person("Guo", level=0))
    path = f"/listings/{offer.pk}/order/"
    shown = buyer.page.get(path).form("")
    publish.edit(offer.pk, by=offer.seller, facts=_dearer(offer))

    page = buyer.page.push(path, **shown)
    answer = buyer.api.post("/orders/", {"listing": str(offer.pk), "revision": 1})

    assert (page.status, answer.status, answer["code"]) == (409, 409, "listing_changed")
    assert "What it is now" in page.text
    assert "¥48.00" in page.text
    assert "¥49.00" in page.text
    assert not Order.objects.exists()


def _dearer(offer):
    facts = facts_of(offer)
    return type(facts)(**{**vars(facts), "price": 4_900})


@pytest.mark.parametrize("typed", [{"request_key": "x"}, {"revision": "x"}, {}])
def test_a_checkout_that_was_tampered_with_orders_nothing(typed):
    offer, buyer = world.offer(), Doors(given.person("Guo", level=0))
    path = f"/listings/{offer.pk}/order/"
    sent = {**buyer.page.get(path).form(""), **typed} if typed else {}

    page = buyer.page.push(path, **sent)

    assert page.status in {400, 409}
    assert not Order.objects.exists()


def test_a_checkout_page_sent_twice_makes_one_order():
    offer, buyer = world.offer(quantity=2), Doors(given.person("Guo", level=0))
    path = f"/listings/{offer.pk}/order/"
    shown = buyer.page.get(path).form("")

    pages = [buyer.page.push(path, **shown) for _twice in range(2)]

    assert [page.status for page in pages] == [200, 200]
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"state": "COMPLETED"}, 400, "unknown_field"),
        ({"price": 1}, 400, "unknown_field"),
        ({"expected_state": "GONE"}, 400, "invalid"),
        ({"expected_state": 7}, 400, "invalid"),
    ],
)
def test_a_step_takes_no_field_that_it_does_not_know(order, body, status, code):
    answer = Doors(order.buyer).api.post(f"/orders/{order.pk}/confirm/", body)

    assert (answer.status, answer["code"]) == (status, code)
    assert given.again(order).version == order.version


def test_a_step_that_moves_money_needs_a_key_of_its_own(order):
    answer = Doors(order.buyer).api.post(f"/orders/{order.pk}/confirm/", {}, key="")

    assert (answer.status, answer["code"]) == (400, "idempotency_key_required")


def test_a_seller_who_cancels_says_why():
    order = world.paid()
    seller = Doors(order.seller)

    page = seller.page.send(address(order, "cancel"), reason="  ")
    answer = seller.api.post(f"/orders/{order.pk}/cancel/", {"reason": " "})

    assert page.status == 200
    assert answer["code"] in {"reason_required", "invalid"}
    assert given.again(order).version == order.version
