"""Seating a panel: 17 at once or nobody, the next name for a chair that became vacant."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from disputes.actions import filling
from disputes.actions.desk import ask_for_statements
from disputes.actions.steps import advance, locked, require, tell_both
from disputes.models import Case, Seat
from disputes.models.jury import ON_A_CHAIR
from disputes.states import CaseRole, CaseStep
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.kicks import wake
from marketplace.lib.verbs import verb


@verb
def seat_panel(case_id: UUID) -> Case:
    """Seats all 17 in this transaction, or none: then staff decide, never a smaller panel.

    Raises:
        Refused: `wrong_state`.
    """
    case = locked(case_id)
    at = clock.now()
    require(case, CaseStep.SEAT_PANEL)
    rules = case.frozen_rules
    case.ballot_opened_at = at
    case.ballot_due_at = at + timedelta(hours=rules.ballot_hours)
    chairs = range(1, rules.panel_size + 1)
    if not filling.pool_is_large_enough(case, at=at):
        return _no_panel(case, at=at)
    if not filling.seat_all(case, chairs, at=at):
        return _no_panel(case, at=at)
    return advance(
        case,
        CaseStep.SEAT_PANEL,
        by=None,
        role=CaseRole.CLOCK,
        at=at,
        ballot_due_at=case.ballot_due_at,
    )


def _no_panel(case: Case, *, at: datetime) -> Case:
    case.ballot_opened_at = case.ballot_due_at = None
    case.staff_due_at = at + timedelta(days=case.frozen_rules.staff_sla_days)
    advance(case, CaseStep.NO_PANEL, by=None, role=CaseRole.CLOCK, at=at)
    ask_for_statements(case, at=at)
    tell_both(case, "no_panel", at=at, key=f"round:{case.round}")
    return case


@verb
def retry(case_id: UUID) -> Case:
    """After a mistrial of the first round: the same stream goes on, without the old panel.

    Raises:
        Refused: `wrong_state`, also for the second round, which goes to staff.
    """
    case = locked(case_id)
    at = clock.now()
    require(case, CaseStep.RETRY)
    if case.round != 1:
        raise Refused("wrong_state", _("That is not possible now."), state=case.state)
    case.round, case.extended = 2, False
    case.ballot_opened_at = case.ballot_due_at = None
    advance(case, CaseStep.RETRY, by=None, role=CaseRole.CLOCK, at=at)
    wake("disputes.tasks.seat_panel", case.pk)
    return case


def refill(case: Case, *, role: CaseRole, at: datetime) -> list[Seat]:
    """Each vacant chair of a running ballot goes to the next name; one that can't be filled stays
    empty, and the rest go on. The event names no number: who was silent would tell the turnout."""
    if case.ballot_due_at is None or at >= case.ballot_due_at:
        return []
    taken = case.seats.filter(round=case.round, state__in=ON_A_CHAIR)
    chairs = set(range(1, case.frozen_rules.panel_size + 1))
    vacant = chairs - set(taken.values_list("chair", flat=True))
    if not vacant:
        return []
    made = filling.seat_each(case, vacant, at=at)
    advance(case, CaseStep.REPLACE, by=None, role=role, at=at, filled=len(made) == len(vacant))
    return made
