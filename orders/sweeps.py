"""Which orders the clock must look at; a late sweep loses nothing."""

from collections.abc import Callable

from django.db.models import Q

from marketplace.lib import clock
from marketplace.lib.sweeping import each, each_by_itself, run
from orders.actions import checkout, delivery, handover, reminders, reports
from orders.models import CodeReport, Order, ReportState
from orders.states import OrderState


def expire_unpaid() -> int:
    due = Order.objects.overdue("pay_due_at", OrderState.PLACED, clock.now())
    return each(due, checkout.expire)


def refund_undelivered() -> int:
    due = Order.objects.overdue("auto_refund_at", OrderState.PAID, clock.now())
    return each(due, lambda pk: checkout.cancel(pk, by=None))


def retry_handover() -> int:
    due = Order.objects.overdue("retry_at", OrderState.PAID, clock.now())
    return each_by_itself(due, handover.hand_over)


def complete_due() -> int:
    due = Order.objects.overdue("inspect_due_at", OrderState.DELIVERED, clock.now())
    return each(due.filter(paused_at=None), delivery.complete_after_window)


def chase_unrevealed() -> int:
    """Cards unrevealed for seven days: the issuer is asked whether they are still good."""
    now = clock.now()
    due = Order.objects.overdue("reveal_due_at", OrderState.DELIVERED, now).filter(
        Q(retry_at=None) | Q(retry_at__lte=now), first_revealed_at=None, paused_at=None
    )
    return each_by_itself(due, delivery.recheck_unrevealed)


def answer_reports() -> int:
    due = CodeReport.objects.filter(state=ReportState.OPEN, next_try_at__lte=clock.now())
    return each_by_itself(due.order_by("next_try_at"), reports.answer_report)


def remind() -> int:
    """Reminders before deadlines, each sent once."""
    return each(reminders.due(clock.now()), reminders.remind)


SWEEPS: tuple[Callable[[], int], ...] = (
    expire_unpaid,
    refund_undelivered,
    retry_handover,
    complete_due,
    chase_unrevealed,
    answer_reports,
    remind,
)


def everything_due() -> int:
    """All sweeps once, as the sandbox does after it moved its clock; answers the rows looked at."""
    return run(SWEEPS)
