"""What the clock will do to an order if nobody does anything, in the words of the side that reads.

Read from the order's own times; the sweeps decide, this only tells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.lib.states import Side
from orders.models import Order
from orders.states import OrderState


@dataclass(frozen=True)
class Deadline:
    """One thing that happens by itself: `label` stands before the time, `sentence` beside it."""

    due_at: datetime
    label: str
    sentence: str


def deadlines(order: Order, side: Side, now: datetime) -> Sequence[Deadline]:
    """Soonest first. One that has passed is left out while another is still to come."""
    known = _DEADLINES.get(OrderState(order.state), _none)(order, side)
    return [due for due in known if due.due_at > now] or known[-1:]


def next_deadline(order: Order, side: Side, now: datetime) -> Deadline | None:
    return next(iter(deadlines(order, side, now)), None)


def _none(_order: Order, _side: Side) -> list[Deadline]:
    return []


def _placed(order: Order, side: Side) -> list[Deadline]:
    label = _("Pay by") if side == Side.BUYER else _("Ends unpaid on")
    return [Deadline(order.pay_due_at, label, _("The order ends if it is not paid."))]


def _paid(order: Order, side: Side) -> list[Deadline]:
    if order.deliver_due_at is None or order.auto_refund_at is None:
        return []
    deliver = _("The seller delivers by") if side == Side.BUYER else _("Deliver by")
    return [
        Deadline(order.deliver_due_at, deliver, _("From here on the buyer can cancel.")),
        Deadline(
            order.auto_refund_at,
            _("The money goes back on"),
            _("If nothing is delivered, the money goes back."),
        ),
    ]


def _delivered(order: Order, side: Side) -> list[Deadline]:
    if order.inspect_due_at:
        label = _("Without a report the seller is paid on")
        sentence = _("Without a report the seller is paid.")
        return [Deadline(order.inspect_due_at, label, sentence)]
    if order.reveal_due_at is None:
        return []
    label = _("Reveal it by") if side == Side.BUYER else _("The buyer reveals it by")
    sentence = _("If it is not revealed, the issuer is asked again.")
    return [Deadline(order.reveal_due_at, label, sentence)]


_DEADLINES = {
    OrderState.PLACED: _placed,
    OrderState.PAID: _paid,
    OrderState.DELIVERED: _delivered,
}
