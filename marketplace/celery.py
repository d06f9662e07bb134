"""The Celery app and the beat schedule: one line a sweep.

A task is only a knock on the door: what is to be done stands in rows, so losing the broker, or
running a sweep twice, changes nothing.
"""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")

NIGHTLY = crontab(hour="4", minute="10")
ROSTER = crontab(hour="3", minute="30")

# (task, every so many seconds or at a time of day)
SWEEPS: tuple[tuple[str, float | crontab], ...] = (
    ("orders.tasks.expire_unpaid", 60),
    ("orders.tasks.refund_undelivered", 60),
    ("orders.tasks.retry_handover", 60),
    ("orders.tasks.complete_due", 60),
    ("orders.tasks.chase_unrevealed", 60),
    ("orders.tasks.answer_reports", 60),
    ("orders.tasks.remind", 60),
    ("orders.escrow.gateway_tasks.sweep_commands", 5),
    ("orders.escrow.gateway_tasks.sweep_events", 5),
    ("orders.escrow.tasks.mature", 60),
    ("orders.escrow.tasks.seal_chain", 60),
    ("orders.escrow.tasks.audit", NIGHTLY),
    ("orders.escrow.tasks.fund_share", NIGHTLY),
    ("disputes.tasks.ask_issuers", 60),
    ("disputes.tasks.seal_due", 30),
    ("disputes.tasks.make_copies", 30),
    ("disputes.tasks.draw_due", 30),
    ("disputes.tasks.close_ballots", 60),
    ("disputes.tasks.expire_seats", 60),
    ("disputes.tasks.open_ruled_ballots", 300),
    ("disputes.tasks.lapse_appeals", 60),
    ("disputes.tasks.end_requests", 60),
    ("disputes.tasks.execute_due", 15),
    ("disputes.tasks.remind_parties", 600),
    ("disputes.tasks.remind_losers", 600),
    ("disputes.tasks.remind_reviewers", 600),
    ("disputes.tasks.end_pauses", 600),
    ("disputes.tasks.overdue_desks", 600),
    ("disputes.tasks.late_copies", 600),
    ("disputes.tasks.count_statistics", 600),
    ("disputes.tasks.keep_paths", 600),
    ("disputes.tasks.build_roster", ROSTER),
    ("disputes.tasks.build_roster_if_changed", 3600),
    ("disputes.tasks.purge_rosters", NIGHTLY),
    ("accounts.inbox.tasks.sweep_mail", 5),
    ("accounts.tasks.close_due", NIGHTLY),
    ("accounts.tasks.forget_requests", NIGHTLY),
)


def _entry(task: str, every: float | crontab) -> dict[str, Any]:
    """A knock nobody answered in time is dropped: the next one does the same work."""
    expires = 3600 if isinstance(every, crontab) else every
    return {"task": task, "schedule": every, "options": {"expires": expires}}


app = Celery("fairhand")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    accept_content=["json"],
    beat_schedule={task: _entry(task, every) for task, every in SWEEPS},
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 3600,  # longer than any task may run
        # A page that only wants to wake a worker never waits for a broker that is away.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
        "socket_connect_timeout": 1,
    },
    task_acks_late=True,
    task_default_queue="mail",
    task_ignore_result=True,
    task_reject_on_worker_lost=True,
    task_routes={
        "orders.*": {"queue": "money"},
        "accounts.*": {"queue": "mail"},
        "disputes.tasks.make_cop*": {"queue": "media"},
        "disputes.*": {"queue": "court"},
    },
    task_serializer="json",
    task_soft_time_limit=60,
    task_time_limit=90,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_hijack_root_logger=False,
    worker_prefetch_multiplier=1,
    worker_redirect_stdouts=False,
)
app.autodiscover_tasks(related_name="tasks")
app.autodiscover_tasks(related_name="gateway_tasks")


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Celery sets up logging of its own unless somebody answers; ours is already there."""
