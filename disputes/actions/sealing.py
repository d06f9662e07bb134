"""The end of the 72 hours: the file is closed with its own due time, whenever the sweep comes."""

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from disputes.actions import drawing, evidence, record
from disputes.actions.ending import dismiss
from disputes.actions.steps import advance, locked, require, tell_both
from disputes.models import Case, Stage
from disputes.states import CaseRole, CaseStep
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.kicks import wake
from marketplace.lib.verbs import verb


def seal_or_dismiss(case_id: UUID) -> Case:
    """Closes the file of a case whose 72 hours are over; one in which nobody showed anything ends.

    Raises:
        Refused: `too_early`, `wrong_state`, `case_paused`.
    """
    case = Case.objects.get(pk=case_id)
    return _seal(case_id) if evidence.anything_shown(case) else dismiss(case_id)


@verb
def _seal(case_id: UUID) -> Case:
    case = locked(case_id)
    now = clock.now()
    require(case, CaseStep.SEAL)
    if now < case.evidence_due_at:
        raise Refused("too_early", _("That is not due yet."))
    at = case.evidence_due_at
    record.compile_exhibit(case, Stage.HEARING, at=at)
    drawing.bind_at_seal(case, at=at)
    case.sealed_at = at
    case.evidence_root = evidence.root_of(case)
    case.copies_due_at = now + timedelta(hours=case.frozen_rules.copies_hours)
    root = bytes(case.evidence_root).hex()
    advance(case, CaseStep.SEAL, by=None, role=CaseRole.CLOCK, at=now, root=root, due=at)
    tell_both(case, "case_sealed", at=now)
    wake("disputes.tasks.draw", case.pk)
    return case
