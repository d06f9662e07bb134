"""Which orders the clock must look at; each row in its own transaction, a late sweep loses nothing.

A sweep only selects; the verb decides again under the lock. So a sweep may run twice, late, or
beside another one.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q

from marketplace.lib import clock
from marketplace.lib.errors import Refused
from orders.actions import checkout, delivery, handover, reminders, reports
from orders.models import CodeReport, Order, ReportState
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
    return _each(due, handover.hand_over)


def complete_due() -> int:
    due = Order.objects.overdue("inspect_due_at", OrderState.DELIVERED, clock.now())
    return _each(due.filter(paused_at=None), delivery.complete_after_window)


def chase_unrevealed() -> int:
    """Cards unrevealed for seven days: the issuer is asked whether they are still good."""
    now = clock.now()
    due = Order.objects.overdue("reveal_due_at", OrderState.DELIVERED, now).filter(
        Q(retry_at=None) | Q(retry_at__lte=now), first_revealed_at=None, paused_at=None
    )
    return _each(due, delivery.recheck_unrevealed)


def answer_reports() -> int:
    due = CodeReport.objects.filter(state=ReportState.OPEN, next_try_at__lte=clock.now())
    return _each(due.order_by("next_try_at"), reports.answer_report)


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


def _each(rows: Any, verb: Callable[[UUID], object]) -> int:
    """Runs `verb` on each id; one that fails is logged and left for the next tick."""
    done = 0
    ids: Iterable[UUID] = list(rows.values_list("pk", flat=True)[:BATCH])
    for pk in ids:
        try:
            verb(pk)
            done += 1
        except Refused as refusal:
            log.info("sweep_refused", extra={"row": str(pk), "code": refusal.code})
        except Exception:
            log.exception("sweep_failed", extra={"row": str(pk)})
    return done


def everything_due() -> int:
    """All sweeps once, as the sandbox does after it moved its clock; answers the rows moved."""
    return sum(sweep() for sweep in SWEEPS)
