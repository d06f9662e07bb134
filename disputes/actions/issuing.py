"""Letting a decision of staff take effect; whoever overturns needs a second person."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from disputes import policies
from disputes.actions import desk, drawing
from disputes.actions.ruling import carry_out, issue
from disputes.actions.steps import advance, locked, tell_both
from disputes.models import Case, EvidenceRequest, Instance, Ruling, RulingState, Winner
from disputes.states import CaseRole, CaseState, CaseStep
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.kicks import wake
from marketplace.lib.verbs import verb

APPROVE_WITHIN = timedelta(hours=24)


def needs_second(ruling: Ruling) -> bool:
    """Overturning a verdict and finding a fraud take two people."""
    return ruling.overturns or bool(ruling.fraud_by)


def no_open_request(case: Case) -> None:
    waiting = EvidenceRequest.objects.filter(pair__case=case, answered_at=None)
    if waiting.exists():
        raise Refused("request_open", _("A question to both sides is still open."))


@verb
def approve(ruling_id: UUID, *, by: User) -> Ruling:
    """A second person, with the same right and no conflict, lets an overturn be issued.

    Raises:
        Refused: `second_person_needed` for its author, `conflict`, `request_open`, `too_late`
            after 24 hours, `stale_state` when the record changed, `wrong_state`.
    """
    case, ruling = _waiting(ruling_id, by=by)
    at = clock.now()
    if at >= ruling.prepared_at + APPROVE_WITHIN:
        raise Refused("too_late", _("The approval ran out after 24 hours. Prepare it again."))
    no_open_request(case)
    if case.evidence.filter(received_at__gt=ruling.prepared_at).exists():
        raise Refused("stale_state", _("The record has changed. Prepare the decision again."))
    return issue_ruling(case, ruling, second=by, at=at)


@verb
def refuse_approval(ruling_id: UUID, *, by: User, reason: str) -> Ruling:
    """The second person does not agree; the desk holder reads why."""
    case, ruling = _waiting(ruling_id, by=by)
    desk.needs_reason(reason)
    ruling.state, ruling.sent_back_because = RulingState.SENT_BACK, reason.strip()[:1000]
    ruling.save(update_fields=["state", "sent_back_because"])
    case.version += 1
    case.save(update_fields=["version"])
    return ruling


def _waiting(ruling_id: UUID, *, by: User) -> tuple[Case, Ruling]:
    case_id = Ruling.objects.filter(pk=ruling_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise Refused("not_found", _("We can't find that."))
    case = locked(case_id)
    ruling = Ruling.objects.get(pk=ruling_id)
    policies.needs(by, Role.ADJUDICATOR, Role.SUPERVISOR)
    if ruling.prepared_by_id == by.pk:
        raise Refused("second_person_needed", _("A second person has to approve it."))
    policies.needs_independence(case, by)
    if ruling.state != RulingState.SECOND or case.state != CaseState.STAFF_EVIDENCE:
        raise Refused("wrong_state", _("That is not possible any more."), state=ruling.state)
    return case, ruling


def issue_ruling(case: Case, ruling: Ruling, *, second: User | None, at: datetime) -> Ruling:
    """The decision takes effect: a first one can be appealed, one on appeal is final."""
    ruling.state, ruling.approved_by, ruling.issued_at = RulingState.ISSUED, second, at
    ruling.save()
    case.award_buyer_fen, case.award_seller_fen = ruling.buyer_fen, ruling.seller_fen
    case.award_source, case.decided_at = "ruling", at
    case.desk_holder, case.taken_from, case.staff_due_at = None, "", None
    if ruling.overturns or ruling.instance == Instance.FIRST:
        case.winner = ruling.outcome if ruling.outcome in Winner.values else ""
        case.winner_votes = case.loser_votes = None
    facts: dict[str, Any] = {
        "outcome": ruling.outcome,
        "buyer": ruling.buyer_fen,
        "seller": ruling.seller_fen,
    }
    if ruling.instance == Instance.FIRST:
        case.appeal_due_at = at + timedelta(hours=case.frozen_rules.appeal_window_hours)
        step = CaseStep.RULE_FIRST
    else:
        carry_out(case, at=at)
        step = CaseStep.RULE_APPEAL
    drawing.publish(case, at=at)
    advance(case, step, by=None, role=CaseRole.STAFF, at=at, **facts)
    issue(case, ruling.instance, _staff_part(ruling), at=at)
    case.troubles.filter(kind="overdue", ended_at=None).update(ended_at=at)
    wake("disputes.tasks.open_ballots", case.pk)
    key = f"{ruling.instance}:{case.round}"
    due = {"due_at": case.appeal_due_at} if ruling.instance == Instance.FIRST else {}
    kind = "first_ruling" if due else "final_ruling"
    tell_both(case, kind, at=at, key=key, amount=ruling.buyer_fen, **due)
    return ruling


def _staff_part(ruling: Ruling) -> dict[str, Any]:
    """The reasons, the exhibits relied on, and that a second person agreed."""
    return {
        "instance": str(ruling.instance),
        "outcome": str(ruling.outcome),
        "overturns": ruling.overturns,
        "reasons": ruling.reasons,
        "answers": {"buyer": ruling.answer_to_buyer, "seller": ruling.answer_to_seller},
        "about_majority": ruling.about_majority,
        "rule_ids": ruling.rule_ids,
        "second_person": ruling.approved_by_id is not None,
        "citations": [
            {
                "label": cited.evidence.label,
                "issue": cited.issue,
                "supports": str(cited.supports),
                "conclusive": cited.conclusive,
                "authentic": str(cited.authentic),
                "legal": str(cited.legal),
                "relevant": str(cited.relevant),
                "note": cited.note,
            }
            for cited in ruling.citations.select_related("evidence")
        ],
    }
