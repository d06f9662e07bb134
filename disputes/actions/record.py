"""The platform's own exhibit: what Fairhand recorded, put in the file for both sides alike.

It is made at the filing and again at the seal; nobody can change it, and no code is ever in it.
"""

from datetime import datetime
from typing import Any

from django.db.models import Max, Q, Sum
from django.utils import translation

from disputes import draw
from disputes.actions.steps import plain
from disputes.chain import canonical
from disputes.models import (
    Case,
    CopyState,
    Evidence,
    EvidenceKind,
    JurorCopy,
    Party,
    Stage,
    Winner,
)
from disputes.sealing import seal_text
from marketplace.lib.ids import uuid7
from marketplace.lib.states import Side
from orders import words
from orders.escrow.models import Code, Transfer
from orders.models import CodeReport, Order, OrderEvent

DESCRIPTION = "Recorded by Fairhand"
SHOWN_AS = "-"  # reviewers read the record's own column
ISSUER_ANSWER = "issuer_answer"


def compile_exhibit(case: Case, stage: Stage, *, at: datetime) -> Evidence:
    """Writes what is known of the order now as one exhibit with its hash."""
    with translation.override("en"):  # whoever's page it is: the same record, the same hash
        record = plain(facts_of(case))
    return put_record(case, record, stage, at=at)


def put_record(case: Case, record: dict[str, Any], stage: Stage, *, at: datetime) -> Evidence:
    """Any fact that Fairhand itself puts in the file; the same one is written once."""
    sha256 = draw.content_hash(canonical(record))
    own = case.evidence.filter(party=Party.PLATFORM)
    if same := own.filter(stage=stage, sha256=sha256).first():
        return same
    last = own.aggregate(last=Max("number"))["last"]
    pk = uuid7()
    row = Evidence.objects.create(
        id=pk,
        case=case,
        party=Party.PLATFORM,
        kind=EvidenceKind.RECORD,
        number=(last or 0) + 1,
        description=seal_text(pk, "description", DESCRIPTION),
        record=record,
        sha256=sha256,
        received_at=at,
        stage=stage,
    )
    JurorCopy.objects.create(evidence=row, state=CopyState.READY, text=SHOWN_AS, version=1)
    return row


def facts_of(case: Case) -> dict[str, Any]:
    """Listing as bought, order, money, code and what both sides have shown; no names, no code."""
    order = Order.objects.for_pages().get(pk=case.order_id)
    return {
        "listing": _listing(order),
        "order": _order(order),
        "money": _money(order),
        "code": _code(order),
        "reports": [_report(row) for row in order.reports.order_by("at")],
        "issuer": answers_of(case),
        "checklist": _checklist(case, order),
    }


def _listing(order: Order) -> dict[str, Any]:
    revision = order.revision
    return {
        "title": revision.title,
        "price": revision.price,
        "issuer": revision.issuer,
        "face_value": revision.face_value,
        "expiry_promise": revision.expiry_promise,
        "verification_mode": revision.verification_mode,
        "cautions": list(revision.cautions),
        "revision": revision.number,
        "sha256": revision.sha256,
    }


def answers_of(case: Case) -> list[dict[str, Any]]:
    """What the issuer said when it was asked for this case."""
    own = case.evidence.filter(party=Party.PLATFORM, record__has_key=ISSUER_ANSWER)
    return [row.record for row in own.order_by("id") if row.record]


def _order(order: Order) -> dict[str, Any]:
    """Every step with its time, and what each side's page called the state that it led to."""
    return {
        "number": order.number,
        "price": order.price,
        "state_before_case": order.state_before_case,
        "steps": [_step(event) for event in order.events.order_by("at", "id")],
    }


def _step(event: OrderEvent) -> dict[str, Any]:
    shown = Order(state=event.after)
    said = {str(side): words.badge(shown, side) for side in (Side.BUYER, Side.SELLER)}
    facts = {"step": event.step, "after": event.after, "side": event.side, "at": event.at}
    return facts | {"said": said}


def _money(order: Order) -> list[dict[str, Any]]:
    """Each movement of the order's money as the ledger has it: what, how much (fen), when."""
    moved = Transfer.objects.filter(order_id=order.pk).annotate(
        amount=Sum("entries__amount", filter=Q(entries__amount__gt=0))
    )
    return [
        {"kind": row.kind, "amount": row.amount or 0, "at": row.effective_at}
        for row in moved.order_by("id")
    ]


def _code(order: Order) -> dict[str, Any] | None:
    """When it was sealed, checked, handed over and shown; never what it says."""
    found = Code.objects.filter(order_id=order.pk).order_by("-sealed_at").first()
    if found is None:
        return None
    return {
        "state": found.state,
        "sealed_at": found.sealed_at,
        "answer_at_sealing": found.answer,
        "checked_at": found.checked_at,
        "answer_at_handover": found.handover_answer,
        "handover_checked_at": found.handover_checked_at,
        "last_look_at": order.last_look_at,
        "assigned_at": found.assigned_at,
        "first_revealed_at": order.first_revealed_at,
    }


def _report(row: CodeReport) -> dict[str, Any]:
    return {
        "problem": row.problem,
        "at": row.at,
        "result": row.result,
        "redeemed_at": row.redeemed_at,
        "answered_at": row.answered_at,
    }


def _checklist(case: Case, order: Order) -> dict[str, dict[str, bool]]:
    """What each side should be able to show, present or absent, for both alike [Rao]."""
    code = Code.objects.filter(order_id=order.pk).order_by("-sealed_at").first()
    shown = case.evidence.filter(stage=Stage.HEARING, late=False)
    reports = list(order.reports.all())
    return {
        str(Winner.SELLER): {
            "code_sealed": code is not None,
            "issuer_valid_at_handover": code is not None and code.handover_answer == "valid",
            "handed_over": order.delivered_at is not None,
            "statement": shown.filter(party=Winner.SELLER, kind="statement").exists(),
        },
        str(Winner.BUYER): {
            "revealed": order.first_revealed_at is not None,
            "reported_in_time": bool(reports),
            "issuer_says_used": any(row.redeemed_at is not None for row in reports),
            "statement": shown.filter(party=Winner.BUYER, kind="statement").exists(),
        },
    }
