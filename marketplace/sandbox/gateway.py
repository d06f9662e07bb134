"""The sandbox's payment provider: what its payers do, and what it tells Fairhand about it."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.ids import uuid7
from marketplace.lib.money import CURRENCY
from marketplace.sandbox import faults
from marketplace.sandbox.deliveries import schedule
from marketplace.sandbox.models import SandboxPayment, SandboxTransfer

DELIVER = ("once", *faults.OF_MESSAGES)
# A payment that is made late arrives this long after the order has ended.
LATE_BY = timedelta(minutes=1)
DELAY = timedelta(hours=1)
WAIT_SECONDS = 5.0


def act(ref: UUID | str, *, do: str, deliver: str | None = None) -> SandboxPayment:
    """What the payer does on the provider's page, and how the provider tells of it.

    Args:
        ref: the merchant's reference, which for Fairhand is the payment's id.
        do: a key of `ACTS`.
        deliver: one of `DELIVER`; left out, SANDBOX_FAULTS decides.

    Raises:
        Refused: `not_found`; `invalid`; `wrong_state`, when there is nothing left to pay.
    """
    if do not in ACTS:
        raise invalid("do", _("Choose one of the listed acts."), code="bad_choice")
    if deliver is not None and deliver not in DELIVER:
        raise invalid("deliver", _("Choose one of the listed ways."), code="bad_choice")
    return _act(_awaited(str(ref)), do, deliver)


@transaction.atomic
def _act(pk: UUID, do: str, deliver: str | None) -> SandboxPayment:
    payment = SandboxPayment.objects.select_for_update(no_key=True).get(pk=pk)
    now = clock.now()
    if do != "close" and not is_payable(payment, now):
        raise Refused("wrong_state", _("There is nothing left to pay here."), state="closed")
    payment.deliver = deliver or faults.draw(faults.OF_MESSAGES, "deliver", payment.ref) or "once"
    payment.save(update_fields=["deliver"])
    ACTS[do](payment, now)
    return payment


def is_payable(payment: SandboxPayment, now: datetime) -> bool:
    ended = payment.closed_at or payment.failed_at or payment.expires_at <= now
    return not ended and not payment.transfers.filter(kind="capture").exists()


def _awaited(ref: str) -> UUID:
    """The payment's id; Fairhand's worker may still be on its way with it."""
    ends = time.monotonic() + WAIT_SECONDS
    while True:
        found = SandboxPayment.objects.filter(ref=ref).values_list("pk", flat=True).first()
        if found is not None:
            return found
        if time.monotonic() > ends:
            raise Refused("not_found", _("The provider does not know this payment."))
        time.sleep(0.1)


# --- What payers do ------------------------------------------------------------------------------
def _pay(payment: SandboxPayment, now: datetime) -> None:
    capture(payment, payment.amount, now)


def _pay_wrong(payment: SandboxPayment, now: datetime) -> None:
    capture(payment, payment.amount - 1, now)


def _pay_twice(payment: SandboxPayment, now: datetime) -> None:
    capture(payment, payment.amount, now)
    capture(payment, payment.amount, now)


def _pay_late(payment: SandboxPayment, now: datetime) -> None:
    """The payer's bank takes its time: the money moves when the order has ended."""
    capture(payment, payment.amount, max(now, payment.expires_at) + LATE_BY)


def _fail(payment: SandboxPayment, now: datetime) -> None:
    payment.failed_at = now
    payment.save(update_fields=["failed_at"])
    tell(payment, message(payment, "failed"), at=now)


def _leave(_payment: SandboxPayment, _now: datetime) -> None:
    """The payer closes the window; nothing has happened."""


ACTS: Mapping[str, Callable[[SandboxPayment, datetime], None]] = {
    "pay": _pay,
    "fail": _fail,
    "pay_late": _pay_late,
    "pay_wrong": _pay_wrong,
    "pay_twice": _pay_twice,
    "close": _leave,
}


def capture(payment: SandboxPayment, amount: int, at: datetime) -> SandboxTransfer:
    """Money that reached the merchant's account, or will at `at`."""
    elsewhere = payment.deliver == "other_merchant"
    transfer = SandboxTransfer.objects.create(
        kind="capture",
        payment=payment,
        merchant="somebody-else" if elsewhere else payment.merchant,
        ref=payment.ref,
        amount=amount,
        at=at,
    )
    tell(payment, message(payment, "captured", transfer), at=at)
    return transfer


# --- What the merchant is told -------------------------------------------------------------------
def message(
    payment: SandboxPayment, kind: str, transfer: SandboxTransfer | None = None, ref: str = ""
) -> dict[str, Any]:
    event: dict[str, Any] = {
        "id": f"evt_{uuid7().hex}",
        "type": kind,
        "ref": ref or payment.ref,
        "merchant": payment.merchant,
        "currency": CURRENCY,
    }
    if transfer is not None:
        event |= {
            "capture": str(transfer.pk),
            "amount": transfer.amount,
            "merchant": transfer.merchant,
        }
    return event


def tell(payment: SandboxPayment, event: dict[str, Any], *, at: datetime) -> None:
    """Sends the message in the way that was chosen for this payment."""
    match payment.deliver:
        case "lost":
            return
        case "thrice":
            schedule(event, due_at=at, copies=3)
        case "delayed":
            schedule(event, due_at=at + DELAY)
        case "forged" | "stale":
            schedule(event, due_at=at, flaw=payment.deliver)
        case "reversed":
            _backwards(payment, event, at)
        case _:
            schedule(event, due_at=at)


def _backwards(payment: SandboxPayment, event: dict[str, Any], at: datetime) -> None:
    """A failure after the capture; the capture once more after its refund."""
    schedule(event, due_at=at)
    if event["type"] == "captured":
        schedule(message(payment, "failed"), due_at=at)
    if event["type"] == "refunded":
        first = payment.transfers.filter(kind="capture").first()
        schedule(message(payment, "captured", first), due_at=at)
