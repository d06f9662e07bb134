"""Money that had moved before a case decided: set right in either direction, to the fen."""

import pytest
from django.db import transaction

from accounts.inbox import kinds
from accounts.inbox.models import Notice
from marketplace.lib import clock
from marketplace.lib.money import Fen
from orders.escrow import codes, fund, movements, recovery, refunds
from orders.escrow.models import (
    Compensation,
    Forfeit,
    FundClaim,
    Transfer,
)
from tests.conftest import refused
from tests.escrow.money import give, held, paid_order, released_order, staff, withdraw_all
from tests.escrow.trade import Trade, unexplained

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def everything_agrees(books_agree):
    """Also payments, promises, shares and the fund's book fit the ledger after every test."""
    yield
    assert unexplained() == []


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


# --- Paid out, and the buyer wins -----------------------------------------------------------------
def test_the_pledge_pays_first_and_what_is_left_of_it_goes_home(paid_out, seller):
    give(codes.wallet(seller.pk), 700)
    paid_out.freeze()

    paid_out.award(2_000)

    # The fee of the 3,000 that stay with the seller is 30; it was 50.
    assert paid_out.back == 2_000
    assert (paid_out.pledged, paid_out.share) == (0, 4_950 - 1_980)
    assert held(codes.wallet(seller.pk)) == 700
    keys = set(Transfer.objects.filter(case_id=paid_out.case).values_list("key", flat=True))
    assert keys == {f"case:{paid_out.case}:{end}" for end in ("pledge", "recover", "pledge_back")}


def test_pledge_wallet_other_shares_and_deposit_pay_in_this_order(paid_out, buyer, seller):
    withdraw_all(seller)
    give(codes.wallet(seller.pk), 400)
    paid_out.freeze()
    give(codes.wallet(seller.pk), 300)
    other, _ = released_order(buyer, seller, 1_000)
    give(codes.deposit(seller.pk), 9_000)

    paid_out.award(5_000)

    assert paid_out.back == 5_000
    assert (paid_out.pledged, held(codes.wallet(seller.pk))) == (0, 0)
    assert held(codes.maturing(other)) == 0
    assert held(codes.deposit(seller.pk)) == 9_000 - (4_950 - 400 - 300 - 990)
    assert held(codes.debt(seller.pk)) == 0


def test_what_the_seller_has_not_the_fund_pays_and_he_owes(paid_out, seller):
    withdraw_all(seller)
    give(codes.FUND, 10_000)
    paid_out.freeze()

    paid_out.award(5_000)

    assert paid_out.back == 5_000
    assert (held(codes.FUND), held(codes.debt(seller.pk))) == (5_050, -4_950)
    booked = Compensation.objects.get()
    assert (booked.case_id, booked.cause, booked.amount) == (
        paid_out.case,
        "seller_unable",
        4_950,
    )
    assert Transfer.objects.filter(key=f"case:{paid_out.case}:compensate").exists()


def test_above_the_funds_limit_two_staff_look_and_then_the_buyer_is_whole(buyer, seller):
    order, paid = released_order(buyer, seller, 100_000)
    withdraw_all(seller)
    trade = Trade(order, paid, seller).freeze()

    trade.award(100_000)

    claim = FundClaim.objects.get()
    assert (claim.case_id, claim.amount, claim.winner, trade.back) == (
        trade.case,
        99_000,
        None,
        1_000,
    )
    for one in (staff(), staff()):
        fund.approve_fund_claim(claim.pk, by=one)
    assert trade.back == 100_000
    assert refunds.promised(order) == 100_000


# --- Gone back, and the seller wins ---------------------------------------------------------------
def test_the_buyer_pays_from_his_own_and_the_fund_the_rest(gone_back, buyer, seller):
    give(codes.FUND, 10_000)
    give(codes.deposit(buyer.pk), 3_000)
    gone_back.freeze()

    gone_back.award(0)

    # 1,000 of his own, of which the fee of 50 is taken; the fund owes its 4,000 no more fee.
    assert gone_back.share == 950
    assert held(codes.wallet(seller.pk)) == 4_000
    assert held(codes.wallet(buyer.pk)) == 0
    assert held(codes.deposit(buyer.pk)) == 3_000
    assert (held(codes.debt(buyer.pk)), held(codes.FUND)) == (-4_000, 6_000)
    booked = Compensation.objects.get()
    assert (booked.cause, booked.liable, booked.case_id) == (
        "buyer_unable",
        buyer,
        gone_back.case,
    )
    assert Forfeit.objects.get().amount == 5_000
    assert refunds.promised(gone_back.order) == 0


def test_his_own_sales_pay_too(gone_back, buyer, seller):
    sold, _ = released_order(seller, buyer, 10_000)
    gone_back.freeze()

    gone_back.award(0)

    assert gone_back.share == 4_950
    assert held(codes.maturing(sold)) == 9_900 - 4_000
    assert held(codes.debt(buyer.pk)) == 0


@pytest.mark.parametrize(("buyer_part", "fee"), [(0, 50), (2_000, 30), (4_999, 0), (5_000, 0)])
def test_the_fee_is_that_of_the_sellers_part(gone_back, buyer, seller, buyer_part, fee):
    give(codes.wallet(buyer.pk), 9_000)
    gone_back.freeze()

    gone_back.award(buyer_part)

    assert gone_back.share == 5_000 - buyer_part - fee
    assert held(codes.wallet(buyer.pk)) == 10_000 - (5_000 - buyer_part)
    assert gone_back.pledged == 0


def test_a_seller_who_wins_above_the_funds_limit_waits_for_two_staff(buyer, seller):
    order, paid = paid_order(buyer, 100_000)
    with transaction.atomic():
        movements.refund(order, payment=paid, basis="cancelled", at=clock.now())
    trade = Trade(order, paid, seller).freeze()

    trade.award(0)

    claim = FundClaim.objects.get()
    assert (claim.winner, claim.liable, claim.fee) == (seller, buyer, 1_000)
    assert held(codes.wallet(seller.pk)) == 0
    for one in (staff(), staff()):
        fund.approve_fund_claim(claim.pk, by=one)
    assert held(codes.wallet(seller.pk)) == 99_000
    assert held(codes.debt(buyer.pk)) == -100_000


def test_a_refused_claim_leaves_the_buyer_what_he_had(buyer, seller):
    order, paid = paid_order(buyer, 100_000)
    with transaction.atomic():
        movements.refund(order, payment=paid, basis="cancelled", at=clock.now())
    trade = Trade(order, paid, seller).freeze()
    trade.award(0)
    assert refunds.promised(order) == 0

    fund.refuse_fund_claim(FundClaim.objects.get().pk, by=staff(), reason="They know each other.")

    assert refunds.promised(order) == 100_000
    assert held(codes.debt(buyer.pk)) == 0


def test_the_winner_of_a_claim_is_not_asked_to_approve_it(buyer):
    seller = staff("Liu")
    order, paid = paid_order(buyer, 100_000)
    with transaction.atomic():
        movements.refund(order, payment=paid, basis="cancelled", at=clock.now())
    Trade(order, paid, seller).freeze().award(0)

    with refused("not_your_step"):
        fund.approve_fund_claim(FundClaim.objects.get().pk, by=seller)


# --- One case after another -----------------------------------------------------------------------
def test_back_and_forth_nobody_gets_more_than_was_paid(buyer, seller):
    trade = Trade(*paid_order(buyer), seller).freeze()
    for purse in (codes.wallet(buyer.pk), codes.wallet(seller.pk)):
        give(purse, 20_000)
    trade.award(2_000)

    for part in (5_000, 0, 5_000, 1_234):
        trade = trade.again()
        trade.award(part)
        assert refunds.promised(trade.order) == part

    net = 20_000 + (5_000 - 1_234) - (5_000 - 1_234) // 100
    assert held(codes.wallet(seller.pk)) + trade.share == net
    gone = 20_000 - held(codes.wallet(buyer.pk))
    assert trade.back - gone == 1_234


def test_a_verdict_that_changes_nothing_moves_nothing(paid_out):
    paid_out.freeze()

    paid_out.award(0)

    kinds = Transfer.objects.filter(case_id=paid_out.case).values_list("kind", flat=True)
    assert sorted(kinds) == ["pledge", "pledge_back"]
    assert paid_out.share == 4_950


def test_a_buyer_gives_up_no_more_than_he_has_back(gone_back, buyer, seller):
    give(codes.wallet(buyer.pk), 9_000)

    with refused("already_settled"), transaction.atomic():
        recovery.turn_over(
            gone_back.stake.verdict,
            liable=buyer,
            seller=seller,
            amount=Fen(5_001),
            at=clock.now(),
        )


def test_who_loses_settled_money_reads_that_a_case_took_it(gone_back, buyer):
    gone_back.freeze()
    gone_back.award(0)

    told = {row.kind: row for row in Notice.objects.filter(person=buyer)}

    words = {kind: kinds.words(kind, row.facts) for kind, row in told.items()}
    assert words["recovered"].title == "¥10.00 went to the other side"
    assert "A decision was for more than you had" in words["debt"].sentence
