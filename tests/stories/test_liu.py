"""Ms. Liu paid for a coupon far below its face value and got nothing but demands to confirm.

Here the price carries a caution, and her money comes back without anybody's mercy.
"""

from datetime import timedelta

import pytest

from listings.models import Listing
from marketplace.lib import clock as our_clock
from marketplace.sandbox import clock
from orders.models import CodeReport, OrderEvent
from orders.states import OrderState
from tests import given
from tests.doors import Doors, address
from tests.stories.money import Purses, ever_got, purses
from tests.stories.people import buyer, faults, seller, sent_offer, typed_offer

pytestmark = pytest.mark.usefixtures("market")

PRICE = 4_000  # 80 % of the face value
CAUTION = "This price is far below the face value."


@pytest.fixture
def shop() -> Doors:
    return seller()


@pytest.fixture
def liu() -> Doors:
    return buyer("Liu")


# --- Nothing but demands --------------------------------------------------------------------------
@pytest.mark.story("R11")
@pytest.mark.parametrize("door", ["page", "api"])
def test_when_the_seller_is_late_one_click_brings_her_money_back(shop, liu, door):
    order = given.paid_order(given.listing(shop.user, price=PRICE), liu.user)
    given.skip(23)
    refusal = liu.refused(order, "cancel", "too_early")
    assert refusal["from"].startswith(f"{order.deliver_due_at:%Y-%m-%dT%H:%M}")

    given.skip(1)  # the one fact changed
    order = liu.take(order, "cancel", door)

    assert order.state == OrderState.CANCELLED
    cancelled = OrderEvent.objects.get(order=order, step="cancel")
    assert (cancelled.by, order.needs_staff) == (liu.user, "")
    order = given.settled(order)
    assert purses(order) == Purses(paid=PRICE, back=PRICE)
    assert ever_got(shop.user) == []


@pytest.mark.story("R11")
def test_her_order_page_has_the_button_from_that_hour_on_and_not_before(shop, liu):
    order = given.paid_order(given.listing(shop.user, price=PRICE), liu.user)
    before = liu.page.get(address(order))

    given.skip(24)

    after = liu.page.get(address(order))
    assert address(order, "cancel") not in before.source
    assert address(order, "cancel") in after.source
    assert "Cancel – get ¥40.00 back" in after.text


@pytest.mark.story("R13")
def test_after_two_days_it_is_refunded_without_case_juror_or_staff(shop, liu):
    order = given.paid_order(given.listing(shop.user, price=PRICE), liu.user)
    due = given.known(order.auto_refund_at)
    to_the_minute = due - timedelta(minutes=1) - our_clock.now()
    clock.move(to_the_minute)
    assert given.again(order).state == OrderState.PAID

    clock.move(timedelta(minutes=2))
    order = given.settled(order)

    assert order.state == OrderState.CANCELLED
    last = OrderEvent.objects.get(order=order, step="cancel")
    assert (last.side, last.by) == ("clock", None)
    assert (order.needs_staff, CodeReport.objects.count()) == ("", 0)
    assert purses(order) == Purses(paid=PRICE, back=PRICE)
    assert faults(shop.user) == ["not_delivered_in_time"]


@pytest.mark.story("R13")
def test_a_seller_who_delivers_in_time_is_paid_as_ever(shop, liu):
    order = given.delivered_order(given.listing(shop.user, price=PRICE), liu.user)
    liu.prove()
    liu.take(order, "reveal", "api")

    given.skip(48)

    order = given.again(order)
    assert order.state == OrderState.COMPLETED
    given.skip(72)
    assert purses(order) == Purses(paid=PRICE, seller=3_960)


# --- Too cheap ------------------------------------------------------------------------------------
@pytest.mark.story("R14")
@pytest.mark.parametrize(("price", "is_warned"), [(4_000, True), (4_001, False)])
def test_a_price_far_below_face_value_carries_its_caution_everywhere(shop, liu, price, is_warned):
    offer = given.listing(shop.user, price=price)
    order = given.placed_order(offer, given.person("Other", level=0))
    checkout = liu.page.get(f"/listings/{offer.pk}/order/")
    listed = liu.page.get(f"/listings/{offer.pk}/")
    ordered = Doors(order.buyer).page.get(address(order))
    frozen = liu.api.get(f"/listings/{offer.pk}/revisions/1/")

    warned = [CAUTION in page.text for page in (listed, checkout, ordered)]

    assert warned == [is_warned] * 3
    told = [each["code"] for each in frozen["cautions"]]
    assert told == (["price_too_low"] if is_warned else [])
    assert [each["code"] for each in liu.api.get(f"/listings/{offer.pk}/")["cautions"]] == told


@pytest.mark.story("R14")
@pytest.mark.parametrize(("price", "state"), [(2_499, "REVIEW"), (2_500, "ON_SALE")])
def test_below_half_of_it_a_person_looks_first(shop, liu, price, state):
    shop.page.send("/sell/", **typed_offer(f"{price / 100:.2f}"))
    draft = shop.api.post("/listings/", sent_offer(price))
    shop.api.post(f"/listings/{draft['id']}/publish/", {})

    offers = list(Listing.objects.filter(seller=shop.user))

    assert [offer.state for offer in offers] == [state, state]
    seen = 404 if state == "REVIEW" else 200
    for offer in offers:
        assert liu.api.get(f"/listings/{offer.pk}/").status == seen
        assert liu.page.get(f"/listings/{offer.pk}/").status == seen
        assert liu.page.get(f"/listings/{offer.pk}/order/").status == seen
