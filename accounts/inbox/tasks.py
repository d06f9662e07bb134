"""The worker's door to the outbox."""

from celery import shared_task

from accounts.inbox import outbox


@shared_task
def sweep_mail() -> None:
    outbox.sweep()
