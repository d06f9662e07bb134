"""The worker's door to closing accounts."""

from celery import shared_task

from accounts.actions import closure


@shared_task
def close_due() -> None:
    closure.close_due()
