"""One order's money and a case about it, without an order: what the ledger alone sees of a case."""

from uuid import UUID, uuid4

from django.db import transaction

from accounts.models import User
from marketplace.lib import clock
from marketplace.lib.money import Fen
from orders.escrow import cases, codes
from orders.escrow.audit.nightly import audit
from orders.escrow.models import (
    Payment,
    Refund,
)
from tests.escrow.money import (
    held,
)


class Trade:
    """One order's money and one case about it."""

    def __init__(self, order: UUID, paid: Payment, seller: User):
        self.order, self.case = order, uuid4()
        self.stake = cases.Stake(self.case, order, paid, seller, 100)

    def freeze(self) -> "Trade":
        with transaction.atomic():
            cases.freeze(self.stake, at=clock.now())
        return self

    def award(self, buyer: int):
        with transaction.atomic():
            cases.award(self.stake, buyer=Fen(buyer), at=clock.now())

    def thaw(self):
        with transaction.atomic():
            cases.thaw(self.stake, at=clock.now())

    def again(self) -> "Trade":
        """A later case about the same order."""
        return Trade(self.order, self.stake.payment, self.stake.seller).freeze()

    @property
    def back(self) -> int:
        return sum(Refund.objects.filter(order_id=self.order).values_list("amount", flat=True))

    @property
    def pledged(self) -> int:
        return held(codes.pledge(self.case))

    @property
    def share(self) -> int:
        return held(codes.maturing(self.order))


def unexplained() -> list[str]:
    """What R4 to R6 find. No order is here, so nothing but its steps could explain a case."""
    found = audit(only={"R4", "R5", "R6"}).findings
    return [str(each) for each in found if not each.expected.startswith(("a step of", "case "))]
