"""Any sequence of movements: the database and a pure model of a few lines always agree."""

import random
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.lib import clock
from marketplace.lib.errors import Refused
from orders.escrow import codes, cooling, movements
from orders.escrow.audit.nightly import audit
from orders.escrow.ledger import KeyReused
from orders.escrow.models import Balance, Earning
from tests.conftest import settle
from tests.escrow.money import give, held, paid_order, person, post, release, take_back

pytestmark = pytest.mark.django_db
AMOUNTS = [1, 2, 99, 100, 101, 997, 5_000, 10_001, 19_999, 20_000]
STEPS = 40
# How often each step is taken, beside the others.
WEIGHTS = {
    "pay": 3,
    "complete": 4,
    "cancel": 1,
    "mature": 3,
    "make_whole": 4,
    "save": 1,
    "feed": 1,
    "withdraw": 3,
    "reuse_a_key": 1,
}


class Order:
    """What the model knows of one order: its price, where its money is, and the seller's share."""

    def __init__(self, pk, paid, price):
        self.pk, self.paid, self.price = pk, paid, price
        self.place, self.share = "held", 0


class Market:
    """One buyer, one seller, the fund; every step is done twice, by the ledger and by hand."""

    def __init__(self, seed):
        self.dice = random.Random(seed)  # noqa: S311 - a test's own dice
        self.buyer, self.seller = person("Guo"), person("Liu")
        self.orders = []
        self.wallet = self.deposit = self.debt = self.claims = self.buyers = 0
        self.fund = held(codes.FUND)

    def walk(self):
        self.pay()
        names = self.dice.choices(list(WEIGHTS), list(WEIGHTS.values()), k=STEPS)
        for name in names:
            getattr(self, name)()
            self.compare()
        settle()
        assert audit(only={"R1", "R2", "R3", "R4", "R5", "R6"}).findings == []

    def amount(self):
        return self.dice.choice(AMOUNTS)

    def order(self):
        return self.dice.choice(self.orders)

    def tried(self, act):
        """Whether the ledger did it; what it refused left nothing behind."""
        try:
            with transaction.atomic():
                act()
                settle()
        except Refused:
            return False
        return True

    # --- steps ---
    def pay(self):
        price = self.amount()
        pk, paid = paid_order(self.buyer, price)
        self.orders.append(Order(pk, paid, price))

    def complete(self):
        order = self.order()
        done = self.tried(lambda: release(order.pk, self.seller, order.price))
        if order.place != "held":
            # The same release again is the same one; after a refund it is refused.
            assert not done or order.place != "refunded"
            return
        assert done
        income = order.price - order.price // 100
        netted = min(income, self.debt)
        order.share = income - netted
        self.fund += min(netted, self.claims)
        self.claims -= min(netted, self.claims)
        self.debt -= netted
        order.place = "released"

    def cancel(self):
        order = self.order()
        done = self.tried(
            lambda: movements.refund(order.pk, payment=order.paid, basis="x", at=clock.now())
        )
        assert done == (order.place == "held")
        if done:
            order.place = "refunded"

    def mature(self):
        for order in self.orders:
            if order.share and self.dice.random() < 0.5:
                earning = Earning.objects.get(order_id=order.pk)
                cooling.mature(earning.pk, at=earning.matures_at)
                self.wallet += order.share
                order.share = 0

    def make_whole(self):
        order, own_means_only = self.order(), self.dice.random() < 0.3
        if order.place in {"held", "refunded"}:  # the orders' own verbs keep these apart
            return
        wanted = order.price - order.price // 100
        shares = sum(each.share for each in self.orders)
        missing = max(wanted - shares - self.wallet - self.deposit, 0)
        done = self.tried(
            lambda: take_back(
                order.pk,
                order.paid,
                self.seller,
                amount=order.price,
                own_means_only=own_means_only,
            )
        )
        assert done == (order.place == "released" and not (own_means_only and missing))
        if done:
            self.draw(order, wanted - missing)
            paid = min(missing, self.fund)
            self.fund -= paid
            self.claims += paid
            self.debt += missing
            order.place = "taken back"

    def draw(self, order, wanted):
        """The order's own share, the wallet, other shares by their day, then the deposit."""
        days = Earning.objects.filter(user=self.seller).order_by("matures_at", "id")
        by_day = list(days.values_list("order_id", flat=True))
        others = [each for each in self.orders if each.share and each is not order]
        part = min(wanted, order.share)
        order.share, wanted = order.share - part, wanted - part
        part = min(wanted, self.wallet)
        self.wallet, wanted = self.wallet - part, wanted - part
        for each in sorted(others, key=lambda each: by_day.index(each.pk)):
            part = min(wanted, each.share)
            each.share, wanted = each.share - part, wanted - part
        self.deposit -= wanted

    def save(self):
        amount = self.amount()
        give(codes.deposit(self.seller.pk), amount)
        self.deposit += amount

    def feed(self):
        amount = self.amount()
        give(codes.FUND, amount)
        self.fund += amount

    def withdraw(self):
        amount = self.dice.choice([self.wallet, self.wallet, self.wallet + 1])
        done = self.tried(lambda: give(codes.wallet(self.seller.pk), -amount))
        assert done == (amount <= self.wallet)
        self.wallet -= amount if done else 0

    def reuse_a_key(self):
        amount, key = self.amount(), f"fund:topup:{uuid4()}"
        wallet = codes.wallet(self.buyer.pk)
        post(key, (codes.BANK, -amount), (wallet, amount))
        with pytest.raises(KeyReused):
            post(key, (codes.BANK, -amount - 1), (wallet, amount + 1))
        self.buyers += amount

    # --- the comparison ---
    def compare(self):
        seller = self.seller.pk
        wanted = {
            codes.wallet(seller): self.wallet,
            codes.deposit(seller): self.deposit,
            codes.debt(seller): -self.debt,
            codes.claims(seller): self.claims,
            codes.FUND: self.fund,
            codes.wallet(self.buyer.pk): self.buyers,
        }
        for order in self.orders:
            wanted[codes.hold(order.pk)] = order.price if order.place == "held" else 0
            wanted[codes.maturing(order.pk)] = order.share
        rows = Balance.objects.filter(account__code__in=wanted)
        found = dict(rows.values_list("account__code", "balance"))
        assert wanted == dict.fromkeys(wanted, 0) | found


@settings(max_examples=15)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_the_ledger_and_the_model_always_agree(seed):
    Market(seed).walk()
