"""Staff decide: a written record with checked exhibits; whoever overturns a verdict needs a second.

The verdict is presumed right: without a conclusive exhibit for the appellant it stands [Xu].
"""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from disputes import policies
from disputes.actions import desk
from disputes.actions.issuing import issue_ruling, needs_second, no_open_request
from disputes.actions.steps import locked, plain
from disputes.chain import canonical
from disputes.models import (
    Appeal,
    Case,
    Citation,
    Evidence,
    Instance,
    Ruling,
    RulingOutcome,
    RulingState,
    Winner,
)
from disputes.models.ruling import Check, Supports
from disputes.states import CaseState
from marketplace.lib import clock
from marketplace.lib.errors import Refused, Sentence, invalid
from marketplace.lib.money import Fen
from marketplace.lib.verbs import verb

REASONS_LEAST, ANSWER_LEAST = 200, 50


@dataclass(frozen=True)
class Cited:
    """One exhibit as the decision uses it."""

    evidence_id: UUID
    issue: str
    supports: str
    conclusive: bool
    authentic: str
    legal: str
    relevant: str
    note: str = ""


@dataclass(frozen=True)
class Decision:
    """What the decision form asks; amounts in fen, `buyer_fen` only with the outcome `split`."""

    outcome: str
    reasons: str
    answer_to_buyer: str
    answer_to_seller: str
    rule_ids: tuple[str, ...]
    citations: tuple[Cited, ...]
    buyer_fen: Fen | None = None
    about_majority: str = ""
    public_summary: str = ""
    fraud_by: str = ""


@verb
def prepare(case_id: UUID, *, by: User, decision: Decision) -> Ruling:
    """Writes the decision down; one that nobody else has to approve is issued at once.

    Raises:
        Refused: `request_open`, `reason_required`, `invalid`, `conflict`, `wrong_state`.
    """
    case = locked(case_id)
    at = clock.now()
    policies.needs(by, Role.ADJUDICATOR)
    policies.needs_holder(case, by)
    policies.needs_independence(case, by)
    if case.state != CaseState.STAFF_EVIDENCE:
        raise Refused("wrong_state", _("That is not possible now."), state=case.state)
    no_open_request(case)
    appeal = case.appeals.filter(round=case.round).first()
    _check_reasons(decision)
    exhibits = _exhibits(case, decision)
    buyer_fen = _buyer_part(case, decision, appeal)
    overturns = appeal is not None and buyer_fen != case.award_buyer_fen
    _check_burden(decision, appeal, overturns=overturns)
    desk.lapse_drafts(case)
    ruling = _written(case, decision, by=by, buyer_fen=buyer_fen, overturns=overturns, at=at)
    for cited in decision.citations:
        Citation.objects.create(
            ruling=ruling,
            evidence=exhibits[cited.evidence_id],
            issue=cited.issue,
            supports=cited.supports,
            conclusive=cited.conclusive,
            authentic=cited.authentic,
            legal=cited.legal,
            relevant=cited.relevant,
            note=cited.note,
        )
    return ruling if needs_second(ruling) else issue_ruling(case, ruling, second=None, at=at)


def _check_reasons(decision: Decision) -> None:
    answers = (decision.answer_to_buyer, decision.answer_to_seller)
    if len(decision.reasons.strip()) < REASONS_LEAST:
        raise _unreasoned(_("Give reasons of at least 200 characters."))
    if any(len(answer.strip()) < ANSWER_LEAST for answer in answers):
        raise _unreasoned(_("Answer each side's main argument in at least 50 characters."))
    if not decision.rule_ids or not decision.citations:
        raise _unreasoned(_("Name the rules and the exhibits that the decision rests on."))


def _unreasoned(message: Sentence) -> Refused:
    return Refused("reason_required", message)


def _exhibits(case: Case, decision: Decision) -> dict[UUID, Evidence]:
    """The exhibits cited, each of this very case and each checked in all three ways."""
    wanted = {cited.evidence_id for cited in decision.citations}
    found = Evidence.objects.filter(case=case, pk__in=wanted).in_bulk()
    if len(found) != len(decision.citations):
        raise invalid("citations", _("Cite each exhibit of this case once."), code="bad_choice")
    for cited in decision.citations:
        if {cited.authentic, cited.legal, cited.relevant} - set(Check.values):
            raise invalid("citations", _("Check each exhibit in all three ways."), code="required")
        if cited.supports not in Supports.values:
            raise invalid("citations", _("Say whom the exhibit supports."), code="bad_choice")
        if not cited.conclusive and cited.supports != Supports.NONE:
            message = _("“Not sure” supports neither side and can't be cited for one.")
            raise invalid("citations", message, code="bad_choice")
    return found


def _buyer_part(case: Case, decision: Decision, appeal: Appeal | None) -> Fen:
    if decision.outcome == RulingOutcome.STANDS:
        if appeal is None or case.award_buyer_fen is None:
            raise invalid("outcome", _("There is no verdict that could stand."), code="bad_choice")
        return Fen(case.award_buyer_fen)
    if decision.outcome in Winner.values:
        return case.award_to(decision.outcome)[0]
    part = decision.buyer_fen
    if decision.outcome != RulingOutcome.SPLIT or part is None or not 0 < part < case.amount_fen:
        raise invalid("buyer_fen", _("Say what part of the money goes to the buyer."))
    return part


def _check_burden(decision: Decision, appeal: Appeal | None, *, overturns: bool) -> None:
    """Each appellant must show the verdict wrong; in equipoise it stands."""
    if appeal is None or not overturns:
        return
    if not any(c.conclusive and c.supports == appeal.side for c in decision.citations):
        message = _("Without a conclusive exhibit for the side that appealed, the verdict stands.")
        raise invalid("outcome", message, code="bad_choice")


def _written(
    case: Case, decision: Decision, *, by: User, buyer_fen: Fen, overturns: bool, at: datetime
) -> Ruling:
    appealed = case.appeals.filter(round=case.round).exists()
    draft = Ruling(
        case=case,
        round=case.round,
        instance=Instance.APPEAL if appealed else Instance.FIRST,
        outcome=decision.outcome if overturns or not appealed else RulingOutcome.STANDS,
        buyer_fen=buyer_fen,
        seller_fen=case.amount_fen - buyer_fen,
        overturns=overturns,
        fraud_by=decision.fraud_by,
        reasons=decision.reasons.strip(),
        answer_to_buyer=decision.answer_to_buyer.strip(),
        answer_to_seller=decision.answer_to_seller.strip(),
        about_majority=decision.about_majority.strip(),
        public_summary=decision.public_summary.strip(),
        rule_ids=list(decision.rule_ids),
        prepared_by=by,
        prepared_at=at,
        content_hash=content_hash(case, decision),
    )
    draft.state = RulingState.SECOND if needs_second(draft) else RulingState.DRAFT
    draft.save()
    return draft


def content_hash(case: Case, decision: Decision) -> str:
    """What the second person approves: the words, the citations, and the record they rest on."""
    record = sorted(str(pk) for pk in case.evidence.values_list("pk", flat=True))
    said = plain(asdict(decision)) | {"record": record}
    return hashlib.sha256(canonical(said)).hexdigest()
