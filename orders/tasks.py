"""Celery's doors to orders: each loads by id, calls one verb, and may run twice or late."""

from uuid import UUID

from celery import shared_task

from orders import sweeps
from orders.actions import handover, reports


@shared_task
def hand_over(order_id: str) -> None:
    handover.hand_over(UUID(order_id))


@shared_task
def answer_report(report_id: str) -> None:
    reports.answer_report(UUID(report_id))


@shared_task
def expire_unpaid() -> int:
    return sweeps.expire_unpaid()


@shared_task
def refund_undelivered() -> int:
    return sweeps.refund_undelivered()


@shared_task
def retry_handover() -> int:
    return sweeps.retry_handover()


@shared_task
def complete_due() -> int:
    return sweeps.complete_due()


@shared_task
def chase_unrevealed() -> int:
    return sweeps.chase_unrevealed()


@shared_task
def answer_reports() -> int:
    return sweeps.answer_reports()


@shared_task
def remind() -> int:
    return sweeps.remind()
