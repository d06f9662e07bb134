"""A promise to pay back: the row, and the command that carries it out."""

from datetime import datetime
from uuid import UUID

from marketplace.lib.money import Fen
from orders.escrow import commands
from orders.escrow.models import ClaimState, CommandKind, FundClaim, Payment, Refund


def promise(
    payment: Payment, amount: Fen, *, reason: str, order: UUID | None, at: datetime
) -> Refund:
    """Writes the refund of `amount` to the payer; the caller books it in the same transaction."""
    row = Refund.objects.create(
        payment=payment,
        person_id=payment.payer_id,
        order_id=order,
        amount=amount,
        reason=reason[:40],
        created_at=at,
    )
    commands.issue(
        CommandKind.REFUND, target=row.pk, provider=payment.provider, amount=amount, at=at
    )
    return row


def promised(order: UUID) -> Fen:
    """What the buyer of the order was promised back so far, or may be once staff approve."""
    sent = Refund.objects.filter(order_id=order).values_list("amount", flat=True)
    waiting = FundClaim.objects.filter(order_id=order, state=ClaimState.WAITING)
    return Fen(sum(sent) + sum(waiting.values_list("amount", flat=True)))
