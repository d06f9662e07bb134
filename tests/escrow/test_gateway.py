"""Paying through the sandbox's provider over real HTTP: each button, each way of being told."""

import pytest
from django.test import Client

from accounts.inbox.models import Notice
from marketplace.lib import clock
from marketplace.sandbox import deliveries, provider
from marketplace.sandbox.models import SandboxPayment
from orders.escrow.audit.nightly import audit
from orders.escrow.models import Payment, PaymentState, Refund, RefundState, StrayMoney
from tests.conftest import refused
from tests.escrow import money
from tests.escrow import provider_world as world
from tests.escrow.provider_world import PRICE, Things

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("things")]


def test_a_payment_gets_a_page_to_pay_on() -> None:
    payment = world.opened()

    assert payment.state == PaymentState.PENDING
    assert "/sandbox/pay/" in payment.pay_url


def test_money_that_came_is_held() -> None:
    payment = world.paid()

    assert payment.state == PaymentState.CAPTURED
    assert world.held(payment) == PRICE
    assert world.everything_adds_up()


def test_a_second_tab_is_shown_the_payment_that_is_open() -> None:
    first = world.opened()

    with refused("payment_open") as caught:
        world.start(first.payer, ref=first.ref)

    assert caught.value.facts["payment"] == str(first.pk)
    assert caught.value.facts["url"] == f"/pay/{first.pk}/"


def test_a_failed_payment_can_be_tried_again() -> None:
    first = world.opened()
    world.act(first, "fail")
    world.work()

    second = world.opened(first.payer, ref=first.ref)

    assert world.fresh(first).state == PaymentState.FAILED
    assert second.state == PaymentState.PENDING


@pytest.mark.parametrize("way", ["once", "thrice", "reversed"])
def test_however_it_is_told_the_money_is_held_once(way: str) -> None:
    payment = world.opened()

    world.act(payment, "pay", way)
    world.work()

    assert world.fresh(payment).state == PaymentState.CAPTURED
    assert world.held(payment) == PRICE
    assert world.transfers("hold") == 1


@pytest.mark.parametrize("way", ["lost", "forged", "stale", "delayed"])
def test_money_of_which_no_message_came_is_found_by_asking(way: str) -> None:
    payment = world.opened()
    world.act(payment, "pay", way)
    world.work()
    assert world.held(payment) == 0

    world.skip(minutes=2)
    world.work()

    assert world.fresh(payment).state == PaymentState.CAPTURED
    assert world.held(payment) == PRICE


def test_a_delayed_message_about_money_found_by_asking_does_nothing() -> None:
    payment = world.opened()
    world.act(payment, "pay", "delayed")
    world.skip(minutes=2)
    world.work()

    world.skip(hours=2)
    world.work()

    assert world.held(payment) == PRICE
    assert not StrayMoney.objects.exists()


def test_late_money_goes_back_by_itself_and_the_payer_is_told(things: Things) -> None:
    payment = world.opened()
    world.act(payment, "pay_late")
    world.skip(hours=1)
    things.end(payment.ref)

    world.work()

    assert world.held(payment) == 0
    assert world.in_suspense() == 0
    assert world.really_moved("refund") == [PRICE]
    assert world.fresh(payment).state == PaymentState.STRAY
    assert Refund.objects.get().state == RefundState.SENT
    assert Notice.objects.filter(person=payment.payer, kind="money_returned").count() == 1
    assert provider.balance("fairhand") == 0


def test_late_money_reported_twice_goes_back_once(things: Things) -> None:
    payment = world.opened()
    things.end(payment.ref)
    first = world.told(payment)

    world.webhook(first)
    world.webhook({**first, "id": "evt_again"})
    world.work()

    assert StrayMoney.objects.count() == Refund.objects.count() == 1


def test_a_wrong_amount_is_not_held_but_sent_back() -> None:
    payment = world.opened()

    world.act(payment, "pay_wrong")
    world.work()

    assert world.held(payment) == 0
    assert world.really_moved("refund") == [PRICE - 1]
    assert StrayMoney.objects.get().why == "wrong_amount"
    assert world.fresh(payment).state == PaymentState.STRAY


def test_of_two_captures_one_is_held_and_the_other_goes_back() -> None:
    payment = world.opened()

    world.act(payment, "pay_twice")
    world.work()

    assert world.held(payment) == PRICE
    assert world.really_moved("refund") == [PRICE]
    assert world.fresh(payment).state == PaymentState.CAPTURED


def test_money_of_another_merchant_moves_nothing_here() -> None:
    payment = world.opened()

    world.act(payment, "pay", "other_merchant")
    world.work()

    assert world.last_event().state == "FOREIGN"
    assert world.fresh(payment).state == PaymentState.PENDING
    assert not StrayMoney.objects.exists()


def test_closing_the_window_leaves_the_payment_open() -> None:
    payment = world.opened()

    world.act(payment, "close")
    world.work()

    assert world.fresh(payment).state == PaymentState.PENDING


def test_an_ended_payment_is_closed_at_the_provider(things: Things) -> None:
    payment = world.opened()

    things.end(payment.ref)
    world.work()

    assert world.fresh(payment).state == PaymentState.EXPIRED
    assert SandboxPayment.objects.get().closed_at is not None
    with refused("wrong_state"):
        world.act(payment)


def test_a_payment_that_ends_before_it_was_sent_never_reaches_the_provider(things: Things) -> None:
    payment = world.start()

    things.end(payment.ref)
    world.work()

    assert world.fresh(payment).state == PaymentState.EXPIRED
    assert not SandboxPayment.objects.exists()


def test_money_that_was_paid_while_we_closed_goes_back(things: Things) -> None:
    payment = world.opened()
    world.act(payment, "pay", "lost")

    things.end(payment.ref)
    world.work()

    assert world.really_moved("refund") == [PRICE]
    assert world.fresh(payment).state == PaymentState.STRAY


def test_a_refund_reaches_the_payer() -> None:
    payment = world.paid()

    refund = world.refunded(payment)
    world.work()

    assert Refund.objects.get(pk=refund).state == RefundState.SENT
    assert world.fresh(payment).state == PaymentState.REFUNDED
    assert provider.balance("fairhand") == 0


def test_a_capture_told_again_after_its_refund_does_nothing() -> None:
    payment = world.opened()
    world.act(payment, "pay", "reversed")
    world.work()

    world.refunded(payment)
    world.work()

    assert world.fresh(payment).state == PaymentState.REFUNDED
    assert world.transfers("hold") == 1
    assert not StrayMoney.objects.exists()


def test_the_providers_statement_says_what_our_books_say() -> None:
    world.refunded(world.paid())
    world.act(world.opened(), "pay_wrong")
    world.act(world.opened(), "pay_twice", "thrice")

    world.work()

    assert audit(only={"R7"}, day=clock.now().date()).findings == []


# --- Pages ----------------------------------------------------------------------------------------
def test_the_payer_is_led_on_to_the_providers_page(client: Client) -> None:
    payment = world.opened()
    client.force_login(payment.payer)

    response = client.get(f"/pay/{payment.pk}/")

    assert response.status_code == 302
    assert response["Location"] == payment.pay_url


def test_nobody_else_sees_a_payment(client: Client) -> None:
    payment = world.opened()
    client.force_login(money.person("Li"))

    assert client.get(f"/pay/{payment.pk}/").status_code == 404


def test_without_a_worker_the_page_says_that_it_is_being_prepared(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orders.escrow.payments.wait_for_intent", lambda payment: payment)
    payment = world.start()
    client.force_login(payment.payer)

    response = client.get(f"/pay/{payment.pk}/")

    assert response.status_code == 200
    assert "is being prepared" in response.content.decode()


def test_after_paying_the_page_leads_to_what_was_paid_for(client: Client) -> None:
    payment = world.paid()
    client.force_login(payment.payer)

    assert client.get(f"/pay/{payment.pk}/")["Location"] == f"/things/{payment.ref}/"


def test_the_hosted_page_pays_and_leads_back(client: Client) -> None:
    payment = world.opened()
    path = "/sandbox/pay/" + payment.pay_url.split("/sandbox/pay/")[1]

    shown = client.get(path)
    done = client.post(path, {"do": "pay"})
    deliveries.wait()
    world.work()

    assert "Sandbox: no real money" in shown.content.decode()
    assert "¥48.00" in shown.content.decode()
    assert done["Location"].endswith(f"/things/{payment.ref}/")
    assert Payment.objects.get(pk=payment.pk).state == PaymentState.CAPTURED
