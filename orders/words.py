"""What an order is called: the same words on pages, in lists, in the API and in the admin."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.lib.money import yuan
from marketplace.lib.states import Side
from marketplace.lib.when import when
from orders.models import Order
from orders.states import DECIDED, NEVER_PAID, PAID_BACK, SENTENCES, OrderState


def badge(order: Order, side: Side) -> str:
    """The few words on the order's slip, e.g. "Ordered – NOT PAID"."""
    if order.state == OrderState.DELIVERED and side == Side.BUYER:
        return _("Your code is ready")
    return str(OrderState(order.state).label)


def sentence(order: Order, side: Side) -> str:
    """What the state means for this side, with its times and amounts."""
    amount, back = yuan(_amount(order, side)), yuan(order.buyer_fen or 0)
    return str(_pattern(order, side)).format(time=_time(order), amount=amount, back=back)


def _pattern(order: Order, side: Side) -> object:
    if order.state == OrderState.CANCELLED:
        return (PAID_BACK if order.was_paid else NEVER_PAID)[side]
    if order.state == OrderState.COMPLETED and order.buyer_fen:
        return DECIDED[side]
    return SENTENCES[OrderState(order.state), side]


def _time(order: Order) -> str:
    due = {
        OrderState.PLACED: order.pay_due_at,
        OrderState.PAID: order.deliver_due_at,
        OrderState.DELIVERED: order.inspect_due_at or order.reveal_due_at,
    }.get(OrderState(order.state), order.claims_until)
    return when(due, get_language() or "en") if due else ""


def _amount(order: Order, side: Side) -> int:
    """What this side gets: the seller's share is less the fee."""
    if side == Side.SELLER and order.state == OrderState.COMPLETED:
        return order.net
    return order.price
