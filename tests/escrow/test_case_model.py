"""Any money anywhere, any row of decisions: each side ends with its share, and no fen is made."""

from dataclasses import dataclass
from typing import Any

import hypothesis
import pytest
from django.db import transaction
from hypothesis import strategies as st

from accounts.models import User
from marketplace.lib import clock
from marketplace.lib.money import fee
from orders.escrow import codes, cooling, movements, refunds
from orders.escrow.models import Earning, Refund
from tests.conftest import settle
from tests.escrow.money import (
    give,
    held,
    paid_order,
    person,
    release,
    released_order,
    withdraw_all,
)
from tests.escrow.trade import Trade, unexplained

pytestmark = pytest.mark.django_db

PRICES = [1, 2, 99, 100, 101, 997, 5_000, 10_001, 19_999]
PURSES = st.sampled_from([0, 0, 1, 700, 5_000, 30_000])


@dataclass
class Market:
    """What the pure model knows: a price, and how much of it is the buyer's."""

    trade: Trade
    price: int
    buyer: User
    seller: User
    buyers: int = 0
    is_settled: bool = False

    def sellers(self) -> int:
        part = self.price - self.buyers
        return part - fee(part, 100) if self.is_settled else 0

    def worth(self, who: User) -> int:
        """All that the person has on the site less what he owes (fen)."""
        shares = Earning.objects.filter(user=who).values_list("order_id", flat=True)
        own = [codes.wallet(who.pk), codes.deposit(who.pk), codes.debt(who.pk)]
        return sum(held(code) for code in [*own, *(codes.maturing(pk) for pk in shares)])

    def back(self) -> int:
        rows = Refund.objects.filter(order_id=self.trade.order)
        return sum(rows.values_list("amount", flat=True))


def started(place: str, price: int) -> Market:
    """An order's money at one of the places where a case can find it."""
    buyer, seller = person("Guo"), person("Liu")
    order, paid = paid_order(buyer, price)
    market = Market(Trade(order, paid, seller), price, buyer, seller)
    if place == "refunded":
        with transaction.atomic():
            movements.refund(order, payment=paid, basis="x", at=clock.now())
        market.buyers, market.is_settled = price, True
    elif place != "held":
        release(order, seller, price)
        market.is_settled = True
        if place == "matured":
            for earning in Earning.objects.filter(order_id=order):
                cooling.mature(earning.pk, at=earning.matures_at)
        elif place == "withdrawn":
            withdraw_all(seller)
    return market


def decided(market: Market, percent: int | None, *, matures: bool) -> None:
    """One case from its first day to its end; None: without a decision."""
    trade = market.trade = Trade(market.trade.order, market.trade.stake.payment, market.seller)
    before = {who.pk: market.worth(who) for who in (market.buyer, market.seller)}
    had, back, sellers = market.buyers, market.back(), market.sellers()
    trade.freeze()
    if matures:
        for earning in Earning.objects.cooling().filter(order_id=trade.order):
            cooling.mature(earning.pk, at=earning.matures_at)
    if percent is None:
        trade.thaw()
    else:
        market.buyers, market.is_settled = market.price * percent // 100, True
        trade.award(market.buyers)
    settle()
    gained = market.worth(market.buyer) + market.back() - before[market.buyer.pk] - back
    assert gained == market.buyers - had
    assert market.worth(market.seller) - before[market.seller.pk] == market.sellers() - sellers
    assert refunds.promised(trade.order) == market.buyers
    assert (trade.pledged, movements.holds(trade.order)) == (
        0,
        0 if market.is_settled else market.price,
    )


@hypothesis.settings(max_examples=60)
@hypothesis.given(
    place=st.sampled_from(["held", "cooling", "matured", "withdrawn", "refunded"]),
    price=st.sampled_from(PRICES),
    purses=st.fixed_dictionaries(
        {"buyer": PURSES, "seller": PURSES, "deposit": PURSES, "fund": PURSES, "sales": PURSES}
    ),
    cases=st.lists(
        st.tuples(st.sampled_from([None, 0, 1, 33, 60, 99, 100]), st.booleans()),
        min_size=1,
        max_size=4,
    ),
)
def test_each_side_ends_with_its_share_wherever_the_money_was(
    place: str, price: int, purses: dict[str, int], cases: list[Any]
) -> None:
    with transaction.atomic():
        market = started(place, price)
        give(codes.wallet(market.buyer.pk), purses["buyer"])
        give(codes.wallet(market.seller.pk), purses["seller"])
        give(codes.deposit(market.seller.pk), purses["deposit"])
        give(codes.FUND, purses["fund"])
        if purses["sales"]:  # the buyer sells, too
            released_order(market.seller, market.buyer, purses["sales"])
        for percent, matures in cases:
            decided(market, percent, matures=matures)
        assert unexplained() == []
        transaction.set_rollback(True)
