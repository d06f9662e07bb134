"""Where every fen of an order goes: held, released, refunded, taken back."""

from uuid import uuid4

import pytest
from django.db import transaction

from accounts.inbox.models import Notice
from marketplace.lib import clock
from orders.escrow import codes, cooling, movements
from orders.escrow.audit.nightly import audit
from orders.escrow.ledger import AlreadyHeld
from orders.escrow.models import (
    Command,
    Compensation,
    Earning,
    PaymentState,
    RefundState,
    Transfer,
)
from tests.conftest import refused
from tests.escrow.money import (
    give,
    held,
    paid_order,
    payment,
    release,
    released_order,
    take_back,
    withdraw_all,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def everything_agrees(books_agree):
    """Also payments, promises, shares and the fund's book fit the ledger after every test."""
    yield
    assert audit(only={"R4", "R5", "R6"}).findings == []


# --- Holding --------------------------------------------------------------------------------------
def test_a_captured_payment_becomes_the_hold(buyer):
    order, _ = paid_order(buyer, 5_000)

    assert movements.holds(order) == 5_000


def test_an_unpaid_order_holds_nothing():
    assert movements.holds(uuid4()) == 0


def test_the_same_capture_is_held_once(buyer):
    order, paid = paid_order(buyer)

    with transaction.atomic():
        movements.hold(paid, order=order, at=clock.now())

    assert movements.holds(order) == 5_000


def test_a_second_payment_does_not_fill_the_hold_and_harms_nothing(buyer):
    order, _ = paid_order(buyer)
    second = payment(buyer, order=order, state=PaymentState.STRAY)

    with pytest.raises(AlreadyHeld):
        movements.hold(second, order=order, at=clock.now())

    assert movements.holds(order) == 5_000


# --- Releasing ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("amount", "fee", "net"), [(101, 1, 100), (99, 0, 99), (1, 0, 1), (10_001, 100, 9_901)]
)
def test_what_rounding_leaves_over_is_the_sellers(buyer, seller, amount, fee, net):
    order, _ = paid_order(buyer, amount)

    released = release(order, seller, amount)

    assert (released.fee, released.net, released.netted) == (fee, net, 0)
    assert held(codes.maturing(order)) == net
    assert movements.holds(order) == 0


def test_a_release_says_whose_the_share_is_and_when_it_matures(buyer, seller):
    order, _ = released_order(buyer, seller)

    earning = Earning.objects.get(order_id=order)
    release_at = Transfer.objects.get(key=f"order:{order}:close").effective_at
    assert (earning.user, earning.net) == (seller, 4_950)
    assert (earning.matures_at - release_at).days == 3


def test_a_released_order_is_never_refunded_from_its_hold(buyer, seller):
    order, paid = released_order(buyer, seller)

    with refused("already_settled"), transaction.atomic():
        movements.refund(order, payment=paid, basis="cancelled", at=clock.now())

    assert not Command.objects.exists()


def test_a_refunded_order_is_never_released(buyer, seller):
    order, paid = paid_order(buyer)
    with transaction.atomic():
        movements.refund(order, payment=paid, basis="cancelled", at=clock.now())

    with refused("already_settled"):
        release(order, seller)

    assert held(codes.maturing(order)) == 0


def test_an_order_that_was_never_paid_releases_nothing(seller):
    with refused("insufficient_funds"):
        release(uuid4(), seller)


# --- Cooling down ---------------------------------------------------------------------------------
def test_nothing_matures_early(buyer, seller):
    order, _ = released_order(buyer, seller)

    cooling.mature_due()

    assert held(codes.maturing(order)) == 4_950
    assert held(codes.wallet(seller.pk)) == 0


def test_after_three_days_the_share_can_be_withdrawn_once(buyer, seller):
    order, _ = released_order(buyer, seller)
    earning = Earning.objects.get(order_id=order)

    cooling.mature(earning.pk, at=earning.matures_at)
    cooling.mature(earning.pk, at=earning.matures_at)

    assert held(codes.wallet(seller.pk)) == 4_950
    assert held(codes.maturing(order)) == 0


# --- Refunding ------------------------------------------------------------------------------------
def test_a_refund_is_promised_whole_with_its_command(buyer):
    order, paid = paid_order(buyer)

    with transaction.atomic():
        refund = movements.refund(order, payment=paid, basis="cancelled", at=clock.now())

    assert held(codes.refund(refund.pk)) == 5_000
    assert Command.objects.get(target=refund.pk).amount == 5_000


@pytest.mark.parametrize(
    ("outcome", "state", "in_wallet"),
    [
        (movements.refund_sent, RefundState.SENT, 0),
        (movements.refund_turned, RefundState.TURNED, 5_000),
    ],
    ids=["sent", "turned"],
)
def test_a_refund_ends_at_the_provider_or_in_the_buyers_wallet(buyer, outcome, state, in_wallet):
    order, paid = paid_order(buyer)
    refund = movements.refund(order, payment=paid, basis="cancelled", at=clock.now())
    Command.objects.update(state="OK" if state == "SENT" else "FAILED")

    outcome(refund.pk, clock.now())
    ended = outcome(refund.pk, clock.now())

    assert ended.state == state
    assert held(codes.refund(refund.pk)) == 0
    assert held(codes.wallet(buyer.pk)) == in_wallet


def test_a_refund_that_was_sent_after_all_is_taken_from_the_wallet_again(buyer):
    order, paid = paid_order(buyer)
    refund = movements.refund(order, payment=paid, basis="cancelled", at=clock.now())
    movements.refund_turned(refund.pk, clock.now())
    give(codes.wallet(buyer.pk), -2_000)
    Command.objects.update(state="FAILED")

    movements.refund_sent(refund.pk, clock.now())

    assert held(codes.wallet(buyer.pk)) == 0
    assert held(codes.debt(buyer.pk)) == -2_000


# --- Taking back ----------------------------------------------------------------------------------
def test_the_cooling_share_pays_first(buyer, seller):
    order, paid = released_order(buyer, seller)
    give(codes.wallet(seller.pk), 700)

    refund = take_back(order, paid, seller)

    assert refund is not None
    assert refund.amount == 5_000
    assert held(codes.maturing(order)) == 0
    assert held(codes.wallet(seller.pk)) == 700
    assert held(codes.debt(seller.pk)) == 0


def test_wallet_then_other_shares_then_deposit_pay_to_the_fen(buyer, seller):
    order, paid = released_order(buyer, seller)
    withdraw_all(seller)
    other, _ = released_order(buyer, seller, 1_000)
    give(codes.wallet(seller.pk), 700)
    give(codes.deposit(seller.pk), 10_000)

    take_back(order, paid, seller, own_means_only=True)

    assert held(codes.wallet(seller.pk)) == 0
    assert held(codes.maturing(other)) == 0
    assert held(codes.deposit(seller.pk)) == 10_000 - (4_950 - 700 - 990)
    assert set(Notice.objects.values_list("kind", flat=True)) == {"recovered", "deposit_used"}


def test_a_withdrawn_release_is_paid_back_by_fee_and_fund_and_owed_by_the_seller(buyer, seller):
    order, paid = released_order(buyer, seller)
    withdraw_all(seller)
    give(codes.FUND, 10_000)

    take_back(order, paid, seller)

    refunds = [command.amount for command in Command.objects.order_by("amount")]
    assert refunds == [50, 4_950]
    assert held(codes.FUND) == 5_050
    assert held(codes.debt(seller.pk)) == -4_950
    assert held(codes.claims(seller.pk)) == 4_950
    booked = Compensation.objects.get()
    assert (booked.amount, booked.advance, booked.cause) == (4_950, 0, "seller_unable")


def test_an_empty_fund_is_advanced_so_that_the_winner_is_paid_in_full(buyer, seller):
    order, paid = released_order(buyer, seller)
    withdraw_all(seller)
    give(codes.FUND, 1_000)

    take_back(order, paid, seller)

    booked = Compensation.objects.get()
    assert (booked.amount, booked.advance) == (1_000, 3_950)
    assert held(codes.FUND) == 0
    assert held(codes.debt(seller.pk)) == -4_950
    assert held(codes.claims(seller.pk)) == 1_000
    assert sum(command.amount or 0 for command in Command.objects.all()) == 5_000


def test_a_voluntary_refund_never_touches_the_fund(buyer, seller):
    order, paid = released_order(buyer, seller)
    withdraw_all(seller)
    give(codes.FUND, 10_000)

    with refused("insufficient_funds"), transaction.atomic():
        take_back(order, paid, seller, own_means_only=True)

    assert held(codes.FUND) == 10_000
    assert not Command.objects.exists()


def test_nobody_gets_back_more_than_was_paid(buyer, seller):
    order, paid = released_order(buyer, seller)
    take_back(order, paid, seller)

    with refused("already_settled"), transaction.atomic():
        take_back(order, paid, seller, amount=1)


def test_a_part_taken_back_gives_back_its_part_of_the_fee(buyer, seller):
    order, paid = released_order(buyer, seller, 10_000)

    refund = take_back(order, paid, seller, amount=4_050)

    assert refund is not None
    assert refund.amount == 4_050
    # The fee of the 5,950 that stay with the seller is 59; it was 100.
    assert held(codes.maturing(order)) == 9_900 - (4_050 - 41)
