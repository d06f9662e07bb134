"""The life of a card order from the listing to the wallet, by the verbs."""

import pytest

from orders.actions import delivery
from orders.states import OrderState
from tests import given
from tests.conftest import refused

pytestmark = pytest.mark.usefixtures("market")


def test_a_card_is_sold_and_the_seller_gets_the_price_less_one_percent() -> None:
    li, buyer = given.person("Li"), given.person("Guo", level=0)
    offer = given.listing(li)
    order = given.delivered_order(offer, buyer)
    assert order.state == OrderState.DELIVERED

    delivery.reveal_code(order.pk, by=buyer)
    order = delivery.confirm_receipt(order.pk, by=buyer)

    assert order.state == OrderState.COMPLETED
    given.skip(72)
    assert given.withdrawable(li) == 4_752


def test_confirming_before_delivery_is_refused() -> None:
    li, buyer = given.person("Li"), given.person("Guo", level=0)
    order = given.paid_order(given.listing(li), buyer)

    with refused("not_delivered"):
        delivery.confirm_receipt(order.pk, by=buyer)
