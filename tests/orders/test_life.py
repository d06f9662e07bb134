"""The life of a card order from the listing to the wallet, by the verbs."""

from datetime import timedelta

import pytest
from django.test import Client

from marketplace.lib import clock
from orders.actions import delivery
from orders.escrow.audit.nightly import audit
from orders.escrow.models import Payment, Refund
from orders.models import Order
from orders.states import OrderState
from tests import given
from tests.conftest import refused
from tests.orders import world

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


def test_looking_at_a_code_again_does_not_lengthen_the_time_to_claim() -> None:
    li, buyer = given.person("Li"), given.person("Guo", level=0)
    until = given.completed_order(given.listing(li), buyer).claims_until
    order = Order.objects.get()
    given.skip(24)

    delivery.reveal_code(order.pk, by=buyer)

    assert given.again(order).claims_until == until


def test_a_pay_button_of_a_page_that_is_out_of_date_starts_no_payment() -> None:
    li, buyer = given.person("Li"), given.person("Guo", level=0)
    order = given.placed_order(given.listing(li), buyer)
    browser = Client()
    browser.force_login(buyer)

    answer = browser.post(f"/orders/{order.pk}/pay/", {"expected_state": "PAID"})

    assert answer.status_code == 409
    assert not Payment.objects.exists()


def test_who_has_no_payout_account_is_led_to_adding_one() -> None:
    browser = Client()
    credentials = {"login": given.person("Li").email, "password": given.PASSWORD}
    browser.post("/accounts/login/", credentials)

    answer = browser.get("/wallet/withdraw/")

    assert answer.headers["Location"] == "/wallet/account/"


def test_a_split_goes_back_in_part_by_the_provider_and_the_rest_to_the_wallet() -> None:
    li, buyer = given.person("Li"), given.person("Guo", level=0)
    order = given.revealed_order(given.listing(li), buyer)
    disputed = world.disputed(order)

    world.awarded(disputed, 2_800)
    given.skip(72)

    payment = Payment.objects.get()
    assert payment.state == "PARTLY_REFUNDED"
    assert Refund.objects.get().state == "SENT"
    assert given.withdrawable(li) == 1_980
    assert audit(day=clock.now().date() - timedelta(days=3)).findings == []
