"""Waking the workers after a commit. Losing a kick loses nothing: the sweeps find the rows."""

import logging
from functools import partial
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)


def wake(task: str, *ids: UUID) -> None:
    """Sends `task` with `ids` to a worker once the present transaction has been committed."""
    args = tuple(str(each) for each in ids)
    transaction.on_commit(partial(_send, task, args), robust=True)


def _send(task: str, args: tuple[Any, ...]) -> None:
    try:
        current_app.send_task(task, args=args, retry=False, ignore_result=True)
    except Exception:
        log.warning("kick_lost", extra={"task": task})
