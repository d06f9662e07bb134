"""The provider's messages on their way to Fairhand: rows, sent by real HTTP after the commit."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction

from marketplace.lib import clock, outbound
from marketplace.lib.signing import sign
from marketplace.sandbox.models import SandboxDelivery

log = structlog.stdlib.get_logger("fairhand.sandbox")

RETRY = timedelta(seconds=30)
MOST_TRIES = 20
ANSWERED = (200, 400)  # taken, or refused for good; anything else is tried again
STALE_SECONDS = 600

_turn = threading.Lock()
_running: list[threading.Thread] = []  # one at most, which sends what comes up meanwhile too
_wanted = threading.Event()


def schedule(event: dict[str, Any], *, due_at: datetime, copies: int = 1, flaw: str = "") -> None:
    """Writes one message; it leaves when the transaction is committed and its time has come."""
    SandboxDelivery.objects.create(event=event, due_at=due_at, copies=copies, flaw=flaw)
    transaction.on_commit(_start, robust=True)


def send_due() -> int:
    """Sends what is due, and says how many messages that was."""
    count = 0
    while (delivery := _claim()) is not None:
        _send(delivery)
        count += 1
    return count


def wait() -> None:
    """Returns when everything that was started has been sent; for tests and the demo."""
    for thread in [*_running]:
        thread.join()


def _start() -> None:
    with _turn:
        _wanted.set()
        if not _running:
            thread = threading.Thread(target=_run, name="sandbox-deliveries", daemon=True)
            thread.start()  # it waits for its turn, which is ours
            _running.append(thread)


def _run() -> None:
    while _is_wanted():
        try:
            send_due()
        except Exception:
            log.exception("sandbox_deliveries_broke")


def _is_wanted() -> bool:
    """Whether somebody has asked since the last look; if not, the thread ends here."""
    with _turn:
        wanted = _wanted.is_set()
        _wanted.clear()
        if not wanted:
            connection.close()
            _running.clear()
        return wanted


@transaction.atomic
def _claim() -> SandboxDelivery | None:
    now = clock.now()
    due = SandboxDelivery.objects.filter(sent_at=None, due_at__lte=now, tries__lt=MOST_TRIES)
    delivery = due.select_for_update(skip_locked=True).order_by("due_at", "id").first()
    if delivery is not None:
        delivery.tries += 1
        delivery.due_at = now + RETRY
        delivery.save(update_fields=["tries", "due_at"])
    return delivery


def _send(delivery: SandboxDelivery) -> None:
    with ThreadPoolExecutor(delivery.copies) as together:
        statuses = list(together.map(_post, [delivery] * delivery.copies))
    if all(status in ANSWERED for status in statuses):
        SandboxDelivery.objects.filter(pk=delivery.pk).update(sent_at=clock.now())


def _post(delivery: SandboxDelivery) -> int:
    body = json.dumps(delivery.event).encode()
    secret = settings.GATEWAYS["sandbox"]["secret"]
    if delivery.flaw == "forged":
        secret = "not the secret"  # noqa: S105 - that is the flaw
    at = int(time.time()) - (STALE_SECONDS if delivery.flaw == "stale" else 0)
    headers = {"Content-Type": "application/json", **sign(secret, body, at=at)}
    url = f"{settings.SITE_URL}/gateway/sandbox/webhook/"
    try:
        return outbound.post(url, body, headers=headers).status
    except outbound.OutboundTrouble:
        return 0
