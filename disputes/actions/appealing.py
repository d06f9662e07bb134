"""The appeal: the loser's only one, in time, with a ground; served on the winner at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from disputes.actions import evidence, requests
from disputes.actions.steps import (
    advance,
    check_expected,
    locked,
    require,
    side,
    tell,
    tell_both,
)
from disputes.models import Appeal, AppealGround, Case, RequestPair, Stage, Winner
from disputes.states import PRE_VERDICT, CaseRole, CaseState, CaseStep
from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.verbs import verb
from orders.escrow.quoting import without_code_of

TEXT_LEAST, TEXT_MOST = 100, 5_000
RULE = "court/appeal"


@dataclass(frozen=True)
class Ground:
    """Why the decision is wrong, in the loser's words."""

    ground: str
    text: str


def appeal(
    case_id: UUID,
    *,
    by: User,
    ground: Ground,
    items: Sequence[evidence.Item] = (),
    expected_state: str = "",
) -> Case:
    """Takes a narrow verdict, or a first ruling of staff, to (other) staff.

    Raises:
        Refused: `margin_not_below_4`, `winner_cannot_appeal`, `too_late`, `already_appealed`,
            `case_not_final` (before there is a decision), `invalid`, `bad_picture`.
    """
    _check_words(ground)
    prepared = [evidence.prepare(item) for item in items]
    return _appeal(case_id, by=by, ground=ground, prepared=prepared, expected=expected_state)


def _check_words(ground: Ground) -> None:
    if ground.ground not in AppealGround.values:
        raise invalid("ground", _("Choose one of the grounds."), code="bad_choice")
    length = len(ground.text.strip())
    if length < TEXT_LEAST:
        raise invalid("text", _("Write at least 100 characters."), code="too_short")
    if length > TEXT_MOST:
        raise invalid("text", _("Write at most 5,000 characters."), code="too_long")


@verb
def _appeal(
    case_id: UUID,
    *,
    by: User,
    ground: Ground,
    prepared: Sequence[evidence.Prepared],
    expected: str,
) -> Case:
    case = locked(case_id)
    at = clock.now()
    own = side(case, by)
    may_appeal(case, own, at=at)
    check_expected(case, expected)
    rules = case.frozen_rules
    made = Appeal.objects.create(
        case=case,
        round=case.round,
        against="jury" if case.winner_votes is not None else "staff_first",
        by=by,
        side=own,
        ground=ground.ground,
        text=without_code_of(case.order_id, ground.text.strip()),
        filed_at=at,
    )
    case.staff_due_at = at + timedelta(days=rules.staff_sla_days)
    facts = {"ground": made.ground, "side": str(own)}
    advance(case, CaseStep.APPEAL, by=by, role=CaseRole.LOSER, at=at, **facts)
    old = ground.ground != AppealGround.NEW_EVIDENCE
    for each in prepared:
        evidence.add(case, each, by=by, at=at, stage=Stage.APPEAL, could_have_been_filed=old)
    _ask_for_replies(case, at=at)
    tell_both(case, "appeal_filed", at=at, key=f"round:{case.round}", due_at=case.staff_due_at)
    return case


def may_appeal(case: Case, own: Winner, *, at: datetime) -> None:
    """Raises what stands in the way of this side's appeal; nothing when it may."""
    if case.state in PRE_VERDICT or not case.decided_at:
        raise Refused("case_not_final", _("There is no decision yet."), state=case.state)
    if case.appeals.filter(round=case.round).exists():
        raise Refused("already_appealed", _("This decision was appealed already."))
    if case.winner == own:
        raise Refused("winner_cannot_appeal", _("Only the side that lost can appeal."))
    if case.appeal_due_at is None:
        message = _("The margin is not below 4: this decision is final here.")
        raise Refused("margin_not_below_4", message)
    if at >= case.appeal_due_at:
        message = _("The time to appeal has passed.")
        raise Refused("too_late", message, until=case.appeal_due_at, rule=RULE)
    if case.state != CaseState.ESCALATED:
        require(case, CaseStep.APPEAL)


def _ask_for_replies(case: Case, *, at: datetime) -> None:
    requests.ask_both(case, kind=RequestPair.Kind.REPLY, rule_id=RULE, at=at)


@verb
def remind(case_id: UUID) -> Case:
    """A day before the end of the appeal's time, once."""
    case = locked(case_id)
    if case.state == CaseState.ESCALATED and case.appeal_due_at is not None:
        sides = [Winner(case.loser)] if case.loser else list(Winner)
        key = f"soon:{case.round}"
        tell(case, sides, "appeal_possible", at=clock.now(), key=key, due_at=case.appeal_due_at)
    return case
