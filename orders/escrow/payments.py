"""Payments: asking a person to pay, ending that, and who is told when the money has come."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.lib.errors import Refused
from marketplace.lib.kicks import wake
from marketplace.lib.money import Fen
from orders.escrow import commands
from orders.escrow.fold import Fact, fold
from orders.escrow.models import (
    CommandKind,
    EventState,
    GatewayEvent,
    Payment,
    PaymentState,
    Purpose,
    Refund,
    RefundState,
)

OPEN = (PaymentState.CREATED, PaymentState.PENDING)
INTENT_SECONDS = 5.0
_ENDED = {"failed": "FAILED", "expired": "EXPIRED"}


def _front_page(_ref: UUID) -> str:
    return "/"


def _nothing(_refund: Refund, _at: datetime) -> None:
    """Nobody else to tell."""


@dataclass(frozen=True)
class Handler:
    """What one purpose does with its payments; `ref` is what the payment is for.

    `lock` takes the lock of that thing and comes before the payment's own. `captured` books the
    money and says whether it had a use for it: if not, the money goes back by itself. `page` is
    where the payer belongs afterwards; `turned` is told of a refund that went to the wallet.
    """

    lock: Callable[[UUID], None]
    captured: Callable[[Payment, datetime], bool]
    page: Callable[[UUID], str] = _front_page
    turned: Callable[[Refund, datetime], None] = _nothing


HANDLERS: dict[str, Handler] = {}


def register(purpose: str, handler: Handler) -> None:
    HANDLERS[purpose] = handler


@transaction.atomic
def start(
    *, purpose: str, ref: UUID, payer: User, amount: Fen, expires_at: datetime, at: datetime
) -> Payment:
    """Writes the payment and the command to create it; the payer goes to `/pay/{id}/`.

    Raises:
        Refused: `payment_open` naming the one that is, `gateway_unavailable`.
    """
    if settings.GATEWAY not in settings.GATEWAYS:
        raise Refused("gateway_unavailable", _("Payments are not possible at the moment."))
    payment = Payment(
        purpose=Purpose(purpose),
        ref=ref,
        payer=payer,
        provider=settings.GATEWAY,
        amount=amount,
        expires_at=expires_at,
        created_at=at,
    )
    _insert(payment)
    commands.issue(
        CommandKind.CREATE_PAYMENT,
        target=payment.pk,
        provider=payment.provider,
        amount=amount,
        at=at,
    )
    return payment


def _insert(payment: Payment) -> None:
    try:
        with transaction.atomic():
            payment.save(force_insert=True)
    except IntegrityError as error:
        other = Payment.objects.filter(
            purpose=payment.purpose, ref=payment.ref, state__in=OPEN
        ).first()
        if other is None:
            raise
        sentence = _("A payment for this is already open. Continue with that one.")
        raise Refused(
            "payment_open", sentence, payment=str(other.pk), url=other.get_absolute_url()
        ) from error


@transaction.atomic
def close(purpose: str, ref: UUID, *, at: datetime) -> int:
    """Ends every open payment for `ref`: money that still comes for it is sent back."""
    found = Payment.objects.filter(purpose=purpose, ref=ref, state__in=OPEN).order_by("pk")
    ended = list(found.lock_all())
    for payment in ended:
        payment.closed_at = at
        payment.save(update_fields=["closed_at"])
        refresh(payment)
        commands.issue(
            CommandKind.CLOSE_PAYMENT,
            target=payment.pk,
            provider=payment.provider,
            amount=None,
            at=at,
        )
    return len(ended)


def refresh(payment: Payment) -> Payment:
    """Computes the state anew from all that is known; the caller holds the payment's lock."""
    payment.state = PaymentState(fold(known(payment)))
    payment.save(update_fields=["state"])
    return payment


def known(payment: Payment) -> Iterator[Fact]:
    """Everything that we know of a payment, as facts for `fold`."""
    if payment.pay_url:
        yield Fact("PENDING", "intent")
    if payment.closed_at:
        yield Fact("EXPIRED", "closed by us")
    if payment.capture_ref:
        yield Fact("CAPTURED", payment.capture_ref, payment.amount)
    told = GatewayEvent.objects.filter(
        provider=payment.provider, ref=str(payment.pk), kind__in=_ENDED, state=EventState.DONE
    )
    for event in told:
        yield Fact(_ENDED[event.kind], event.event_id)
    for stray in payment.strays.select_related("event"):
        yield Fact("STRAY", stray.event.capture_ref, stray.amount)
    # What of stray money went back is its refund's own story.
    for refund in payment.refunds.filter(state=RefundState.SENT, stray=None):
        yield Fact("REFUNDED", str(refund.pk), refund.amount)


def wait_for_intent(payment: Payment, *, seconds: float = INTENT_SECONDS) -> Payment:
    """Wakes the sweep once and waits a little for the provider's page; calls nobody itself."""
    ends = time.monotonic() + seconds
    if payment.state == PaymentState.CREATED:
        wake("orders.escrow.gateway_tasks.sweep_commands")
    while payment.state == PaymentState.CREATED and time.monotonic() < ends:
        time.sleep(0.1)
        payment.refresh_from_db()
    return payment
