"""What the clock does to cases themselves: sealing, copies, questions, appeals, execution."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from disputes import statistics
from disputes.actions import (
    appealing,
    copies,
    desk,
    evidence,
    execution,
    issuer_facts,
    requests,
    ruling,
    sealing,
)
from disputes.actions.steps import locked, tell
from disputes.models import (
    Case,
    CopyState,
    CourtStatistics,
    EvidenceRequest,
    JurorCopy,
    Stage,
    Winner,
)
from disputes.states import CaseState
from marketplace.lib import clock
from marketplace.lib.sweeping import each_by_itself
from marketplace.lib.verbs import verb

REMIND_AFTER = (timedelta(hours=24), timedelta(hours=48), timedelta(hours=66))
APPEAL_REMINDER = timedelta(hours=24)
COUNT_EVERY = timedelta(hours=1)


def ask_issuers() -> int:
    """Cases about a code of which the issuer's word is not in the file yet."""
    waiting = issuer_facts.waiting().filter(state=CaseState.EVIDENCE, paused_at=None)
    return each_by_itself(waiting.order_by("filed_at"), issuer_facts.ask_issuer)


def remind_parties() -> int:
    """24, 48 and 66 hours after the filing, to a side that has shown nothing yet."""
    now = clock.now()
    running = Case.objects.filter(
        state=CaseState.EVIDENCE,
        paused_at=None,
        evidence_due_at__gt=now,
        filed_at__lte=now - REMIND_AFTER[0],
    )
    each_by_itself(running.order_by("filed_at"), remind)
    return 0  # telling makes no work for others


@verb
def remind(case_id: UUID) -> int:
    case = locked(case_id)
    at = clock.now()
    began = case.evidence_due_at - timedelta(hours=case.frozen_rules.evidence_hours)
    reached = [after for after in REMIND_AFTER if began + after <= at]  # a pause moves these, too
    silent = [side for side in Winner if not _has_shown(case, side)]
    if not reached or not silent or not evidence.is_open(case, at):
        return 0
    hours = reached[-1] // timedelta(hours=1)
    key = f"{hours}"
    tell(case, silent, "evidence_reminder", at=at, key=key, due_at=case.evidence_due_at)
    return 1


def _has_shown(case: Case, side: Winner) -> bool:
    return case.evidence.filter(party=side, stage=Stage.HEARING).exists()


def seal_due() -> int:
    due = Case.objects.due("evidence_due_at", CaseState.EVIDENCE, now=clock.now())
    return each_by_itself(due, sealing.seal_or_dismiss)


def make_copies() -> int:
    due = JurorCopy.objects.filter(state=CopyState.PENDING, next_try_at__lte=clock.now())
    return each_by_itself(due.order_by("next_try_at"), copies.make_copy)


def end_requests() -> int:
    due = EvidenceRequest.objects.filter(answered_at=None, due_at__lte=clock.now())
    running = due.filter(pair__case__paused_at=None)
    return each_by_itself(running.order_by("due_at"), requests.lapse)


def lapse_appeals() -> int:
    due = Case.objects.due("appeal_due_at", CaseState.ESCALATED, now=clock.now())
    return each_by_itself(due, ruling.lapse)


def remind_losers() -> int:
    """A day before the appeal's end."""
    now = clock.now()
    ending = Case.objects.filter(
        state=CaseState.ESCALATED, appeal_due_at__gt=now, appeal_due_at__lte=now + APPEAL_REMINDER
    )
    return each_by_itself(ending.order_by("appeal_due_at"), appealing.remind)


def execute_due() -> int:
    now = clock.now()
    due = Case.objects.due("execute_due_at", CaseState.DECIDED, CaseState.FINAL, now=now)
    return each_by_itself(due, execution.execute)


def overdue_desks() -> int:
    """Day seven at the desk: a supervisor and both sides hear of it once."""
    states = (CaseState.APPEALED, CaseState.HUNG, CaseState.NO_PANEL, CaseState.STAFF_EVIDENCE)
    due = Case.objects.due("staff_due_at", *states, now=clock.now())
    told = Q(troubles__kind="overdue", troubles__ended_at=None)
    return each_by_itself(due.exclude(told), desk.overdue)


def late_copies() -> int:
    """Copies that are not ready six hours after the seal."""
    due = Case.objects.due("copies_due_at", CaseState.SEALED, now=clock.now())
    return each_by_itself(due.exclude(troubles__kind="copies"), desk.copies_late)


def count_statistics() -> int:
    latest = CourtStatistics.objects.first()
    if latest is not None and latest.at > clock.now() - COUNT_EVERY:
        return 0
    statistics.count()
    return 0  # counting makes no work for others
