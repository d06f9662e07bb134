"""Reminders before a deadline: each is one notice, sent once, and never a step of the order."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from marketplace.lib import clock
from marketplace.lib.verbs import verb
from orders import terms
from orders.actions.steps import locked, tell
from orders.models import Order, OrderQuerySet
from orders.states import OrderState


@dataclass(frozen=True)
class Reminder:
    """The next reminder of an order: who reads what, and how many were due by now."""

    person: User
    kind: str
    due_at: datetime
    count: int


def due(now: datetime) -> OrderQuerySet:
    """Orders of which a reminder may be due; `remind` decides."""
    soon = now + max(terms.REMIND_SELLER_BEFORE)
    paid = Q(
        state=OrderState.PAID, deliver_due_at__gt=now, deliver_due_at__lte=soon, reminders__lt=2
    )
    unrevealed = Q(
        state=OrderState.DELIVERED,
        first_revealed_at=None,
        delivered_at__lte=now - terms.REMIND_UNREVEALED_AFTER[0],
        reminders__lt=3,
    )
    trying = Q(
        state=OrderState.DELIVERED,
        paused_at=None,
        inspect_due_at__gt=now,
        inspect_due_at__lte=now + terms.REMIND_TRY_BEFORE[0],
        reminders__lt=1,
    )
    return Order.objects.filter(paid | unrevealed | trying).order_by("pk")


@verb
def remind(order_id: UUID) -> Order:
    """Sends what is due and not sent yet; after a long stop only the latest one."""
    order = locked(order_id)
    now = clock.now()
    reminder = _next(order, now)
    if reminder is None or reminder.count <= order.reminders:
        return order
    order.reminders = reminder.count
    order.save(update_fields=["reminders"])
    key = f"{reminder.kind}:{reminder.count}"
    tell(order, reminder.person, reminder.kind, at=now, key=key, due_at=reminder.due_at)
    return order


def _next(order: Order, now: datetime) -> Reminder | None:
    if order.state == OrderState.PAID and order.deliver_due_at is not None:
        count = _passed_before(order.deliver_due_at, terms.REMIND_SELLER_BEFORE, now)
        return Reminder(order.seller, "deliver_reminder", order.deliver_due_at, count)
    if order.state != OrderState.DELIVERED or order.paused_at is not None:
        return None
    if order.inspect_due_at is not None:
        count = _passed_before(order.inspect_due_at, terms.REMIND_TRY_BEFORE, now)
        return Reminder(order.buyer, "inspect_reminder", order.inspect_due_at, count)
    if order.delivered_at is None or order.reveal_due_at is None:
        return None
    count = sum(order.delivered_at + after <= now for after in terms.REMIND_UNREVEALED_AFTER)
    return Reminder(order.buyer, "reveal_reminder", order.reveal_due_at, count)


def _passed_before(due_at: datetime, steps: tuple[timedelta, ...], now: datetime) -> int:
    return sum(due_at - before <= now for before in steps)
