"""Stopping every clock of a case, and letting it go on: all dates move alike, for both sides."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from disputes import policies
from disputes.actions import seconding
from disputes.actions.seconding import GO_ON, STOP
from disputes.actions.steps import advance, locked, require, tell_both
from disputes.models import Case, EvidenceRequest, Trouble
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


# --- Two members of staff: a death, a hold of the police -----------------------------------------
@verb
def ask_to_stop(case_id: UUID, *, by: User, reason: str) -> Trouble:
    """The first of two wants every clock of the case stopped; nothing stands still yet.

    Raises:
        Refused: `not_your_step`, `reason_required`, `already_open`, `case_paused`, `wrong_state`.
    """
    case, at = _to_stop(case_id, by)
    return seconding.ask(case, STOP, by=by, text=reason, at=at)


@verb
def stop(case_id: UUID, *, by: User) -> Case:
    """The second agrees: the clocks stand still until two of staff let them go on.

    Raises:
        Refused: `not_your_step`, `second_person_needed`, `case_paused`, `wrong_state`.
    """
    case, at = _to_stop(case_id, by)
    seconding.second(case, STOP, by=by, at=at)
    return pause(case, reason=SUSPENDED, by=by, role=CaseRole.STAFF, at=at)


def _to_stop(case_id: UUID, by: User) -> tuple[Case, datetime]:
    policies.needs(by, Role.ADJUDICATOR, Role.SUPERVISOR)
    case = locked(case_id)
    require(case, CaseStep.PAUSE)
    if case.paused_at is not None:
        raise Refused("case_paused", _("The case is paused already."))
    return case, clock.now()


@verb
def ask_to_go_on(case_id: UUID, *, by: User, reason: str) -> Trouble:
    """The first of two wants the clocks of a stopped case to go on.

    Raises:
        Refused: `not_your_step`, `reason_required`, `already_open`, `wrong_state` when it is not
            staff who stopped it.
    """
    case, at = _to_go_on(case_id, by)
    return seconding.ask(case, GO_ON, by=by, text=reason, at=at)


@verb
def go_on(case_id: UUID, *, by: User) -> Case:
    """The second agrees: each open date moves by the time that was lost.

    Raises:
        Refused: `not_your_step`, `second_person_needed`, `wrong_state`.
    """
    case, at = _to_go_on(case_id, by)
    seconding.second(case, GO_ON, by=by, at=at)
    return resume(case, by=by, role=CaseRole.STAFF, at=at)


def _to_go_on(case_id: UUID, by: User) -> tuple[Case, datetime]:
    """What was stopped because of an exhibit goes on by itself once that is covered."""
    policies.needs(by, Role.ADJUDICATOR, Role.SUPERVISOR)
    case = locked(case_id)
    if case.paused_at is None or case.pause_reason != SUSPENDED:
        raise Refused("wrong_state", _("Staff have not stopped this case."), state=case.state)
    return case, clock.now()
