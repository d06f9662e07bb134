"""Carrying a decision out: once, whoever calls, however late; a refusal never loses it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.standing import record as standing
from disputes import verdict
from disputes.actions.steps import advance, locked_with_order, require, tell_both
from disputes.models import Case, Instance, Ruling, RulingState, Trouble
from disputes.states import CaseRole, CaseStep
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.money import Fen
from marketplace.lib.verbs import verb
from orders.actions import settlement

NEXT_TRIES = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60))
PUBLIC_AFTER = timedelta(days=15)


def execute(case_id: UUID) -> Case:
    """Moves the money as decided; when the ledger refuses, the decision waits and an alarm stands.

    Raises:
        Refused: `wrong_state`, `case_paused`; a refusal of the money is kept, not raised.
    """
    try:
        return _execute(case_id)
    except Refused as refusal:
        if refusal.code in {"wrong_state", "case_paused", "not_found", "busy", "too_early"}:
            raise
        return _try_again(case_id, refusal.code)


@verb
def _execute(case_id: UUID) -> Case:
    _order, case = locked_with_order(case_id)
    at = clock.now()
    require(case, CaseStep.EXECUTE)
    if case.execute_due_at is None or at < case.execute_due_at:
        raise Refused("too_early", _("That is not due yet."))
    if case.award_buyer_fen is None or case.award_seller_fen is None:
        raise ValueError("a decision without an award")
    settlement.settle_by_verdict(
        case.order_id,
        case_id=case.pk,
        buyer_fen=Fen(case.award_buyer_fen),
        seller_fen=Fen(case.award_seller_fen),
        outcome="award",
    )
    case.executed_at, case.public_at = at, at + PUBLIC_AFTER
    advance(
        case,
        CaseStep.EXECUTE,
        by=None,
        role=CaseRole.CLOCK,
        at=at,
        buyer=case.award_buyer_fen,
        seller=case.award_seller_fen,
    )
    _count_in_standing(case, at=at)
    case.troubles.filter(kind="execution", ended_at=None).update(ended_at=at)
    tell_both(case, "decision_final", at=at, amount=case.award_buyer_fen)
    return case


@verb
def _try_again(case_id: UUID, why: str) -> Case:
    """The decision stays; the sweep comes back in 1, 5, 15 and then every 60 minutes."""
    _order, case = locked_with_order(case_id)
    at = clock.now()
    require(case, CaseStep.EXECUTE)
    wait = NEXT_TRIES[min(case.execute_tries, len(NEXT_TRIES) - 1)]
    case.execute_tries += 1
    case.execute_due_at = at + wait
    case.save(update_fields=["execute_tries", "execute_due_at"])
    alarm(case, "execution", at=at, why=why, tries=case.execute_tries)
    return case


def alarm(case: Case, kind: str, *, at: datetime, **facts: object) -> None:
    """Puts the case before a supervisor, once until it is ended."""
    Trouble.objects.bulk_create(
        [Trouble(case=case, kind=kind, facts=facts, at=at)], ignore_conflicts=True
    )


def _count_in_standing(case: Case, *, at: datetime) -> None:
    """Points only after finality, in proportion to the margin [Yaowen]; winners get none."""
    if not case.winner:
        return
    loser = case.person(case.loser)
    winner = case.person(case.winner)
    ruling = last_ruling(case)
    by_jury = ruling is None or (not ruling.overturns and ruling.instance == Instance.APPEAL)
    if by_jury and case.loser_votes is not None:
        points = verdict.standing_points(case.loser_votes)
    else:
        points = verdict.STAFF_LOSS
    standing.record_loss(loser, points=points, case_id=case.pk, counterparty=winner, at=at)
    if ruling is not None and ruling.fraud_by:
        cheat = case.person(ruling.fraud_by)
        standing.record(cheat, "staff_found_fraud", source="case", source_id=case.pk, at=at)


def last_ruling(case: Case) -> Ruling | None:
    """The ruling that the award rests on, if staff ruled at all in this round."""
    rows = case.rulings.filter(round=case.round, state=RulingState.ISSUED)
    return rows.order_by("-issued_at").first()
