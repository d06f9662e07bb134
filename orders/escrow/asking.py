"""Asking the provider about payments of which no message came: messages get lost."""

import time
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from marketplace.lib import clock
from marketplace.lib.money import CURRENCY, Fen
from orders.escrow import inbox, patience
from orders.escrow.gateways.protocol import Done, Event, Outcome, Refused
from orders.escrow.gateways.registry import gateway
from orders.escrow.models import Payment

log = structlog.stdlib.get_logger("fairhand.gateway")

A_TICK = 100  # payments
TICK_SECONDS = 20
# Why a provider says that no money will come any more; every other reason is a failure.
RAN_OUT = frozenset({"expired", "closed"})


@dataclass(frozen=True)
class Question:
    payment: Payment
    at: datetime


def sweep() -> int:
    """Asks about the payments that are due; the answers go through the inbox like messages."""
    ends = time.monotonic() + TICK_SECONDS
    for count in range(A_TICK):
        if time.monotonic() > ends or (question := _next()) is None:
            return count
        payment = question.payment
        answer = gateway(payment.provider).query(kind="payment", ref=str(payment.pk))
        _tell(question, answer)
    return A_TICK


@transaction.atomic
def _next() -> Question | None:
    """The payment to ask about; when to ask again is written before it is asked."""
    now = clock.now()
    due = Payment.objects.filter(ask_at__lte=now).order_by("ask_at")
    payment = due.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    if payment is None:
        return None
    payment.asked += 1
    payment.ask_at = now + patience.wait(payment.asked + 1, patience.ASK)
    payment.save(update_fields=["asked", "ask_at"])
    return Question(payment, now)


def _tell(question: Question, answer: Outcome) -> None:
    payment = question.payment
    match answer:
        case Done(provider_ref=ref, amount=amount):
            event = _event(payment, "captured", ref, amount)
        case Refused(reason=reason, final=True):
            event = _event(payment, "expired" if reason in RAN_OUT else "failed", "", None)
            Payment.objects.filter(pk=payment.pk).update(ask_at=None)
        case _:
            return
    log.info("payment_asked", payment=str(payment.pk), kind=event.kind)
    inbox.record(payment.provider, event, at=question.at)


def _event(payment: Payment, kind: str, ref: str, amount: Fen | None) -> Event:
    return Event(
        event_id=f"{inbox.OURS}asked:{payment.pk}:{ref or kind}",
        kind=kind,
        ref=str(payment.pk),
        capture_ref=ref,
        amount=amount,
        currency=CURRENCY,
        merchant=gateway(payment.provider).merchant,
    )
