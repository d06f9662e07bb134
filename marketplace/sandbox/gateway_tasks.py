"""The worker's door to the sandbox's provider: messages that are sent late."""

from celery import shared_task

from marketplace.sandbox import deliveries


@shared_task
def sweep_deliveries() -> None:
    deliveries.send_due()
