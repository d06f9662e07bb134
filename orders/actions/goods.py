"""What becomes of a code and of its listing's unit when an order ends."""

from datetime import datetime

from listings.actions import stock as listing_stock
from orders.escrow import vault
from orders.models import Order


def come_back(order: Order, *, code_is_good: bool, at: datetime) -> None:
    """The buyer has the money again: a good code can be ordered anew, a burnt one is gone.

    The unit of an order that was completed has been used up before.
    """
    if code_is_good:
        vault.put_back(order.pk, at=at)
    else:
        vault.burn(order.pk, at=at)
    if order.completed_at is not None:
        return
    if code_is_good:
        listing_stock.give_back(order.listing_id, at=at)
    else:
        listing_stock.use_up(order.listing_id, at=at, sold=False)


def are_sold(order: Order, *, at: datetime) -> None:
    """The seller has been paid: the unit is gone for good."""
    listing_stock.use_up(order.listing_id, at=at)
