"""Ends without a verdict: dismissed, withdrawn, settled, conceded, settled by the issuer's word."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from disputes.actions import drawing, evidence
from disputes.actions.requests import close_requests
from disputes.actions.seats import release_seats
from disputes.actions.steps import (
    advance,
    check_expected,
    locked_with_order,
    require,
    side,
    tell,
    tell_both,
)
from disputes.models import Case, SettlementOffer, Winner
from disputes.states import SETTLABLE, CaseRole, CaseState, CaseStep
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.money import Fen
from marketplace.lib.verbs import verb
from orders.actions import settlement

State = SettlementOffer.State


@verb
def dismiss(case_id: UUID) -> Case:
    """Nobody showed anything in the whole time: the order goes on as if no case had been."""
    _order, case = locked_with_order(case_id)
    at = clock.now()
    require(case, CaseStep.DISMISS)
    if at < case.evidence_due_at or evidence.anything_shown(case):
        raise Refused("wrong_state", _("That is not possible now."), state=case.state)
    return end_without_award(case, CaseStep.DISMISS, by=None, role=CaseRole.CLOCK, at=at)


def end_without_award(
    case: Case, step: str, *, by: User | None, role: CaseRole, at: datetime
) -> Case:
    """Ends the locked case; the order resumes with at least 48 hours on each of its timers."""
    require(case, step)
    _close_what_is_open(case, at=at)
    advance(case, step, by=by, role=role, at=at)
    settlement.settle_by_verdict(
        case.order_id, case_id=case.pk, buyer_fen=Fen(0), seller_fen=Fen(0), outcome="resume"
    )
    tell_both(case, "case_closed", at=at, step=step)
    return case


def may_still_withdraw(case: Case) -> None:
    """Raises `wrong_state` once the ninth vote has been cast."""
    require(case, CaseStep.WITHDRAW)


# --- Agreement ------------------------------------------------------------------------------------
@verb
def offer(
    case_id: UUID, *, by: User, buyer_fen: Fen, seller_fen: Fen, expected_state: str = ""
) -> SettlementOffer:
    """Offers the other side a split of the money; an earlier offer of the same side is replaced.

    Raises:
        Refused: `split_not_whole`, `already_decided`, `wrong_state`.
    """
    _order, case = locked_with_order(case_id)
    at = clock.now()
    own = side(case, by)
    check_expected(case, expected_state)
    _may_settle(case)
    if buyer_fen < 0 or seller_fen < 0 or buyer_fen + seller_fen != case.amount_fen:
        message = _("The two parts must add up to exactly what was paid.")
        raise Refused("split_not_whole", message, amount=case.amount_fen)
    _end_offers(case, State.REPLACED, at=at, of=own)
    made = SettlementOffer.objects.create(
        case=case,
        by=by,
        side=own,
        amount_fen=case.amount_fen,
        buyer_fen=buyer_fen,
        seller_fen=seller_fen,
        at=at,
    )
    tell(case, [own.other], "settlement_offered", at=at, key=str(made.pk), amount=buyer_fen)
    return made


@verb
def accept_offer(case_id: UUID, *, by: User, offer_id: UUID, expected_state: str = "") -> Case:
    """Accepts the other side's very terms; the money moves in this transaction.

    Raises:
        Refused: `settlement_changed` when that offer is no longer the one on the table,
            `already_decided`, `not_your_step`, `wrong_state`.
    """
    _order, case = locked_with_order(case_id)
    at = clock.now()
    own = side(case, by)
    check_expected(case, expected_state)
    _may_settle(case)
    found = case.offers.filter(pk=offer_id).first()
    if found is None:
        raise Refused("not_found", _("We can't find that."))
    if found.side == own:
        raise Refused("not_your_step", _("This is the other side's step."))
    if found.state != State.OPEN:
        raise Refused("settlement_changed", _("That offer is no longer on the table."))
    found.state, found.answered_at = State.ACCEPTED, at
    found.save(update_fields=["state", "answered_at"])
    parts = (Fen(found.buyer_fen), Fen(found.seller_fen))
    return _settled(case, CaseStep.SETTLE, parts, by=by, source="settlement", at=at)


@verb
def decline_offer(case_id: UUID, *, by: User, offer_id: UUID) -> SettlementOffer:
    """Says no to the other side's offer; saying it twice changes nothing."""
    _order, case = locked_with_order(case_id)
    own = side(case, by)
    found = case.offers.filter(pk=offer_id).exclude(side=own).first()
    if found is None:
        raise Refused("not_found", _("We can't find that."))
    if found.state == State.OPEN:
        found.state, found.answered_at = State.DECLINED, clock.now()
        found.save(update_fields=["state", "answered_at"])
    return found


@verb
def concede(case_id: UUID, *, by: User, expected_state: str = "") -> Case:
    """One side gives in: the buyer all to the seller, the seller the demand to the buyer.

    Raises:
        Refused: `already_decided`, `wrong_state`.
    """
    _order, case = locked_with_order(case_id)
    at = clock.now()
    own = side(case, by)
    check_expected(case, expected_state)
    _may_settle(case)
    parts = case.award_to(own.other)
    return _settled(case, CaseStep.CONCEDE, parts, by=by, source="concession", at=at)


def settle_by_issuer(case: Case, *, at: datetime) -> Case:
    """The issuer says the code was used before the first reveal: no vote is needed [Guo]."""
    parts = case.award_to(Winner.BUYER)
    return _settled(case, CaseStep.ISSUER_FACT, parts, by=None, source="issuer", at=at)


def _may_settle(case: Case) -> None:
    if case.state in {CaseState.DECIDED, CaseState.FINAL, CaseState.EXECUTED}:
        raise Refused("already_decided", _("The case is decided. That decision is carried out."))
    if case.state not in SETTLABLE:
        require(case, CaseStep.SETTLE)


def _settled(
    case: Case, step: str, parts: tuple[Fen, Fen], *, by: User | None, source: str, at: datetime
) -> Case:
    """Ends the case with its award carried out; a refusal of the money undoes all of it."""
    require(case, step)
    _close_what_is_open(case, at=at)
    case.award_buyer_fen, case.award_seller_fen = parts
    case.award_source, case.decided_at, case.executed_at = source, at, at
    role = CaseRole.PARTY if by is not None else CaseRole.CLOCK
    advance(case, step, by=by, role=role, at=at, buyer=parts[0], seller=parts[1])
    settlement.settle_by_verdict(
        case.order_id, case_id=case.pk, buyer_fen=parts[0], seller_fen=parts[1], outcome="award"
    )
    tell_both(case, "case_closed", at=at, step=step)
    return case


def _close_what_is_open(case: Case, *, at: datetime) -> None:
    _end_offers(case, State.LAPSED, at=at)
    release_seats(case, at=at)
    drawing.publish(case, at=at)
    close_requests(case, at=at)


def _end_offers(
    case: Case, state: SettlementOffer.State, *, at: datetime, of: Winner | None = None
) -> None:
    rows = case.offers.filter(state=State.OPEN)
    if of is not None:
        rows = rows.filter(side=of)
    rows.update(state=state, answered_at=at)
