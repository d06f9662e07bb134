"""The order page as one side sees it: read from rows, decided by the pure rules, no effects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.models import User
from marketplace.lib.money import yuan
from marketplace.lib.states import Side
from orders import terms
from orders.deadlines import Deadline, deadlines
from orders.escrow.models import Payment, PaymentState
from orders.models import Order, OrderEvent
from orders.page_words import OrderWords
from orders.states import LIVE, OrderState, OrderStep


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    actor: str
    sentence: str
    facts: str = ""
    due: bool = False
    mark: str = ""


@dataclass(frozen=True)
class MoneyLine:
    label: str
    amount: int  # fen
    who: str = ""


@dataclass(frozen=True)
class OrderPage(OrderWords):
    """The page's drawings and lists; its sentences are those of `OrderWords`."""

    @property
    def is_paying(self) -> bool:
        """A payment is open; the page looks again by itself."""
        open_ones = {PaymentState.CREATED, PaymentState.PENDING}
        return self._tried_to_pay is not None and self._tried_to_pay.state in open_ones

    @property
    def payment_failed(self) -> bool:
        return self._tried_to_pay is not None and self._tried_to_pay.state == PaymentState.FAILED

    @property
    def _tried_to_pay(self) -> Payment | None:
        """A payment of which there is something to say: none once the order has moved on."""
        return self.payment if self.order.state == OrderState.PLACED else None

    # --- Asking again by itself (htmx) ---
    @property
    def look_every(self) -> int:
        """Seconds until the page asks again: often while a payment or a hand-over runs."""
        return 5 if self.is_paying or self.order.state == OrderState.PAID else 30

    @property
    def changes_soon(self) -> bool:
        return self.order.state in LIVE

    # --- The two lanes ---
    @property
    def goods_at(self) -> str:
        """Where the rail draws the goods: seller, sealed, buyer, back.

        Until the first reveal the code is ready but still sealed: nobody has it.
        """
        if self.order.revealed or self.order.stands_at == OrderState.COMPLETED:
            return "buyer"
        if self.order.stands_at == OrderState.REFUNDED:
            return "back"
        return "sealed" if self.code else "seller"

    @property
    def money_at(self) -> str:
        """Where the rail draws the money: none, held, frozen, seller, buyer."""
        if not self.order.was_paid:
            return "none"
        if self.order.state == OrderState.DISPUTED:
            return "frozen"
        if self.order.state == OrderState.COMPLETED:
            return "seller"
        return "buyer" if self.refund else "held"

    @property
    def rail_sentence(self) -> str:
        if self.order.settled_by_case and self.order.state == OrderState.COMPLETED:
            return _("The money went where the case decided.")
        return {
            "none": _("No money has moved. The goods stay with the seller."),
            "held": _(
                "The money is held by Fairhand. It reaches nobody until the goods are proven."
            ),
            "frozen": _("A case is open. Until it ends the money reaches nobody."),
            "seller": _("The goods are proven and the seller has been paid."),
            "buyer": _("The money went back to the buyer."),
        }[self.money_at]

    @cached_property
    def deadlines(self) -> Sequence[Deadline]:
        return [] if self.order.paused_at else deadlines(self.order, self.side, self.now)

    @property
    def deadline(self) -> Deadline | None:
        """The next thing that happens by itself; nothing while a report pauses the clock."""
        return next(iter(self.deadlines), None)

    @property
    def timeline(self) -> list[Entry]:
        """Newest first, with what is still to come hollow on top."""
        future = [
            Entry(due.due_at, _("Clock"), due.sentence, due=True, mark="clock")
            for due in reversed(self.deadlines)
        ]
        return future + [self._entry(event) for event in self.events]

    def _entry(self, event: OrderEvent) -> Entry:
        mark = "fairhand" if event.side == Side.CLOCK else ""
        return Entry(event.at, self._actor(event), _sentence(event), _facts(event), mark=mark)

    def _actor(self, event: OrderEvent) -> str:
        if event.side == self.side:
            return _("You")
        names = {
            Side.BUYER: _("Buyer"),
            Side.SELLER: _("Seller"),
            Side.CLOCK: _("Fairhand"),
        }
        return names[Side(event.side)]

    @property
    def money_lines(self) -> list[MoneyLine]:
        order = self.order
        lines = [MoneyLine(_("Price"), order.price, self._holder())]
        if self.back:
            lines.append(MoneyLine(_("Went back to the buyer"), -self.back))
        if self.back < order.price and order.was_paid and not self.is_buyer:
            lines.append(MoneyLine(_("Fairhand’s fee"), order.net + self.back - order.price))
        return lines

    @property
    def money_total(self) -> int | None:
        """What this side pays or gets in the end, in fen; None while nothing is paid."""
        if not self.order.was_paid:
            return None
        if self.back == self.order.price:
            return 0
        return self.order.price - self.back if self.is_buyer else self.order.net

    @property
    def money_total_label(self) -> str:
        if not self.is_buyer:
            return _("Your share")
        return _("You paid in the end") if self.back else _("You paid")

    @property
    def back(self) -> int:
        """What the buyer has again, or is on its way to him (fen): all, or a case's part."""
        order = self.order
        if order.stands_at == OrderState.COMPLETED:
            return order.buyer_fen or 0
        return order.price if self.refund is not None else 0

    def _holder(self) -> str:
        if self.refund is not None and self.money_at == "buyer":
            return str(self.refund.get_state_display())
        return {
            "frozen": _("frozen"),
            "none": _("not paid"),
            "held": _("held by Fairhand"),
            "seller": _("released to the seller"),
            "buyer": _("back with the buyer"),
        }[self.money_at]


def page_for(order: Order, person: User, now: datetime) -> OrderPage:
    """Everything that the page of `order` shows to `person`, one of its parties."""
    side = order.side_of(person) or Side.BUYER
    reports = order.reports_so_far()
    steps = terms.allowed_steps(order.situation(reports), side, now)
    return OrderPage(order=order, side=side, now=now, steps=steps, reports=reports)


def _sentence(event: OrderEvent) -> str:
    if event.step == OrderStep.ANSWER_REPORT and event.facts.get("result") == "unclear":
        return _("The issuer could not settle the report. Either side can open a case.")
    if event.facts.get("outcome") == "resume":
        return _("The case ended without a decision. The order goes on where it stopped.")
    if event.facts.get("outcome") == "award":
        return _("The case was decided, and the money went where it said.")
    if event.step == OrderStep.REVEAL_CODE and event.facts.get("nth", 1) > 1:
        return _("The code was looked at again.")
    if event.note == "used before reveal":
        return _("The issuer says that the code was used before it was revealed. Refunded.")
    return str(OrderStep(event.step).label)


def _facts(event: OrderEvent) -> str:
    if event.step == OrderStep.PAY:
        return yuan(event.facts["amount"])
    if event.facts.get("outcome") == "award":
        shares = {"buyer": yuan(event.facts["buyer"]), "seller": yuan(event.facts["seller"])}
        return _("{buyer} for the buyer, {seller} for the seller").format(**shares)
    if event.step == OrderStep.CANCEL and event.note:
        return _("Reason: {reason}").format(reason=event.note)
    return ""
