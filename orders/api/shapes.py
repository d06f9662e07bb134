"""Orders and codes as each side sees them through the API; read from rows, no effects."""

from datetime import datetime
from typing import Any

from accounts.models import User
from listings.api.shapes import cautions
from listings.api.shapes import seller as public_person
from marketplace.lib.money import fee
from marketplace.lib.states import Side
from orders import terms, words
from orders.escrow.models import Code
from orders.models import CodeReport, Order, OrderEvent
from orders.page import page_for
from orders.states import OrderStep

_TIMES = [
    "paid_at",
    "delivered_at",
    "first_revealed_at",
    "confirmed_at",
    "completed_at",
    "ended_at",
    "pay_due_at",
    "deliver_due_at",
    "reveal_due_at",
    "inspect_due_at",
    "claims_until",
]


def card(order: Order, person: User, now: datetime) -> dict[str, Any]:
    """A row of a list; the order's reports are prefetched there."""
    side = order.side_of(person) or Side.BUYER
    revision = order.revision
    return {
        "id": order.pk,
        "number": order.number,
        "state": order.state,
        "label": words.badge(order, side),
        "sentence": words.sentence(order, side),
        "role": str(side),
        "kind": revision.kind,
        "listing": {
            "id": order.listing_id,
            "revision": revision.number,
            "title": revision.title,
            "sha256": revision.sha256,
        },
        "price": order.price,
        "cautions": cautions(revision),
        "allowed_steps": terms.allowed_steps(order.situation(order.reports_so_far()), side, now),
        "placed_at": order.placed_at,
        "version": order.version,
    }


def whole(order: Order, person: User, now: datetime) -> dict[str, Any]:
    """Everything that one party sees of an order."""
    page = page_for(order, person, now)
    payment, code = page.payment, page.code
    return {
        **card(order, person, now),
        "buyer": public_person(order.buyer),
        "seller": public_person(order.seller),
        "total": order.price,
        "fee": None if page.is_buyer else fee(order.price, order.fee_bps),
        "payment": payment and {"id": payment.pk, "state": payment.state, "amount": payment.amount},
        "code": code and _code(order, code),
        "reports": [report(row) for row in page.reports],
        "open_case": order.open_case_id,
        "settled_by_case": order.settled_by_case,
        "refunded": page.back,
        "came_from": order.came_from,
        "rules_version": order.rules_version,
        "auto_refund_due_at": order.auto_refund_at,
        **{name: getattr(order, name) for name in _TIMES},
    }


def _code(order: Order, code: Code) -> dict[str, Any]:
    return {
        "state": code.state,
        "last4": code.last4,
        "verification_mode": order.verification_mode,
        "revealed_at": order.first_revealed_at,
    }


def report(row: CodeReport) -> dict[str, Any]:
    return {
        "id": row.pk,
        "problem": row.problem,
        "text": row.text,
        "state": row.state,
        "result": row.result or None,
        "at": row.at,
        "answer_due_at": row.answer_due_at,
        "answered_at": row.answered_at,
    }


def event(row: OrderEvent) -> dict[str, Any]:
    return {
        "id": row.pk,
        "step": row.step,
        "label": OrderStep(row.step).label,
        "before": row.before,
        "after": row.after,
        "side": row.side,
        "at": row.at,
        "note": row.note,
        "nth": row.facts.get("nth"),
    }


def code(row: Code) -> dict[str, Any]:
    """A code as its seller sees it: never its text."""
    return {
        "id": row.pk,
        "listing": row.listing_id,
        "order": row.order_id,
        "state": row.state,
        "last4": row.last4,
        "face_value": row.face_value,
        "expiry": row.expires_on,
        "check": row.answer,
        "sealed_at": row.sealed_at,
        "revealed_at": row.first_revealed_at,
    }
