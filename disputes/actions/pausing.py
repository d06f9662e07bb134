"""Stopping every clock of a case, and letting it go on: all dates move alike, for both sides."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from disputes import policies
from disputes.actions.steps import advance, locked, require, tell_both
from disputes.models import Case, EvidenceRequest
from disputes.models.jury import OPEN_SEAT
from disputes.states import AT_STAFF, CaseRole, CaseState, CaseStep
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.verbs import verb

MASKING, OUTAGE, SUSPENDED = "masking", "outage", "suspended"

# The columns that are still ahead of a case, by its state.
_S = CaseState
_STAFF = (*AT_STAFF, _S.STAFF_EVIDENCE)
_OPEN_COLUMNS: Mapping[str, tuple[str, ...]] = {
    _S.EVIDENCE: ("evidence_due_at",),
    _S.SEALED: ("copies_due_at",),
    _S.VOTING: ("ballot_due_at",),
    _S.ESCALATED: ("appeal_due_at",),
    **dict.fromkeys(_STAFF, ("staff_due_at",)),
    _S.DECIDED: ("execute_due_at",),
    _S.FINAL: ("execute_due_at",),
}


def pause(case: Case, *, reason: str, by: User | None, role: CaseRole, at: datetime) -> Case:
    """Stops the clocks of the locked case; pausing a paused one changes nothing.

    A reviewer who stops it is never named: the event says only that a reviewer did.
    """
    if case.paused_at is not None:
        return case
    case.paused_at, case.pause_reason = at, reason
    named = None if role == CaseRole.JUROR else by
    advance(case, CaseStep.PAUSE, by=named, role=role, at=at, reason=reason)
    tell_both(case, "case_paused", at=at, key=at.isoformat())
    return case


def resume(case: Case, *, by: User | None, role: CaseRole, at: datetime) -> Case:
    """Lets the clocks of the locked case go on; each open date moves by the length of the pause."""
    if case.paused_at is None:
        return case
    length, since = at - case.paused_at, case.paused_at
    move_dates(case, by=length)
    case.paused_at, case.pause_reason = None, ""
    advance(case, CaseStep.RESUME, by=by, role=role, at=at, paused_for=length)
    tell_both(case, "case_resumed", at=at, key=since.isoformat())
    return case


def move_dates(case: Case, *, by: timedelta) -> None:
    """Moves every open date of the case, of its seats and of questions to both sides."""
    for column in (*_OPEN_COLUMNS.get(case.state, ()), "withdrawal_asked_at"):
        due = getattr(case, column)
        if due is not None:
            setattr(case, column, due + by)
    case.seats.filter(state__in=OPEN_SEAT).update(due_at=F("due_at") + by)
    open_requests = EvidenceRequest.objects.filter(pair__case=case, answered_at=None)
    open_requests.update(due_at=F("due_at") + by)


# --- Staff ----------------------------------------------------------------------------------------
@verb
def suspend(case_id: UUID, *, by: User, second_by: User, reason: str = SUSPENDED) -> Case:
    """Two members of staff stop a case: a death, a hold of the police.

    Raises:
        Refused: `not_your_step`, `second_person_needed`, `case_paused`, `wrong_state`.
    """
    case = locked(case_id)
    at = clock.now()
    for person in (by, second_by):
        policies.needs(person, Role.ADJUDICATOR, Role.SUPERVISOR)
    if by.pk == second_by.pk:
        raise Refused("second_person_needed", _("A second person must agree."))
    require(case, CaseStep.PAUSE)
    if case.paused_at is not None:
        raise Refused("case_paused", _("The case is paused already."))
    return pause(case, reason=reason, by=by, role=CaseRole.STAFF, at=at)


@verb
def go_on(case_id: UUID, *, by: User) -> Case:
    """A member of staff lets the clocks go on.

    Raises:
        Refused: `not_your_step`, `wrong_state` (it is not paused).
    """
    case = locked(case_id)
    at = clock.now()
    policies.needs(by, Role.AGENT, Role.ADJUDICATOR, Role.SUPERVISOR)
    if case.paused_at is None:
        raise Refused("wrong_state", _("The case is not paused."), state=case.state)
    return resume(case, by=by, role=CaseRole.STAFF, at=at)
