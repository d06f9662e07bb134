"""The workers' doors to the gateway: sweeps find their work in rows, twice is harmless."""

from celery import shared_task

from orders.escrow import asking, commands, events


@shared_task
def sweep_commands() -> None:
    commands.sweep()


@shared_task
def sweep_events() -> None:
    events.sweep()
    asking.sweep()
