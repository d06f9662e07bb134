"""Which orders the clock must look at; each row in its own transaction, a late sweep loses nothing.

A sweep only selects; the verb decides again under the lock. So a sweep may run twice, late, or
beside another one.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from marketplace.lib import clock
from marketplace.lib.errors import Refused
from orders.actions import checkout, delivery, handover, reminders, reports
from orders.models import CodeReport, Order, OrderQuerySet, ReportState
from orders.states import OrderState

log = logging.getLogger(__name__)

BATCH = 200


def expire_unpaid() -> int:
    due = Order.objects.overdue("pay_due_at", OrderState.PLACED, clock.now())
    return _each(due, checkout.expire)


def refund_undelivered() -> int:
    due = Order.objects.overdue("auto_refund_at", OrderState.PAID, clock.now())
    return _each(due, lambda pk: checkout.cancel(pk, by=None))


def retry_handover() -> int:
    due = Order.objects.overdue("retry_at", OrderState.PAID, clock.now())
    return _ask_each(due, handover.hand_over)


def complete_due() -> int:
    due = Order.objects.overdue("inspect_due_at", OrderState.DELIVERED, clock.now())
    return _each(due.filter(paused_at=None), delivery.complete_after_window)


def chase_unrevealed() -> int:
    """Cards unrevealed for seven days: the issuer is asked whether they are still good."""
    now = clock.now()
    due = Order.objects.overdue("reveal_due_at", OrderState.DELIVERED, now).filter(
        Q(retry_at=None) | Q(retry_at__lte=now), first_revealed_at=None, paused_at=None
    )
    return _ask_each(due, delivery.recheck_unrevealed)


def answer_reports() -> int:
    due = CodeReport.objects.filter(state=ReportState.OPEN, next_try_at__lte=clock.now())
    return _ask_each(due.order_by("next_try_at"), reports.answer_report)


def remind() -> int:
    """Reminders before deadlines, each sent once."""
    return _each(reminders.due(clock.now()), reminders.remind)


SWEEPS: tuple[Callable[[], int], ...] = (
    expire_unpaid,
    refund_undelivered,
    retry_handover,
    complete_due,
    chase_unrevealed,
    answer_reports,
    remind,
)


def _each(rows: OrderQuerySet, verb: Callable[[UUID], object]) -> int:
    """Runs `verb` on each row that is still due and that nobody else holds."""
    return sum(_attempt(pk, partial(_claimed, rows, pk, verb)) for pk in _ids(rows))


def _claimed(rows: OrderQuerySet, pk: UUID, verb: Callable[[UUID], object]) -> bool:
    with transaction.atomic():
        free = rows.filter(pk=pk).select_for_update(skip_locked=True, no_key=True, of=("self",))
        found = free.first() is not None
        if found:
            verb(pk)
        return found


def _ask_each(rows: QuerySet[Any], verb: Callable[[UUID], object]) -> int:
    """The same for verbs that ask an issuer: they lock by themselves, before and after asking."""
    return sum(_attempt(pk, partial(_asked, pk, verb)) for pk in _ids(rows))


def _asked(pk: UUID, verb: Callable[[UUID], object]) -> bool:
    verb(pk)
    return True


def _ids(rows: QuerySet[Any]) -> list[UUID]:
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _attempt(pk: UUID, act: Callable[[], bool]) -> bool:
    """One row that fails is logged and left for the next tick; the others go on."""
    try:
        return act()
    except Refused as refusal:
        log.info("sweep_refused", extra={"row": str(pk), "outcome_code": refusal.code})
    except Exception:
        log.exception("sweep_failed", extra={"row": str(pk)})
    return False


def everything_due() -> int:
    """All sweeps once, as the sandbox does after it moved its clock; answers the rows looked at."""
    return sum(sweep() for sweep in SWEEPS)
