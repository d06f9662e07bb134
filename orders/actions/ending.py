"""How an order ends without the buyer's confirmation: bad codes, and the seller's own refund."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.standing.record import record
from listings.actions import stock as listing_stock
from marketplace.lib import clock
from marketplace.lib.states import Side
from marketplace.lib.verbs import verb
from orders.actions import goods, settlement
from orders.actions.steps import (
    advance,
    check_expected,
    locked,
    may_take,
    only,
    refusal,
    tell_both,
)
from orders.models import Order
from orders.states import OrderStep


@verb
def refund_by_seller(
    order_id: UUID, *, by: User, recall: bool = False, expected_state: str = ""
) -> Order:
    """The seller gives all the money back; an unrevealed code returns to the stock [Wang].

    With `recall` only while the buyer has not seen the code.

    Raises:
        Refused: `already_revealed`, `wrong_state`, `insufficient_funds` (after a release, a seller
            refunds from own means only), `stale_state`, `not_your_step`.
    """
    order = locked(order_id)
    at = clock.now()
    only(order, by, Side.SELLER)
    check_expected(order, expected_state, by=by, at=at)
    may_take(order, OrderStep.REFUND, by=by, at=at)
    if recall and order.revealed:
        message = _("The buyer has seen the code already. You can still refund.")
        raise refusal(order, "already_revealed", message, by=by, at=at)
    settlement.give_money_back(order, basis="seller's refund", by=by, at=at, own_means_only=True)
    return _refunded(order, by=by, at=at, code_is_good=not order.revealed)


def refund_for_used_code(order: Order, *, at: datetime, note: str = "") -> Order:
    """The issuer says that the code was used before its buyer saw it [Guo]; the order is locked."""
    settlement.give_money_back(order, basis="code found used", by=None, at=at)
    record(order.seller, "code_redeemed_before_reveal", source="order", source_id=order.pk, at=at)
    return _refunded(order, by=None, at=at, code_is_good=False, note=note)


def cancel_for_bad_code(order: Order, *, fault: str, at: datetime) -> Order:
    """The hand-over check failed for good: everything back to the buyer, the code never shown."""
    settlement.refund(order, basis=fault, by=None, at=at)
    record(order.seller, fault, source="order", source_id=order.pk, at=at)
    order.ended_at = at
    order.retry_at = None
    order.needs_staff = ""
    advance(order, OrderStep.CANCEL, by=None, at=at, fault=fault)
    listing_stock.give_back(order.listing_id, at=at)
    tell_both(order, "order_cancelled", at=at, amount=order.price)
    return order


def _refunded(
    order: Order, *, by: User | None, at: datetime, code_is_good: bool, note: str = ""
) -> Order:
    goods.come_back(order, code_is_good=code_is_good, at=at)
    order.ended_at = at
    order.paused_at = order.retry_at = None
    order.needs_staff = ""
    advance(order, OrderStep.REFUND, by=by, at=at, note=note)
    tell_both(order, "refunded", at=at, amount=order.price, due_at=order.claims_until)
    return order
