"""What each kind of command calls at the provider, and what the answer does to the money."""

from datetime import datetime

from django.conf import settings

from marketplace.lib.money import Fen
from orders.escrow import inbox, movements, patience, payments, payouts
from orders.escrow.commands import Answer, Final, Work, register
from orders.escrow.gateways.protocol import Done, Event, Intent, Refused, Unknown
from orders.escrow.gateways.registry import gateway
from orders.escrow.models import Command, CommandKind, Payment, Payout, Refund


# --- A page to pay on ----------------------------------------------------------------------------
def _create(command: Command) -> Answer:
    payment = Payment.objects.get(pk=command.target)
    if payment.state not in payments.OPEN:
        return Refused("ended before it was sent", final=True)
    page = payments.HANDLERS[payment.purpose].page(payment.ref)
    return gateway(command.provider).create_payment(
        key=command.key,
        ref=str(payment.pk),
        amount=Fen(payment.amount),
        expires_at=payment.expires_at,
        return_url=f"{settings.SITE_URL}{page}",
    )


def _created(command: Command, answer: Final, at: datetime) -> None:
    payment = Payment.objects.lock(command.target)
    if isinstance(answer, Intent):
        payment.provider_ref, payment.pay_url = answer.provider_ref, answer.pay_url
        payment.ask_at = at + patience.wait(1, patience.ASK)
        payment.save(update_fields=["provider_ref", "pay_url", "ask_at"])
        payments.refresh(payment)
    elif isinstance(answer, Refused) and payment.state in payments.OPEN:
        inbox.record(command.provider, _failure(payment, answer.reason), at=at)


def _failure(payment: Payment, reason: str) -> Event:
    return Event(
        event_id=f"{inbox.OURS}create:{payment.pk}",
        kind="failed",
        ref=str(payment.pk),
        capture_ref="",
        amount=None,
        currency="",
        merchant="",
        body={"reason": reason},
    )


# --- No longer -----------------------------------------------------------------------------------
def _close(command: Command) -> Answer:
    made = Command.objects.filter(kind=CommandKind.CREATE_PAYMENT, target=command.target).first()
    if made is None or made.first_sent_at is None:
        return Done("never sent", Fen(0))
    if made.state not in {"OK", "FAILED"}:
        # Closing what the provider has yet to hear of would leave it open for ever.
        return Unknown("the payment is still being created")
    return gateway(command.provider).close_payment(key=command.key, ref=str(command.target))


def _closed(command: Command, answer: Final, at: datetime) -> None:
    payment = Payment.objects.lock(command.target)
    # Refused for good means that it was paid: the money is asked after, and goes back.
    payment.ask_at = at if isinstance(answer, Refused) else None
    payment.save(update_fields=["ask_at"])


# --- Money back ----------------------------------------------------------------------------------
def _refund(command: Command) -> Answer:
    refund = Refund.objects.select_related("payment", "stray__event").get(pk=command.target)
    stray = getattr(refund, "stray", None)
    came_as = stray.event.capture_ref if stray else refund.payment.capture_ref
    return gateway(command.provider).refund(
        key=command.key, payment_ref=came_as, amount=Fen(refund.amount)
    )


def _refunded(command: Command, answer: Final, at: datetime) -> None:
    refund = Refund.objects.get(pk=command.target)
    payment = Payment.objects.lock(refund.payment_id)
    if isinstance(answer, Done):
        movements.refund_sent(refund.pk, at)
        payments.refresh(payment)
    else:
        turned = movements.refund_turned(refund.pk, at)
        payments.HANDLERS[payment.purpose].turned(turned, at)


# --- Money out -----------------------------------------------------------------------------------
def _payout(command: Command) -> Answer:
    payout = Payout.objects.select_related("account").get(pk=command.target)
    number, holder = payouts.destination(payout.account)
    return gateway(command.provider).payout(
        key=command.key,
        destination=number,
        holder=holder,
        amount=Fen(payout.amount),
    )


def _paid_out(command: Command, answer: Final, at: datetime) -> None:
    book = movements.payout_sent if isinstance(answer, Done) else movements.payout_back
    book(command.target, at)


def register_all() -> None:
    # Creating and closing move no money, so their second try needs no question before it.
    register(CommandKind.CREATE_PAYMENT, Work(_create, _created))
    register(CommandKind.CLOSE_PAYMENT, Work(_close, _closed))
    register(CommandKind.REFUND, Work(_refund, _refunded, asks="refund"))
    register(CommandKind.PAYOUT, Work(_payout, _paid_out, asks="payout"))
