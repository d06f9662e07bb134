"""Cases and seats as each reader sees them through the API; read from rows, no effects."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.models import User
from disputes import duty_page, reading, words
from disputes.archive import Entry, band
from disputes.claims import CLAIMS
from disputes.draw import sha256
from disputes.duty_page import PracticeRow
from disputes.models import (
    Case,
    CaseEvent,
    CopyState,
    RequestPair,
    Roster,
    Seat,
    SettlementOffer,
    Verdict,
)
from disputes.page import CasePage, page_for
from disputes.seat_page import bundle_of, seat_page
from disputes.states import CaseStep
from disputes.verdict_page import hung_panel


def card(case: Case, person: User) -> dict[str, Any]:
    return {
        "id": case.pk,
        "order": case.order_id,
        "state": case.state,
        "label": words.badge(case),
        "sentence": words.sentence(case),
        "claim": case.claim,
        "role": case.side_of(person),
        "filed_by": case.side_of(case.filer),
        "amount": case.amount_fen,
        "demand": case.demand_fen,
        "filed_at": case.filed_at,
        "version": case.version,
    }


def whole(case: Case, person: User, now: datetime) -> dict[str, Any]:
    """Everything that one party sees; no seat, no count before the close."""
    page = page_for(case, person, now)
    root = case.evidence_root
    return {
        **card(case, person),
        "question": words.question(case),
        "issue": words.issue(case),
        "rules_version": case.rules_version,
        "rules": case.rules,
        "round": case.round,
        "evidence_due_at": case.evidence_due_at,
        "sealed_at": case.sealed_at,
        "evidence_root": bytes(root).hex() if root else None,
        "commitment": bytes(case.draw.commitment).hex(),
        "appeal_due_at": case.appeal_due_at,
        "staff_due_at": case.staff_due_at,
        "paused": case.paused_at is not None,
        "decided_at": case.decided_at,
        "winner": case.winner or None,
        "votes": f"{case.winner_votes}-{case.loser_votes}" if case.winner_votes else None,
        "award": _award(case),
        "executed_at": case.executed_at,
        "allowed_steps": allowed_steps(page),
        "offers": [offer(row) for row in page.offers],
        "requests": [request(row) for row in page.pairs],
        "exhibits": [exhibit(row) for row in page.exhibits],
    }


def _award(case: Case) -> dict[str, Any] | None:
    if case.award_buyer_fen is None:
        return None
    return {"buyer": case.award_buyer_fen, "seller": case.award_seller_fen}


def allowed_steps(page: CasePage) -> list[str]:
    """The names of the addresses that this side may use now."""
    may = {
        "evidence": page.may_show or page.may_show_late,
        "masks": page.may_show,
        "words": page.may_show and not page.own_words,
        "demand": page.may_lower,
        "withdraw": page.may_withdraw or page.asked_to_agree,
        "settle": page.may_settle,
        "concede": page.may_settle,
        "accept": page.may_appeal,
        "appeal": page.may_appeal,
        "petition": page.may_petition,
        "answer": bool(page.own_open_requests),
    }
    return [name for name, open_now in may.items() if open_now]


def exhibit(row: reading.Shown) -> dict[str, Any]:
    copy = CopyState.PENDING if row.is_pending else CopyState.READY
    return {
        "id": row.id,
        "label": row.label,
        "party": row.party,
        "kind": row.kind,
        "stage": row.stage,
        "description": row.description,
        "text": row.text,
        "picture": row.image_url,
        "record": row.record,
        "sha256": row.sha256,
        "received_at": row.received_at,
        "late": row.late,
        "admitted": row.stage == "hearing" and not row.late and not row.is_unreadable,
        "in_last_six_hours": row.in_last_6h,
        "copy": CopyState.FLAGGED if row.is_flagged else copy,
    }


def offer(row: SettlementOffer) -> dict[str, Any]:
    return {
        "id": row.pk,
        "side": row.side,
        "to_buyer": row.buyer_fen,
        "to_seller": row.seller_fen,
        "state": row.state,
        "at": row.at,
    }


def request(pair: RequestPair) -> dict[str, Any]:
    return {
        "id": pair.pk,
        "kind": pair.kind,
        "text": pair.question,
        "equivalents": pair.equivalents,
        "due_at": pair.due_at,
        "requests": [
            {
                "id": half.pk,
                "party": half.party,
                "answered_at": half.answered_at,
                "declined": half.declined,
                "answer": half.answer.label if half.answer else None,
            }
            for half in pair.requests.all()
        ],
    }


def event(row: CaseEvent) -> dict[str, Any]:
    return {
        "id": row.pk,
        "seq": row.seq,
        "step": row.step,
        "label": CaseStep(row.step).label,
        "before": row.before,
        "after": row.after,
        "role": row.role,
        "at": row.at,
        "facts": row.facts,
        "hash": bytes(row.hash).hex(),
    }


def verdict(row: Verdict, case: Case) -> dict[str, Any]:
    return {
        "instance": row.instance,
        "round": row.round,
        "is_void": row.round < case.round,
        "document": row.document,
        "sha256": bytes(row.sha256).hex(),
        "head_hash": bytes(row.head_hash).hex(),
        "issued_at": row.issued_at,
    }


def hung(case: Case) -> dict[str, Any] | None:
    panel = hung_panel(case)
    if panel is None:
        return None
    reasons = [{"reviewer": row["label"], **row} for row in panel.reasons]
    return {"buyer": panel.bar.buyer, "seller": panel.bar.seller, "reasons": reasons}


# --- Seats ----------------------------------------------------------------------------------------
def seat(row: Seat, now: datetime) -> dict[str, Any]:
    """A reviewer never learns which case it is: its name is made of the seat."""
    page = seat_page(row, now)
    return {
        "id": row.pk,
        "case": pseudonym(row.pk),
        "state": row.state,
        "claim": row.case.claim,
        "category": str(row.case.order.revision.category),
        "exhibits": page.exhibits,
        "minutes": page.minutes,
        "invited_at": row.invited_at,
        "due_at": row.due_at,
        "opened_at": row.opened_at,
        "points": row.credited,
    }


def pseudonym(seat_id: UUID) -> str:
    return f"case {sha256(seat_id.bytes).hex()[:8]}"


def bundle(row: Seat, now: datetime) -> dict[str, Any]:
    found = bundle_of(row)
    record = next((each.record for each in reading.for_seat(row) if each.record), None)
    reading_time = timedelta(seconds=row.case.frozen_rules.min_reading_seconds)
    return {
        **seat(row, now),
        "question": words.question(row.case),
        "issue": words.issue(row.case),
        "recorded": record,
        "sides": [
            {
                "party": side.party,
                "exhibits": [exhibit(each) for each in side.exhibits],
                "silent": bool(side.silent),
            }
            for side in found.sides
        ],
        "findings": findings(row.case.claim),
        "may_vote_at": (row.opened_at or now) + reading_time,
    }


def findings(claim: str) -> list[dict[str, str]]:
    return [{"key": key, "label": str(label)} for key, label in CLAIMS[claim].findings.items()]


# --- In public ------------------------------------------------------------------------------------
def public_case(entry: Entry) -> dict[str, Any]:
    case = entry.case
    return {
        "id": case.pk,
        "claim": case.claim,
        "category": str(case.order.revision.category),
        "amount_band": band(case.amount_fen),
        "question": entry.question,
        "month": f"{case.decided_at:%Y-%m}" if case.decided_at else "",
        "tally": entry.tally,
        "winner": entry.winner,
        "ending": entry.ending,
        "summary": entry.summary,
        "rules": entry.rule_ids,
        "rules_version": case.rules_version,
    }


def roster(row: Roster) -> dict[str, Any]:
    return {
        "version": row.version,
        "size": row.size,
        "root": bytes(row.root).hex(),
        "chain_hash": bytes(row.chain_hash).hex(),
        "built_at": row.built_at,
    }


# --- Practice -------------------------------------------------------------------------------------
def practice(row: PracticeRow) -> dict[str, Any]:
    shown, case = duty_page.shown(row.case), row.case
    return {
        "slug": case.slug,
        "title": str(case.title),
        "claim": case.claim,
        "question": shown.question,
        "recorded": [str(line) for line in case.record],
        "buyer": str(case.buyer),
        "seller": str(case.seller),
        "findings": findings(case.claim),
        "agreed": row.answer.agreed if row.answer else None,
        "model_answer": f"{shown.answer_words} – {case.why}" if row.answer else None,
    }
