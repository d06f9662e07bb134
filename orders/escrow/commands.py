"""Commands to the provider: durable rows, each carried out once under its own key.

A command is written in the transaction that decides it. A sweep claims it, calls the provider
without holding any lock, and books the answer in a second transaction. What a kind of command
calls, and what its answer means, is registered by outcomes.py.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from marketplace.lib import clock
from marketplace.lib.kicks import wake
from marketplace.lib.money import Fen
from marketplace.lib.verbs import verb
from orders.escrow import patience
from orders.escrow.gateways.protocol import Asked, Done, Intent, Refused, Unknown
from orders.escrow.gateways.registry import gateway
from orders.escrow.models import Command, CommandKind, CommandState

log = structlog.stdlib.get_logger("fairhand.gateway")

Final = Done | Intent | Refused
Answer = Final | Unknown

IN_FLIGHT = (CommandState.NEW, CommandState.SENT, CommandState.UNKNOWN)
A_TICK = 100  # commands
TICK_SECONDS = 40  # a worker's soft limit is 60


@dataclass(frozen=True)
class Work:
    """How one kind is carried out; `asks` is what the provider can be asked before a second try."""

    send: Callable[[Command], Answer]
    book: Callable[[Command, Final, datetime], None]
    asks: Asked | None = None


WORKS: dict[str, Work] = {}


class Superseded(Exception):
    """Another worker has taken the command over; our answer is dropped, his will come."""


def register(kind: CommandKind, work: Work) -> None:
    WORKS[kind] = work


def issue(
    kind: CommandKind, *, target: UUID, provider: str, amount: Fen | None, at: datetime
) -> Command:
    """Writes the command inside the deciding transaction; it is carried out after the commit."""
    command = Command.objects.create(
        kind=kind,
        target=target,
        provider=provider,
        key=f"{CommandKind(kind).value}:{target}",
        amount=amount,
        next_at=at,
    )
    wake("orders.escrow.gateway_tasks.sweep_commands")
    return command


def sweep() -> int:
    """Carries out what is due, at most `A_TICK` commands; says how many it took in hand."""
    ends = time.monotonic() + TICK_SECONDS
    for count in range(A_TICK):
        if time.monotonic() > ends or (claimed := claim()) is None:
            return count
        carry_out(claimed)
    return A_TICK


@dataclass(frozen=True)
class Claim:
    """A command in our hands; `again`: it may have reached the provider before."""

    command: Command
    again: bool
    at: datetime


@transaction.atomic
def claim() -> Claim | None:
    """Takes the command that is due longest; no other worker gets it for a minute."""
    now = clock.now()
    due = Command.objects.filter(state__in=IN_FLIGHT, next_at__lte=now).order_by("next_at")
    command = due.select_for_update(skip_locked=True, no_key=True).first()
    if command is None:
        return None
    again = command.state != CommandState.NEW
    command.state = CommandState.SENT
    command.attempts += 1
    command.claimed_at = now
    command.next_at = now + patience.LOST_AFTER
    command.first_sent_at = command.first_sent_at or now
    command.save()
    return Claim(command, again, now)


def carry_out(claimed: Claim) -> None:
    """Calls the provider, with no lock held, and books what it answered."""
    answer = _call(claimed)
    try:
        book(claimed.command.pk, claimed.command.attempts, answer)
    except Superseded:
        log.warning("command_superseded", command=str(claimed.command.pk))


def _call(claimed: Claim) -> Answer:
    command, work = claimed.command, WORKS[claimed.command.kind]
    try:
        told = _ask(command, work) if claimed.again else None
        if isinstance(told, Done) or (isinstance(told, Refused) and told.final):
            return told
        if not patience.may_send(command.first_sent_at, claimed.at):
            return Unknown("too old to be sent again; only asked")
        return _same_money(command, work.send(command))
    except Exception as error:
        # Whatever broke, the provider may have acted: the command stays open and is asked about.
        log.exception("command_broke", command=str(command.pk))
        return Unknown(f"our own fault: {type(error).__name__}")


def _ask(command: Command, work: Work) -> Answer | None:
    if work.asks is None:
        return None
    return _same_money(command, gateway(command.provider).query(kind=work.asks, ref=command.key))


def _same_money(command: Command, answer: Answer) -> Answer:
    """Done with another amount is not what we decided: nothing is booked, people look at it."""
    if isinstance(answer, Done) and command.amount is not None and answer.amount != command.amount:
        log.error("amount_differs", command=str(command.pk), alarm=True)
        return Unknown(f"done with {answer.amount} fen")
    return answer


@verb
def book(command_id: UUID, attempts: int, answer: Answer) -> None:
    """Second transaction: what the answer means for the money, then the command itself.

    Raises:
        Superseded: since then somebody else took the command; nothing was written.
    """
    now = clock.now()
    if isinstance(answer, Done | Intent) or (isinstance(answer, Refused) and answer.final):
        command = Command.objects.get(pk=command_id)
        _still_ours(command, attempts)
        WORKS[command.kind].book(command, answer, now)
    command = Command.objects.select_for_update(no_key=True).get(pk=command_id)
    _still_ours(command, attempts)
    _note(command, answer, now)
    command.save()


def _still_ours(command: Command, attempts: int) -> None:
    if command.state != CommandState.SENT or command.attempts != attempts:
        raise Superseded


def _note(command: Command, answer: Answer, now: datetime) -> None:
    match answer:
        case Done(provider_ref=ref) | Intent(provider_ref=ref):
            command.state, command.provider_ref, command.last_error = CommandState.OK, ref, ""
            command.needs_staff = False
        case Refused(reason=reason, final=True):
            command.state, command.last_error = CommandState.FAILED, reason[:200]
            command.needs_staff = False
        case Refused(reason=reason) | Unknown(reason=reason):
            command.state, command.last_error = CommandState.UNKNOWN, reason[:200]
            command.next_at = now + patience.wait(command.attempts)
            _call_people(command, now)


def _call_people(command: Command, now: datetime) -> None:
    """After a day without an answer the command stands in the staff queue `stuck_money`."""
    if patience.is_stuck(command.first_sent_at, now) and not command.needs_staff:
        command.needs_staff = True
        log.error("stuck_money", command=str(command.pk), kind=command.kind)
