"""What the provider's messages do: matched with our payment, folded, and booked once or sent back.

Lock order: the message, then what the payment is for (`Handler.lock`), then the payment. Only a
message that equals our own record in every fact moves money into a hold.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from marketplace.lib import clock
from marketplace.lib.money import CURRENCY, Fen
from marketplace.lib.verbs import verb
from orders.escrow import movements, patience, payments
from orders.escrow.commands import WORKS
from orders.escrow.gateways.protocol import Asked, Done, Outcome, Refused, Unknown
from orders.escrow.gateways.registry import gateway
from orders.escrow.inbox import OURS
from orders.escrow.ledger import AlreadyHeld
from orders.escrow.models import (
    Command,
    CommandKind,
    CommandState,
    EventState,
    GatewayEvent,
    Payment,
    PaymentState,
    StrayMoney,
)

log = structlog.stdlib.get_logger("fairhand.gateway")

A_TICK = 100  # messages
# The provider may be faster than the answer to our own call: so long we wait for its reference.
UNKNOWN_FOR = timedelta(minutes=15)
ASK_AGAIN = timedelta(seconds=30)
# Messages about what we told the provider to do, and what they say of it.
_ABOUT_COMMANDS = {
    "refunded": (CommandKind.REFUND, CommandState.OK),
    "refund_failed": (CommandKind.REFUND, CommandState.FAILED),
    "payout_paid": (CommandKind.PAYOUT, CommandState.OK),
    "payout_failed": (CommandKind.PAYOUT, CommandState.FAILED),
}
_ENDED = {CommandState.OK, CommandState.FAILED}


@dataclass(frozen=True)
class Verdict:
    """What became of a message; without `state` it stays NEW and is looked at again."""

    state: EventState | None
    note: str = ""


def sweep() -> int:
    """Processes what waits; a message that breaks us waits longer and holds up no other."""
    due = GatewayEvent.objects.filter(state=EventState.NEW, next_at__lte=clock.now())
    waiting = list(due.order_by("next_at").values_list("pk", flat=True)[:A_TICK])
    for event_id in waiting:
        try:
            process(event_id, answer=_asked(event_id))
        except Exception:
            log.exception("event_broke", gateway_event=str(event_id))
            _later(event_id)
    return len(waiting)


@verb
def process(event_id: UUID, *, answer: Outcome | None = None) -> EventState | None:
    """Lets one message take effect; a second run, or one beside another, does nothing.

    `answer` is what the provider said when asked about it; a message that contradicts what is
    booked waits for one.
    """
    event = (
        GatewayEvent.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(pk=event_id, state=EventState.NEW)
        .first()
    )
    if event is None:
        return None
    verdict = _judge(event, answer)
    event.attempts += 1
    event.note = verdict.note[:200]
    if verdict.state is None:
        event.next_at = clock.now() + ASK_AGAIN
    else:
        event.state = verdict.state
    event.save(update_fields=["attempts", "note", "next_at", "state"])
    return verdict.state


@verb
def _later(event_id: UUID) -> None:
    event = GatewayEvent.objects.select_for_update(no_key=True).get(pk=event_id)
    event.attempts += 1
    event.next_at = clock.now() + patience.wait(event.attempts)
    event.save(update_fields=["attempts", "next_at"])


def _judge(event: GatewayEvent, answer: Outcome | None) -> Verdict:
    if event.kind in _ABOUT_COMMANDS:
        return _about_command(event, answer)
    if event.kind not in HANDLED:
        return Verdict(EventState.DONE, "of no concern")
    payment = _named(event)
    if payment is None:
        return _of_nothing(event)
    payments.HANDLERS[payment.purpose].lock(payment.ref)
    return HANDLED[event.kind](event, Payment.objects.lock(payment.pk), clock.now())


def _named(event: GatewayEvent) -> Payment | None:
    try:
        pk = UUID(event.ref)
    except ValueError:
        return None
    return Payment.objects.filter(pk=pk, provider=event.provider).first()


def _of_nothing(event: GatewayEvent) -> Verdict:
    now = clock.now()
    if now - event.received_at < UNKNOWN_FOR:
        return Verdict(None, "no such payment yet")
    if event.kind != "captured":
        return Verdict(EventState.DONE, "no such payment")
    return _not_ours(event) or _stray(event, None, "unknown_ref", now)


# --- Money came ----------------------------------------------------------------------------------
def _captured(event: GatewayEvent, payment: Payment, at: datetime) -> Verdict:
    if foreign := _not_ours(event):
        return foreign
    if event.capture_ref == payment.capture_ref or _is_stray(event):
        _stop_asking(payment)
        return Verdict(EventState.DONE, "known")
    if payment.capture_ref:
        return _stray(event, payment, "second", at)
    if event.amount != payment.amount:
        return _stray(event, payment, "wrong_amount", at)
    return _use(event, payment, at)


def _not_ours(event: GatewayEvent) -> Verdict | None:
    """Money of another merchant or currency is not on our account: booking it would invent some,
    and a refund of it would pay that out. People look at it; the ledger does not know of it."""
    wanted = (gateway(event.provider).merchant, CURRENCY)
    if (event.merchant, event.currency) != wanted:
        log.error("foreign_money", gateway_event=str(event.pk), alarm=True)
        return Verdict(EventState.FOREIGN, "another merchant or currency")
    if not event.capture_ref or not event.amount:
        log.error("capture_without_facts", gateway_event=str(event.pk), alarm=True)
        return Verdict(EventState.FOREIGN, "no reference or no amount")
    return None


def _use(event: GatewayEvent, payment: Payment, at: datetime) -> Verdict:
    """Gives the money to what it was paid for; if that has ended, the money goes back."""
    payment.capture_ref, payment.captured_at = event.capture_ref, at
    payment.state = PaymentState.CAPTURED
    if not _is_wanted(payment, at):
        payment.capture_ref, payment.captured_at = "", None
        return _stray(event, payment, "late", at)
    payment.ask_at = None
    payment.save(update_fields=["capture_ref", "captured_at", "ask_at"])
    payments.refresh(payment)
    return Verdict(EventState.DONE)


def _is_wanted(payment: Payment, at: datetime) -> bool:
    try:
        with transaction.atomic():
            return payments.HANDLERS[payment.purpose].captured(payment, at)
    except AlreadyHeld:
        return False


def _stray(event: GatewayEvent, payment: Payment | None, why: str, at: datetime) -> Verdict:
    """Money that nobody waits for is never kept: it goes back by itself, and people hear of it."""
    if payment is None and _is_stray(event):
        return Verdict(EventState.DONE, "known")
    movements.stray(event, payment, Fen(event.amount or 0), why, at)
    log.error("stray_money", gateway_event=str(event.pk), why=why, alarm=True)
    if payment is not None:
        _stop_asking(payment)
        payments.refresh(payment)
    return Verdict(EventState.STRAY, why)


def _is_stray(event: GatewayEvent) -> bool:
    return StrayMoney.objects.filter(
        event__provider=event.provider, event__capture_ref=event.capture_ref
    ).exists()


def _stop_asking(payment: Payment) -> None:
    payment.ask_at = None
    payment.save(update_fields=["ask_at"])


# --- No money came -------------------------------------------------------------------------------
def _ended(event: GatewayEvent, payment: Payment, at: datetime) -> Verdict:
    """Failed or expired: true unless we hold the money; then the provider is asked again."""
    if not payment.capture_ref:
        event.state = EventState.DONE  # a fact from now on, and the fold reads facts
        event.save(update_fields=["state"])
        payments.refresh(payment)
        return Verdict(EventState.DONE)
    log.error("event_contradicts", gateway_event=str(event.pk), payment=str(payment.pk), alarm=True)
    if not event.event_id.startswith(OURS):
        payment.ask_at = at
        payment.save(update_fields=["ask_at"])
    return Verdict(EventState.DONE, "contradicts a capture; the provider is asked")


# --- What we told the provider to do -------------------------------------------------------------
def _command_of(event: GatewayEvent) -> Command | None:
    kind, _ = _ABOUT_COMMANDS[event.kind]
    return Command.objects.filter(kind=kind, key=event.ref, provider=event.provider).first()


def _contradicts(event: GatewayEvent, command: Command) -> bool:
    _, told = _ABOUT_COMMANDS[event.kind]
    return command.state in _ENDED and command.state != told


def _asked(event_id: UUID) -> Outcome | None:
    """The provider's own word on a command whose end the message contradicts; no lock is held."""
    event = GatewayEvent.objects.get(pk=event_id)
    command = _command_of(event) if event.kind in _ABOUT_COMMANDS else None
    if command is None or not _contradicts(event, command):
        return None
    kind: Asked = "refund" if command.kind == CommandKind.REFUND else "payout"
    return gateway(command.provider).query(kind=kind, ref=command.key)


def _about_command(event: GatewayEvent, answer: Outcome | None) -> Verdict:
    """News of a refund or payout is no proof: it only makes us ask the provider sooner."""
    command = _command_of(event)
    if command is None:
        return Verdict(EventState.DONE, "no such command")
    if _contradicts(event, command):
        return _contradicted(event, command, answer)
    # A claimed command (SENT) is being asked about this very moment.
    Command.objects.filter(pk=command.pk, state=CommandState.UNKNOWN).update(next_at=clock.now())
    return Verdict(EventState.DONE, "the provider is asked")


def _contradicted(event: GatewayEvent, command: Command, answer: Outcome | None) -> Verdict:
    """What has ended is never edited: new facts are new movements, and people look at them."""
    if answer is None or isinstance(answer, Unknown):
        return Verdict(None, "contradicts what is booked; to be asked")
    _, told = _ABOUT_COMMANDS[event.kind]
    said = CommandState.OK if isinstance(answer, Done) else CommandState.FAILED
    if said != told:
        return Verdict(EventState.DONE, "contradicts, but the provider stands by what is booked")
    log.error("command_contradicted", command=str(command.pk), said=said, alarm=True)
    if said == CommandState.OK and isinstance(answer, Done | Refused):
        WORKS[command.kind].book(command, answer, clock.now())
    Command.objects.filter(pk=command.pk).update(needs_staff=True)
    return Verdict(EventState.DONE, f"{said} after it was {command.state}")


HANDLED: Mapping[str, Callable[[GatewayEvent, Payment, datetime], Verdict]] = {
    "captured": _captured,
    "failed": _ended,
    "expired": _ended,
}
