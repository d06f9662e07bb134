"""An order's money without a case: held, released, refunded, taken back."""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.money import Fen
from marketplace.lib.verbs import verb
from orders.escrow import fund, movements, recovery, refunds
from orders.escrow.models import Payment, PaymentState, Refund
from orders.models import Order
from orders.states import OrderState

PAID_FOR = (PaymentState.CAPTURED, PaymentState.PARTLY_REFUNDED, PaymentState.REFUNDED)


def hold(order: Order, payment: Payment, *, at: datetime) -> None:
    """The captured payment becomes the order's hold."""
    movements.hold(payment, order=order.pk, at=at)


def is_held(order: Order) -> bool:
    """Whether the ledger, not a status word, says that the money is here [Li, Wang]."""
    return movements.holds(order.pk) > 0


def release(order: Order, *, basis: str, at: datetime) -> Fen:
    """The hold goes to the seller less the fee; answers the seller's net amount in fen."""
    released = movements.release(
        order.pk,
        seller=order.seller,
        amount=Fen(order.price),
        fee_bps=order.fee_bps,
        basis=basis,
        at=at,
    )
    return released.net


def refund(order: Order, *, basis: str, by: User | None, at: datetime) -> Refund:
    """The whole hold goes back to the buyer."""
    return movements.refund(order.pk, payment=paid_with(order), basis=basis, at=at, by=by)


def take_back(order: Order, *, basis: str, at: datetime, own_means_only: bool) -> Refund | None:
    """The buyer is made whole after a release: by the seller, the deposit, the fund [Guo].

    What a case gave him before is his already. None when all of it waits for two staff, who look
    for collusion before the fund pays.

    Raises:
        Refused: `insufficient_funds`, only with `own_means_only`.
    """
    verdict = recovery.Verdict(order.pk, paid_with(order), order.fee_bps, basis)
    missing = Fen(order.price - refunds.promised(order.pk))
    return recovery.recover(
        verdict, liable=order.seller, amount=missing, at=at, own_means_only=own_means_only
    )


def give_money_back(
    order: Order, *, basis: str, by: User | None, at: datetime, own_means_only: bool = False
) -> Refund | None:
    """Refunds from the hold, or through the waterfall when the hold was released already."""
    if order.state == OrderState.COMPLETED:
        return take_back(order, basis=basis, at=at, own_means_only=own_means_only)
    return refund(order, basis=basis, by=by, at=at)


def paid_with(order: Order) -> Payment:
    """The payment that filled the hold."""
    payment = Payment.objects.filter(ref=order.pk, state__in=PAID_FOR).first()
    if payment is None:
        raise Refused("not_paid", "This order was never paid.")
    return payment


@verb
def pay_remedy(
    order_id: UUID, *, remedy: UUID, to: User, amount: Fen, by: tuple[User, User]
) -> None:
    """What Fairhand's own fault cost one side, found by two of our staff, is paid by the fund.

    The same remedy is paid once.
    """
    order = Order.objects.lock(order_id)
    fault = fund.Fault(remedy, paid_with(order), to, amount, by=by[1], first_by=by[0])
    fund.own_up(fault, at=clock.now())
