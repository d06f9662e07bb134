"""Money under a case: frozen or set aside, shared out once, or given free again."""

from uuid import uuid4

import pytest
from django.db import transaction

from marketplace.lib import clock
from marketplace.lib.money import Fen
from orders.escrow import codes, cooling, movements, payouts, pledges
from orders.escrow.models import (
    Earning,
    Pledge,
    Transfer,
)
from tests import given
from tests.conftest import refused
from tests.escrow.money import give, held, paid_order, release, released_order, withdraw_all
from tests.escrow.trade import Trade, unexplained

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def everything_agrees(books_agree):
    """Also payments, promises, shares and the fund's book fit the ledger after every test."""
    yield
    assert unexplained() == []


@pytest.fixture
def live(buyer, seller):
    return Trade(*paid_order(buyer), seller).freeze()


@pytest.fixture
def paid_out(buyer, seller):
    """Released, and still cooling down."""
    return Trade(*released_order(buyer, seller), seller)


@pytest.fixture
def gone_back(buyer, seller):
    """Refunded out of the hold; the buyer's wallet holds 1,000 of his own."""
    order, paid = paid_order(buyer)
    with transaction.atomic():
        movements.refund(order, payment=paid, basis="cancelled", at=clock.now())
    give(codes.wallet(buyer.pk), 1_000)
    return Trade(order, paid, seller)


# --- Frozen ---------------------------------------------------------------------------------------
def test_a_frozen_hold_neither_releases_nor_refunds(live, seller):
    with refused("order_disputed"):
        release(live.order, seller)
    with refused("order_disputed"), transaction.atomic():
        movements.refund(live.order, payment=live.stake.payment, basis="x", at=clock.now())

    assert movements.holds(live.order) == 5_000


def test_a_second_case_can_not_freeze_what_the_first_one_holds(live):
    with refused("order_disputed"):
        live.again()


def test_after_a_thaw_the_hold_moves_as_before(live, seller):
    live.thaw()

    release(live.order, seller)

    assert live.share == 4_950


def test_the_cooling_share_is_set_aside_and_does_not_mature(paid_out, seller):
    give(codes.wallet(seller.pk), 700)

    paid_out.freeze()
    earning = Earning.objects.get(order_id=paid_out.order)
    cooling.mature(earning.pk, at=earning.matures_at)

    assert (paid_out.pledged, paid_out.share, held(codes.wallet(seller.pk))) == (4_950, 0, 700)


@pytest.mark.parametrize(("there", "pledged"), [(9_000, 4_950), (700, 700), (0, 0)])
def test_a_share_that_has_matured_is_set_aside_out_of_the_wallet(paid_out, seller, there, pledged):
    withdraw_all(seller)
    give(codes.wallet(seller.pk), there)

    paid_out.freeze()

    assert paid_out.pledged == pledged
    assert held(codes.wallet(seller.pk)) == there - pledged
    assert Pledge.objects.count() == bool(pledged)
    assert held(codes.debt(seller.pk)) == 0


def test_a_refunded_buyer_sets_aside_what_his_wallet_has_up_to_the_refund(gone_back, buyer):
    give(codes.wallet(buyer.pk), 6_000)

    gone_back.freeze()

    assert (gone_back.pledged, held(codes.wallet(buyer.pk))) == (5_000, 2_000)


# --- Given back -----------------------------------------------------------------------------------
def test_a_dismissal_puts_the_share_back_into_its_cool_down(paid_out, seller):
    paid_out.freeze().thaw()

    assert (paid_out.pledged, paid_out.share) == (0, 4_950)
    earning = Earning.objects.get(order_id=paid_out.order)
    cooling.mature(earning.pk, at=earning.matures_at)
    assert held(codes.wallet(seller.pk)) == 4_950


def test_when_the_three_days_ended_meanwhile_it_can_be_withdrawn_at_once(paid_out, seller):
    paid_out.freeze()
    earning = Earning.objects.get(order_id=paid_out.order)
    cooling.mature(earning.pk, at=earning.matures_at)

    paid_out.thaw()

    assert (paid_out.share, held(codes.wallet(seller.pk))) == (0, 4_950)


def test_a_pledge_goes_home_once(paid_out):
    paid_out.freeze()

    paid_out.thaw()
    paid_out.thaw()

    assert paid_out.share == 4_950
    assert Transfer.objects.filter(kind="pledge_back").count() == 1


# --- A live hold ----------------------------------------------------------------------------------
@pytest.mark.parametrize("price", [1, 99, 101, 4_999, 10_001])
@pytest.mark.parametrize("percent", [0, 1, 33, 60, 99, 100])
def test_a_hold_is_shared_out_to_the_fen(buyer, seller, price, percent):
    trade = Trade(*paid_order(buyer, price), seller).freeze()
    part = price * percent // 100

    trade.award(part)

    fee = (price - part) * 100 // 10_000
    assert (trade.back, trade.share) == (part, price - part - fee)
    assert movements.holds(trade.order) == 0
    assert Transfer.objects.filter(order_id=trade.order).exclude(kind="hold").count() == 1


def test_the_sellers_part_of_a_split_pays_off_what_he_owes(buyer, seller):
    order, paid = released_order(buyer, seller)
    withdraw_all(seller)
    give(codes.FUND, 10_000)
    Trade(order, paid, seller).freeze().award(5_000)
    assert held(codes.debt(seller.pk)) == -4_950

    trade = Trade(*paid_order(buyer), seller).freeze()
    trade.award(3_000)

    assert (trade.share, trade.back) == (0, 3_000)
    assert held(codes.debt(seller.pk)) == -4_950 + 1_980
    assert held(codes.FUND) == 10_000 - 4_950 + 1_980


def test_a_hold_that_was_closed_otherwise_is_set_right_and_not_closed_again(live, seller):
    live.thaw()
    release(live.order, seller)

    live.again().award(5_000)

    closes = Transfer.objects.filter(order_id=live.order, kind__in=["release", "refund", "split"])
    assert [each.kind for each in closes] == ["release"]
    assert live.back == 5_000


# --- Payouts --------------------------------------------------------------------------------------
@pytest.fixture
def li():
    """Somebody with 700 in the wallet and an account that can be used."""
    someone = given.person("Li")
    give(codes.wallet(someone.pk), 700)
    added = payouts.add_account(
        someone.pk, number="6222 0200 0000 1234", holder="Li Tester", by=someone
    )
    added.usable_at -= payouts.USABLE_AFTER
    added.save()
    return someone


def ask(li, amount):
    account = li.payout_accounts.get()
    return payouts.ask(li.pk, amount=Fen(amount), account=account.pk, by=li)


def test_money_of_an_open_case_stays_and_the_rest_can_be_withdrawn(li):
    case = uuid4()
    pledges.set_aside(case, order=uuid4(), person=li, most=Fen(500), at=clock.now())

    with refused("payout_blocked") as refusal:
        ask(li, 201)

    assert refusal.value.facts["case"] == str(case)
    assert ask(li, 200)


def test_when_the_case_is_over_the_money_can_be_withdrawn(li):
    case = uuid4()
    pledges.set_aside(case, order=uuid4(), person=li, most=Fen(700), at=clock.now())
    pledges.give_back(case, at=clock.now())

    assert ask(li, 700)


def test_without_a_case_there_is_just_not_enough(li):
    with refused("insufficient_funds"), transaction.atomic():
        ask(li, 701)
