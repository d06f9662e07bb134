"""The provider's side of its API: one function a call, each executed once under its key."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.urls import reverse

from marketplace.lib import clock
from marketplace.sandbox import faults
from marketplace.sandbox.gateway import message, tell
from marketplace.sandbox.models import SandboxCall, SandboxPayment, SandboxTransfer

Facts = Mapping[str, Any]
Answer = dict[str, Any]

SLOW_SECONDS = 15
SIGN = {"capture": 1, "refund": -1, "payout": -1}


class ReplyDropped(Exception):
    """It was executed, and the answer gets lost on its way."""


def call(verb: str, facts: Facts) -> Answer:
    """Executes one call; raises KeyError or ValueError for facts that make no sense."""
    if verb in ASKED:
        return ASKED[verb](facts)
    fault = _fault(str(facts["key"]))
    answer = _once(verb, facts, fault)
    if fault == "slow":
        time.sleep(SLOW_SECONDS)
    if fault == "drop_reply":
        raise ReplyDropped
    return answer


@transaction.atomic
def _fault(key: str) -> str:
    SandboxCall.objects.get_or_create(key=key)
    row = SandboxCall.objects.select_for_update().get(key=key)
    row.tries += 1
    row.save(update_fields=["tries"])
    return faults.draw(faults.OF_CALLS, "call", key, row.tries)


@transaction.atomic
def _once(verb: str, facts: Facts, fault: str) -> Answer:
    row = SandboxCall.objects.select_for_update().get(key=facts["key"])
    if row.answer is not None and fault != "double":
        return dict(row.answer)
    if fault == "refuse":
        return _refused("come back later", final=False)
    if fault == "refuse_final":
        row.answer = _refused("not possible", final=True)
    else:
        row.answer = DONE[verb](facts)
        if fault == "double":
            DONE[verb](facts)
    row.save(update_fields=["answer"])
    return dict(row.answer)


def _done(transfer: SandboxTransfer) -> Answer:
    return {"status": "done", "id": str(transfer.pk), "amount": transfer.amount}


def _refused(reason: str, *, final: bool) -> Answer:
    return {"status": "refused", "reason": reason, "final": final}


# --- Calls that change something -----------------------------------------------------------------
def _create(facts: Facts) -> Answer:
    payment, _ = SandboxPayment.objects.get_or_create(
        ref=facts["ref"],
        defaults={
            "merchant": facts["merchant"],
            "amount": int(facts["amount"]),
            "expires_at": datetime.fromisoformat(facts["expires_at"]),
            "return_url": facts["return_url"],
            "created_at": clock.now(),
        },
    )
    url = f"{settings.SITE_URL}{reverse('sandbox_pay', args=[payment.token])}"
    return {"status": "open", "id": str(payment.pk), "pay_url": url}


def _close(facts: Facts) -> Answer:
    payment = SandboxPayment.objects.select_for_update(no_key=True).get(ref=facts["ref"])
    if _moved(payment.transfers.all(), "capture").exists():
        return _refused("paid", final=True)
    payment.closed_at = payment.closed_at or clock.now()
    payment.save(update_fields=["closed_at"])
    return {"status": "done", "id": str(payment.pk), "amount": 0}


def _refund(facts: Facts) -> Answer:
    amount = int(facts["amount"])
    captures = SandboxTransfer.objects.filter(kind="capture", merchant=facts["merchant"])
    capture = captures.select_related("payment").get(pk=UUID(facts["payment_ref"]))
    payment = capture.payment
    if payment is None or amount > capture.amount:
        return _refused("more than was paid", final=True)
    transfer = _transfer("refund", facts, payment)
    event = message(payment, "refunded", transfer, ref=str(facts["key"]))
    tell(payment, event, at=transfer.at)
    return _done(transfer)


def _payout(facts: Facts) -> Answer:
    if not facts["destination"] or not facts["holder"]:
        return _refused("no such account", final=True)
    return _done(_transfer("payout", facts, None))


def _transfer(kind: str, facts: Facts, payment: SandboxPayment | None) -> SandboxTransfer:
    return SandboxTransfer.objects.create(
        kind=kind,
        payment=payment,
        merchant=facts["merchant"],
        ref=facts["key"],
        amount=int(facts["amount"]),
        at=clock.now(),
    )


# --- Calls that only ask -------------------------------------------------------------------------
def _query(facts: Facts) -> Answer:
    return _payment_now(facts) if facts["kind"] == "payment" else _command_now(facts)


def _payment_now(facts: Facts) -> Answer:
    payment = SandboxPayment.objects.filter(ref=facts["ref"], merchant=facts["merchant"]).first()
    if payment is None:
        return {"status": "unknown"}
    captures = payment.transfers.filter(merchant=facts["merchant"])
    if paid := _moved(captures, "capture").order_by("at", "id").first():
        return _done(paid)
    if payment.transfers.filter(kind="capture", at__gt=clock.now()).exists():
        return _refused("on its way", final=False)
    reason = _why_unpaid(payment)
    return _refused(reason, final=reason != "open")


def _why_unpaid(payment: SandboxPayment) -> str:
    if payment.failed_at:
        return "failed"
    if payment.closed_at:
        return "closed"
    return "expired" if payment.expires_at <= clock.now() else "open"


def _command_now(facts: Facts) -> Answer:
    row = SandboxCall.objects.filter(key=facts["ref"]).first()
    return {"status": "unknown"} if row is None or row.answer is None else dict(row.answer)


def _statement(facts: Facts) -> Answer:
    """What really moved on one day (UTC); what came in is positive."""
    start = datetime.combine(date.fromisoformat(facts["day"]), datetime.min.time(), UTC)
    rows = SandboxTransfer.objects.filter(
        merchant=facts["merchant"], at__gte=start, at__lt=start + timedelta(days=1)
    ).filter(at__lte=clock.now())
    return {
        "lines": [
            {
                "kind": row.kind,
                "ref": row.ref,
                "id": str(row.pk),
                "amount": SIGN[row.kind] * row.amount,
                "at": row.at.isoformat(),
            }
            for row in rows.order_by("at", "id")
        ]
    }


def _moved(transfers: QuerySet[SandboxTransfer], kind: str) -> QuerySet[SandboxTransfer]:
    return transfers.filter(kind=kind, at__lte=clock.now())


def balance(merchant: str) -> int:
    """What lies on the merchant's account there, in fen; never more or less than its statement."""
    moved = SandboxTransfer.objects.filter(merchant=merchant, at__lte=clock.now())
    sums = dict(moved.order_by("kind").values_list("kind").annotate(total=Sum("amount")))
    return sum(SIGN[kind] * total for kind, total in sums.items())


DONE: Mapping[str, Callable[[Facts], Answer]] = {
    "payments": _create,
    "payments/close": _close,
    "refunds": _refund,
    "payouts": _payout,
}
ASKED: Mapping[str, Callable[[Facts], Answer]] = {"query": _query, "statement": _statement}
