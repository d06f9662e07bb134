"""A case beside everything else that can happen to an order's money at the same moment.

Every pair is played both ways; its control is the same pair without the lock, or without the rule
of the database that holds it together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from marketplace.lib import clock
from marketplace.lib.money import Fen
from orders.actions import delivery, ending, reports, settlement
from orders.escrow import codes, cooling, ledger, payouts, wallet
from orders.escrow.audit.nightly import audit
from orders.escrow.models import Earning, Pledge, Refund, Transfer
from orders.models import Order
from orders.states import OrderState
from tests import given
from tests.escrow.money import held
from tests.escrow.threads import rewritten
from tests.orders import world
from tests.races.together import Race, beside, run, torn, without_lock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

Step = Callable[[Order], object]
CASE, OTHER = uuid4(), uuid4()


# --- The moments ----------------------------------------------------------------------------------
def tried_for_a_day() -> Order:
    order = world.revealed()
    world.skip(hours=25)
    return order


def reported() -> Order:
    order = world.revealed()
    reports.report_code(order.pk, by=order.buyer, problem="used")
    return order


def in_court() -> Order:
    return world.disputed(case=CASE)


# --- The acts -------------------------------------------------------------------------------------
def buyer_opens(order: Order) -> None:
    settlement.open_case(order.pk, by=order.buyer, case_id=CASE, claim="other")


def seller_opens(order: Order) -> None:
    settlement.open_case(order.pk, by=order.seller, case_id=OTHER, claim="other")


def confirm(order: Order) -> None:
    delivery.confirm_receipt(order.pk, by=order.buyer)


def complete(order: Order) -> None:
    delivery.complete_after_window(order.pk)


def report(order: Order) -> None:
    reports.report_code(order.pk, by=order.buyer, problem="used")


def answer(order: Order) -> None:
    reports.answer_report(order.reports.get().pk)


def seller_refunds(order: Order) -> None:
    ending.refund_by_seller(order.pk, by=order.seller)


def award(order: Order) -> None:
    settlement.settle_by_verdict(
        order.pk, case_id=CASE, outcome="award", buyer_fen=2_800, seller_fen=2_000
    )


def concede(order: Order) -> None:
    settlement.settle_by_verdict(
        order.pk, case_id=CASE, outcome="award", buyer_fen=4_800, seller_fen=0
    )


def resume(order: Order) -> None:
    settlement.settle_by_verdict(order.pk, case_id=CASE, outcome="resume")


S = OrderState
RACES = [
    Race(world.revealed, confirm, buyer_opens, "done", S.DISPUTED),
    Race(world.revealed, buyer_opens, confirm, "order_disputed", S.DISPUTED),
    Race(tried_for_a_day, complete, buyer_opens, "done", S.DISPUTED),
    Race(tried_for_a_day, buyer_opens, complete, "done", S.DISPUTED),
    Race(world.revealed, report, seller_opens, "done", S.DISPUTED),
    Race(world.revealed, seller_opens, report, "order_disputed", S.DISPUTED),
    Race(reported, answer, buyer_opens, "done", S.DISPUTED),
    Race(reported, buyer_opens, answer, "done", S.DISPUTED),
    Race(world.revealed, seller_refunds, buyer_opens, "done", S.DISPUTED),
    Race(world.revealed, buyer_opens, seller_refunds, "order_disputed", S.DISPUTED),
    Race(world.completed, seller_refunds, buyer_opens, "done", S.DISPUTED),
    Race(world.completed, buyer_opens, seller_refunds, "order_disputed", S.DISPUTED),
    Race(world.revealed, buyer_opens, seller_opens, "case_open", S.DISPUTED),
    Race(in_court, award, award, "done", S.COMPLETED),
    Race(in_court, award, concede, "already_settled", S.COMPLETED),
    Race(in_court, concede, award, "already_settled", S.REFUNDED),
    Race(in_court, award, resume, "already_settled", S.COMPLETED),
    Race(in_court, resume, award, "already_settled", S.DELIVERED),
    Race(in_court, resume, resume, "done", S.DELIVERED),
    Race(in_court, award, seller_refunds, "done", S.REFUNDED),
    Race(in_court, award, confirm, "wrong_state", S.COMPLETED),
]


@pytest.mark.parametrize("race", RACES, ids=str)
def test_the_first_to_commit_wins_and_the_other_reads_what_is_true(race):
    order = run(race)

    closes = Transfer.objects.filter(order_id=order.pk, kind__in=["release", "refund", "split"])
    assert closes.count() <= 1
    back = Refund.objects.filter(order_id=order.pk).values_list("amount", flat=True)
    assert sum(back) <= order.price


# Each pair in the order in which the missing lock does its damage.
CONTROLS = [
    Race(world.revealed, confirm, buyer_opens, "", S.DISPUTED),
    Race(tried_for_a_day, complete, buyer_opens, "", S.DISPUTED),
    Race(world.revealed, seller_refunds, buyer_opens, "", S.DISPUTED),
    Race(world.completed, buyer_opens, seller_opens, "", S.DISPUTED),
    Race(in_court, resume, award, "", S.DELIVERED),
]


@pytest.mark.parametrize("race", CONTROLS, ids=str)
def test_without_the_lock_the_order_is_torn(race, monkeypatch):
    order = race.moment()
    without_lock(monkeypatch)

    beside(lambda: race.first(order), lambda: race.second(order))

    assert torn(order) != []


# --- What was paid out ----------------------------------------------------------------------------
@dataclass
class Sold:
    """An order whose seller could withdraw all of it at this moment."""

    order: Order

    def opens(self) -> None:
        buyer_opens(self.order)

    def withdraws(self) -> None:
        seller = self.order.seller
        account = seller.payout_accounts.get()
        payouts.ask(seller.pk, amount=Fen(4_752), account=account.pk, by=seller)

    @property
    def wallet(self) -> wallet.Wallet:
        return wallet.wallet_of(self.order.seller)

    @property
    def earning(self) -> UUID:
        return Earning.objects.get(order_id=self.order.pk).pk


@pytest.fixture
def sold() -> Sold:
    order = world.later(world.completed(), hours=73)
    seller = order.seller
    number, holder = "6222 0200 0000 1234", f"{seller.name} Tester"
    payouts.add_account(seller.pk, number=number, holder=holder, by=seller)
    world.skip(hours=73)
    return Sold(order)


def test_a_payout_that_came_first_leaves_nothing_to_set_aside(sold):
    ends = beside(sold.withdraws, sold.opens)

    assert ends == "done"
    assert not Pledge.objects.exists()
    world.awarded(sold.order, 4_800)
    assert sum(Refund.objects.values_list("amount", flat=True)) == 4_800
    assert sold.wallet.debt == 4_752
    assert torn(given.again(sold.order)) == []


def test_a_case_that_came_first_keeps_the_money_from_the_payout(sold):
    ends = beside(sold.opens, sold.withdraws)

    assert ends == "payout_blocked"
    assert (sold.wallet.blocked, sold.wallet.withdrawable) == (4_752, 0)
    assert torn(given.again(sold.order)) == []


def test_without_the_lock_on_the_wallet_the_case_would_not_open(sold):
    with rewritten("escrow_lock(text[])", "FOR NO KEY UPDATE OF b", ""):
        ends = beside(sold.withdraws, sold.opens)

    assert ends == "insufficient_funds"


# --- The cool-down --------------------------------------------------------------------------------
@pytest.fixture
def cooled() -> Sold:
    """Three days are over, and no sweep has run."""
    order = world.completed()
    world.skip(hours=73)
    return Sold(order)


def test_a_share_that_matures_as_a_case_opens_is_set_aside_all_the_same(cooled):
    ends = beside(lambda: cooling.mature(cooled.earning, at=clock.now()), cooled.opens)

    assert (ends, cooled.wallet.blocked) == ("done", 4_752)
    assert audit(only={"R4"}).findings == []


def test_a_case_that_opens_first_leaves_nothing_to_mature(cooled):
    ends = beside(cooled.opens, lambda: cooling.mature(cooled.earning, at=clock.now()))

    assert (ends, cooled.wallet.blocked, cooled.wallet.withdrawable) == ("done", 4_752, 0)


def test_a_pledge_that_goes_home_as_its_share_matures_is_never_stuck(cooled):
    cooled.opens()

    beside(
        lambda: cooling.mature(cooled.earning, at=clock.now()),
        lambda: resume(cooled.order),
    )

    assert (cooled.wallet.withdrawable, cooled.wallet.cooling) == (4_752, 0)


def test_without_the_earning_locked_it_would_be_stuck_in_a_cool_down_that_is_over(
    cooled, monkeypatch
):
    cooled.opens()
    monkeypatch.setattr(
        "orders.escrow.pledges.locked_earning",
        lambda order: Earning.objects.filter(order_id=order).first(),
    )

    beside(
        lambda: cooling.mature(cooled.earning, at=clock.now()),
        lambda: resume(cooled.order),
    )

    assert held(codes.maturing(cooled.order.pk)) == 4_752
    assert audit(only={"R4"}).findings != []
    assert cooled.wallet.withdrawable == 0


# --- The database alone ---------------------------------------------------------------------------
def freezes(order: Order) -> Callable[[], None]:
    return lambda: ledger.freeze(codes.hold(order.pk), CASE)


def releases(order: Order) -> Callable[[], None]:
    @transaction.atomic
    def release() -> None:
        settlement.release(order, basis="window passed", at=clock.now())

    return release


def test_a_release_beside_the_freeze_of_its_hold_is_refused_by_the_database():
    order = world.revealed()

    assert beside(freezes(order), releases(order)) == "order_disputed"


def test_without_the_word_frozen_in_the_trigger_the_money_would_be_gone():
    order = world.revealed()
    word = "AND (leg.amount > 0 OR frozen_case IS NULL OR frozen_case = parent.case_id)"

    with rewritten("escrow_entries_in()", word, ""):
        ends = beside(freezes(order), releases(order))

    assert (ends, held(codes.hold(order.pk))) == ("done", 0)
