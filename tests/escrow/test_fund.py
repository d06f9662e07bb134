"""The fund and what is owed to it: netted from income, paid at will, above a limit by two staff."""

from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from marketplace.lib import clock
from marketplace.lib.money import Fen
from orders.escrow import codes, fund
from orders.escrow.audit.nightly import audit
from orders.escrow.models import Command, Compensation, Earning, FundClaim, Transfer
from tests.conftest import refused
from tests.escrow.money import (
    give,
    held,
    paid_order,
    person,
    release,
    released_order,
    staff,
    take_back,
    withdraw_all,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def everything_agrees(books_agree):
    """Also payments, promises, shares and the fund's book fit the ledger after every test."""
    yield
    assert audit(only={"R4", "R5", "R6"}).findings == []


# --- Debts ----------------------------------------------------------------------------------------
@pytest.fixture
def debtor(buyer, seller):
    """Owes 4,950: 1,000 of it to the fund, the rest to the platform that advanced it."""
    order, paid = released_order(buyer, seller)
    withdraw_all(seller)
    give(codes.FUND, 1_000)
    take_back(order, paid, seller)
    return seller


def test_the_next_release_pays_off_the_debt_and_the_fund_first(buyer, debtor):
    order, _ = paid_order(buyer, 2_000)

    released = release(order, debtor, 2_000)

    assert (released.fee, released.net, released.netted) == (20, 0, 1_980)
    assert held(codes.debt(debtor.pk)) == -2_970
    assert held(codes.claims(debtor.pk)) == 0
    assert held(codes.FUND) == 1_000
    assert not Earning.objects.filter(order_id=order).exists()


def test_what_exceeds_the_debt_is_the_sellers(buyer, debtor):
    order, _ = paid_order(buyer, 10_000)

    released = release(order, debtor, 10_000)

    assert (released.net, released.netted) == (4_950, 4_950)
    assert held(codes.debt(debtor.pk)) == 0


def test_a_debt_is_paid_from_the_wallet_at_will(debtor):
    give(codes.wallet(debtor.pk), 6_000)

    paid = fund.pay_debt(debtor.pk, amount=Fen(6_000), request=uuid4(), by=debtor)

    assert paid == 4_950
    assert held(codes.wallet(debtor.pk)) == 1_050
    assert held(codes.debt(debtor.pk)) == 0


def test_only_so_much_debt_is_paid_as_the_wallet_holds(debtor):
    give(codes.wallet(debtor.pk), 10)

    with refused("insufficient_funds"), transaction.atomic():
        fund.pay_debt(debtor.pk, amount=Fen(11), request=uuid4(), by=debtor)

    assert held(codes.debt(debtor.pk)) == -4_950


# --- Two staff ------------------------------------------------------------------------------------
@pytest.fixture
def big_claim(buyer, seller):
    """Above the limit: the fee's 300 fen go back at once, 29,700 wait."""
    order, paid = released_order(buyer, seller, 30_000)
    withdraw_all(seller)
    give(codes.FUND, 50_000)
    take_back(order, paid, seller, amount=30_000)
    return FundClaim.objects.get(order_id=order)


def test_above_the_limit_only_the_sellers_part_goes_at_once(big_claim):
    assert [command.amount for command in Command.objects.all()] == [300]
    assert (big_claim.amount, big_claim.state) == (29_700, "WAITING")
    assert held(codes.FUND) == 50_000


def test_two_staff_let_the_fund_pay(big_claim, seller):
    fund.approve_fund_claim(big_claim.pk, by=staff())
    assert held(codes.FUND) == 50_000

    claim = fund.approve_fund_claim(big_claim.pk, by=staff())

    assert claim.state == "PAID"
    assert held(codes.FUND) == 20_300
    assert held(codes.debt(seller.pk)) == -29_700


def test_one_of_our_staff_is_not_two(big_claim):
    one = staff()
    fund.approve_fund_claim(big_claim.pk, by=one)

    with refused("not_your_step"):
        fund.approve_fund_claim(big_claim.pk, by=one)


def test_who_has_a_part_in_the_order_does_not_approve(big_claim, buyer, seller):
    for party in (buyer, seller, person()):
        party.is_staff = party in {buyer, seller}
        with refused("not_your_step"):
            fund.approve_fund_claim(big_claim.pk, by=party)


def test_a_refused_claim_leaves_the_buyer_what_the_seller_paid(big_claim):
    fund.refuse_fund_claim(big_claim.pk, by=staff(), reason="Both live at one address.")

    with refused("wrong_state"):
        fund.approve_fund_claim(big_claim.pk, by=staff())

    assert [command.amount for command in Command.objects.all()] == [300]


def test_our_own_mistake_is_paid_by_the_fund_and_owed_by_nobody(buyer):
    _, paid = paid_order(buyer)
    give(codes.FUND, 1_000)
    fault = fund.Fault(uuid4(), paid, paid.payer, Fen(300), by=staff(), first_by=staff())

    fund.own_up(fault, at=clock.now())

    assert held(codes.FUND) == 700
    assert Compensation.objects.get().cause == "platform_fault"


def test_the_fund_gets_its_share_of_the_days_fees_once(buyer, seller):
    released_order(buyer, seller, 100_000)
    today = timezone.localdate(Transfer.objects.get(kind="release").effective_at)

    fed = [fund.feed(today, at=clock.now()) for _ in range(2)]

    assert fed == [True, False]
    assert held(codes.FUND) == 200
