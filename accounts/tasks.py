"""The worker's door to closing accounts, and to forgetting answers that nobody asks for again."""

from celery import shared_task

from accounts.actions import closure
from accounts.actions.requests import forget_old_requests


@shared_task
def close_due() -> None:
    closure.close_due()


@shared_task
def forget_requests() -> None:
    forget_old_requests()
