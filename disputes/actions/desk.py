"""The staff desk: taking a case, asking both sides, handing it back; one holder at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role, roles_of
from disputes import policies
from disputes.actions import requests
from disputes.actions.execution import alarm
from disputes.actions.steps import advance, locked, require, tell_both
from disputes.models import Case, RequestPair, RulingState, StaffRead
from disputes.states import CaseRole, CaseState, CaseStep
from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.verbs import verb

REASON_LEAST = 20
QUESTION_MOST = 1_000
STATEMENT_RULE = "court/staff"


@verb
def take(case_id: UUID, *, by: User) -> Case:
    """Puts the case on one person's desk; a second one finds it taken.

    Raises:
        Refused: `not_your_step`, `conflict`, `already_taken`, `wrong_state`.
    """
    case = locked(case_id)
    at = clock.now()
    policies.needs(by, Role.ADJUDICATOR)
    if case.state == CaseState.STAFF_EVIDENCE:
        if case.desk_holder_id == by.pk:
            return case
        raise Refused("already_taken", _("Somebody else has taken this case."))
    require(case, CaseStep.TAKE)
    if case.state == CaseState.MISTRIAL and case.round == 1:
        raise Refused("wrong_state", _("A new panel is drawn first."), state=case.state)
    policies.needs_independence(case, by)
    case.desk_holder, case.taken_from = by, case.state
    advance(case, CaseStep.TAKE, by=by, role=CaseRole.STAFF, at=at)
    if not case.request_pairs.filter(asked_at__gte=case.decided_at or case.filed_at).exists():
        ask_for_statements(case, at=at)
    tell_both(case, "desk_taken", at=at, key=f"{by.pk}", holder=desk_name(by))
    return case


def ask_for_statements(case: Case, *, at: datetime) -> RequestPair:
    """What both sides are asked first, whenever staff decide in the jury's place."""
    kind = RequestPair.Kind.STATEMENT
    return requests.ask_both(case, kind=kind, rule_id=STATEMENT_RULE, at=at)


def desk_name(person: User) -> str:
    """How the parties hear of a member of staff: a number, never a name."""
    return str(person.pk)[-4:]


@dataclass(frozen=True)
class Question:
    """What the desk wants to know; there is no form that asks one side only [Xu]."""

    kind: str
    text: str
    rule_id: str
    equivalents: tuple[str, ...] = ()


@verb
def ask(case_id: UUID, *, by: User, question: Question) -> RequestPair:
    """Asks both sides the same thing, with the same date, in one transaction or not at all.

    Raises:
        Refused: `conflict`, `wrong_state`, `invalid`.
    """
    case = locked(case_id)
    at = clock.now()
    policies.needs(by, Role.ADJUDICATOR)
    policies.needs_holder(case, by)
    require(case, CaseStep.REQUEST)
    length = len(question.text.strip())
    if not REASON_LEAST <= length <= QUESTION_MOST:
        raise invalid("text", _("Write 20 to 1,000 characters."), code="too_short")
    pair = requests.ask_both(
        case,
        kind=question.kind,
        text=question.text.strip(),
        rule_id=question.rule_id,
        equivalents=list(question.equivalents),
        asked_by=by,
        at=at,
    )
    lapse_drafts(case)
    facts: dict[str, Any] = {"kind": pair.kind, "until": pair.due_at}
    advance(case, CaseStep.REQUEST, by=by, role=CaseRole.STAFF, at=at, **facts)
    return pair


@verb
def send_back(case_id: UUID, *, by: User, reason: str) -> Case:
    """Hands the case back to the queue that it came from; another person may take it.

    Raises:
        Refused: `reason_required`, `not_your_step`, `conflict`, `wrong_state`.
    """
    case = locked(case_id)
    at = clock.now()
    if Role.SUPERVISOR not in roles_of(by):
        policies.needs_holder(case, by)
    needs_reason(reason)
    lapse_drafts(case)
    case.desk_holder = None
    to, case.taken_from = case.taken_from, ""
    return advance(
        case, CaseStep.SEND_BACK, by=by, role=CaseRole.STAFF, at=at, to=to, reason=reason.strip()
    )


def needs_reason(text: str) -> None:
    if len(text.strip()) < REASON_LEAST:
        raise Refused("reason_required", _("Give a reason of at least 20 characters."))


def lapse_drafts(case: Case) -> None:
    """A changed record ends every approval that was being waited for."""
    waiting = case.rulings.filter(state__in=[RulingState.DRAFT, RulingState.SECOND])
    waiting.update(state=RulingState.SENT_BACK)


@verb
def note_read(
    case_id: UUID, *, by: User, what: str, object_id: UUID | None = None, why: str = ""
) -> StaffRead:
    """Keeps who of our staff opened what; the owner reads it once the case is final."""
    role = next(iter(sorted(roles_of(by))), "staff")
    return StaffRead.objects.create(
        case_id=case_id,
        by=by,
        role=role,
        what=what,
        object_id=object_id,
        why=why[:200],
        at=clock.now(),
    )


@verb
def overdue(case_id: UUID) -> Case:
    """Day seven at the desk: a supervisor and both sides hear of it, once; nobody wins by it."""
    case = locked(case_id)
    at = clock.now()
    if case.staff_due_at is None or at < case.staff_due_at:
        raise Refused("too_early", _("That is not due yet."))
    alarm(case, "overdue", at=at, due_at=case.staff_due_at.isoformat())
    tell_both(case, "desk_overdue", at=at, key=f"round:{case.round}")
    return case


@verb
def copies_late(case_id: UUID) -> Case:
    """The reviewers' copies are not ready six hours after the seal: a person looks at it."""
    case = locked(case_id)
    at = clock.now()
    if case.state == CaseState.SEALED and case.copies_due_at and at >= case.copies_due_at:
        alarm(case, "copies", at=at)
    return case
