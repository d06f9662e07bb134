"""Mistrial: a round that was not fair is set aside by two people; never a second look at weight."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from disputes import policies
from disputes.actions import desk, requests
from disputes.actions.seats import release_seats
from disputes.actions.steps import advance, locked, side, tell_both
from disputes.models import Case, Petition, VoteVoid
from disputes.states import COURSE, CaseRole, CaseState, CaseStep
from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.money import Fen
from marketplace.lib.verbs import verb
from orders.actions import settlement
from orders.escrow.quoting import without_code_of

Ground, State = Petition.Ground, Petition.State
TEXT_LEAST = 30


@verb
def petition(case_id: UUID, *, by: User, ground: str, text: str) -> Petition:
    """A party asks for the round to be set aside, within ten days of the close, at any tally.

    Raises:
        Refused: `case_not_final`, `too_late`, `already_open`, `invalid`.
    """
    case = locked(case_id)
    at = clock.now()
    side(case, by)
    if ground not in Ground.values:
        raise invalid("ground", _("Choose one of the grounds."), code="bad_choice")
    if len(text.strip()) < TEXT_LEAST:
        raise invalid("text", _("Write at least 30 characters."), code="too_short")
    if case.decided_at is None:
        raise Refused("case_not_final", _("There is no decision yet."), state=case.state)
    if at >= case.decided_at + timedelta(days=case.frozen_rules.petition_days):
        message = _("The time to ask for this has passed.")
        raise Refused("too_late", message, rule="court/panel")
    if case.petitions.filter(state__in=[State.OPEN, State.SECOND]).exists():
        raise Refused("already_open", _("A petition about this case is being looked at."))
    told = without_code_of(case.order_id, text.strip()[:2000])[:2000]
    made = Petition.objects.create(case=case, by=by, ground=ground, text=told, filed_at=at)
    tell_both(case, "petition_filed", at=at, key=str(made.pk))
    return made


@dataclass(frozen=True)
class Grant:
    """What the first person proposes.

    Attributes:
        struck: exhibits proven to be forged; the next panel does not see them.
        remedy: fen from the compensation fund to who asked, once the money has moved already.
    """

    reasons: str
    struck: tuple[UUID, ...] = ()
    remedy: Fen | None = None


@verb
def propose(petition_id: UUID, *, by: User, grant: Grant) -> Petition:
    """The first of two says yes.

    Raises:
        Refused: `reason_required`, `conflict`, `wrong_state`, `invalid`.
    """
    case, row = _open(petition_id, by=by, state=State.OPEN)
    desk.needs_reason(grant.reasons)
    _needs_proof(case, row, grant)
    if case.state == CaseState.EXECUTED and not 0 < (grant.remedy or 0) <= _lost(case, row):
        raise invalid("remedy", _("Say what the compensation fund pays, at most what was lost."))
    row.state, row.decided_by, row.reasons = State.SECOND, by, grant.reasons.strip()
    row.remedy_fen = grant.remedy if case.state == CaseState.EXECUTED else None
    row.save()
    if grant.struck:
        case.struck = sorted({*case.struck, *(str(pk) for pk in grant.struck)})
        case.save(update_fields=["struck"])
    return row


@verb
def grant(petition_id: UUID, *, by: User) -> Petition:
    """The second person agrees: a new panel, or the fund's remedy where the money has moved.

    Raises:
        Refused: `second_person_needed`, `conflict`, `wrong_state`.
    """
    case, row = _open(petition_id, by=by, state=State.SECOND)
    at = clock.now()
    if row.decided_by_id == by.pk:
        raise Refused("second_person_needed", _("A second person has to approve it."))
    row.state, row.second_by, row.decided_at = State.GRANTED, by, at
    row.save()
    if case.state == CaseState.EXECUTED:
        amount, first = Fen(row.remedy_fen or 0), row.decided_by or by
        settlement.pay_remedy(
            case.order_id, remedy=row.pk, to=row.by, amount=amount, by=(first, by)
        )
    else:
        declare_mistrial(case, ground=row.ground, at=at)
    tell_both(case, "petition_decided", at=at, key=str(row.pk))
    return row


@verb
def refuse(petition_id: UUID, *, by: User, reasons: str) -> Petition:
    """One person refuses, in writing; the decision stands.

    Raises:
        Refused: `reason_required`, `conflict`, `wrong_state`.
    """
    case, row = _open(petition_id, by=by, state=None)
    desk.needs_reason(reasons)
    row.state, row.decided_by, row.second_by = State.REFUSED, by, None
    row.reasons, row.decided_at = reasons.strip(), clock.now()
    row.save()
    at = row.decided_at
    tell_both(case, "petition_decided", at=at, key=str(row.pk))
    return row


def declare_mistrial(case: Case, *, ground: str, at: datetime) -> Case:
    """Clears winner and tally; the verdict document stays, marked void by its round.

    The first time a new panel is drawn from the same stream; the second time staff decide.
    """
    rules = case.frozen_rules
    release_seats(case, at=at)
    requests.close_requests(case, at=at)
    desk.lapse_drafts(case)
    case.winner, case.winner_votes, case.loser_votes = "", None, None
    case.award_buyer_fen = case.award_seller_fen = None
    case.award_source, case.decided_at, case.appeal_due_at = "", None, None
    case.execute_due_at, case.desk_holder, case.taken_from = None, None, ""
    case.staff_due_at = None
    if case.round > 1:
        case.staff_due_at = at + timedelta(days=rules.staff_sla_days)
    step = CaseStep.DECLARE_MISTRIAL
    return advance(case, step, by=None, role=CaseRole.STAFF, at=at, ground=ground)


def _open(petition_id: UUID, *, by: User, state: str | None) -> tuple[Case, Petition]:
    case_id = Petition.objects.filter(pk=petition_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise Refused("not_found", _("We can't find that."))
    case = locked(case_id)
    row = Petition.objects.get(pk=petition_id)
    policies.needs(by, Role.ADJUDICATOR, Role.SUPERVISOR)
    policies.needs_independence(case, by)
    if row.state not in ({state} if state else {State.OPEN, State.SECOND}):
        raise Refused("wrong_state", _("That is not possible any more."), state=row.state)
    possible = COURSE[CaseStep.DECLARE_MISTRIAL].sources | {CaseState.EXECUTED}
    if state and case.state not in possible:
        raise Refused("wrong_state", _("That is not possible now."), state=case.state)
    return case, row


def _lost(case: Case, row: Petition) -> int:
    """What the decision kept from the side that asks (fen)."""
    had = {case.buyer_id: case.award_buyer_fen, case.seller_id: case.award_seller_fen}
    return case.amount_fen - (had[row.by_id] or 0)


def _needs_proof(case: Case, row: Petition, grant: Grant) -> None:
    """A ground without its proof sets nothing aside."""
    if row.ground == Ground.JUROR_CONFLICT:
        voided = VoteVoid.objects.filter(vote__seat__case=case, vote__seat__round=case.round)
        if not voided.filter(vote__opened__side=case.winner).exists():
            message = _("Set the vote aside first; only a vote of the winning side is a ground.")
            raise Refused("reason_required", message)
    if row.ground == Ground.FORGED_EXHIBIT:
        found = case.evidence.filter(pk__in=grant.struck).count()
        if not grant.struck or found != len(set(grant.struck)):
            raise invalid("struck", _("Name the exhibit that is forged."), code="required")
