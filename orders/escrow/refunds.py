"""A promise to pay back: the row, and the command that carries it out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from marketplace.lib.money import Fen
from orders.escrow import commands
from orders.escrow.models import ClaimState, CommandKind, Forfeit, FundClaim, Payment, Refund


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
    """What the buyer of the order has back, or may have once staff approve.

    What a case gave to the seller after all is his no more, unless our staff refused to pay it.
    """
    claims = FundClaim.objects.filter(order_id=order)
    waiting = Q(state=ClaimState.WAITING, winner=None)
    refused = Q(state=ClaimState.REFUSED, winner__isnull=False)
    there = _sum(Refund.objects.filter(order_id=order)) + _sum(claims.filter(waiting | refused))
    return Fen(there - _sum(Forfeit.objects.filter(order_id=order)))


def _sum(rows: QuerySet[Any]) -> int:
    total: int = rows.aggregate(total=Sum("amount", default=0))["total"]
    return total
