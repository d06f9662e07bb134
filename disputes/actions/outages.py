"""An outage of half an hour or more: two members of staff give every running case its time back."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from disputes import policies
from disputes.actions.pausing import OUTAGE, move_dates
from disputes.actions.steps import advance, locked, tell_both
from disputes.models import Case, Incident
from disputes.states import CaseRole, CaseStep
from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.verbs import verb

SHORTEST = timedelta(minutes=30)
TEXT_LEAST = 20


@verb
def report(*, by: User, began_at: datetime, ended_at: datetime, text: str) -> Incident:
    """The first of two writes down what was down, and from when to when; no clock moves yet.

    Raises:
        Refused: `not_your_step`, `invalid` (shorter than half an hour, or not over),
            `reason_required`.
    """
    policies.needs(by, Role.SUPERVISOR)
    if ended_at - began_at < SHORTEST or ended_at > clock.now():
        raise invalid("ended_at", _("Name an outage of 30 minutes or more that is over."))
    if len(text.strip()) < TEXT_LEAST:
        raise Refused("reason_required", _("Give a reason of at least 20 characters."))
    return Incident.objects.create(
        began_at=began_at, ended_at=ended_at, text=text.strip()[:500], by=by
    )


@verb
def confirm(incident_id: UUID, *, by: User) -> int:
    """The second agrees: every date of a running case moves by as much of the outage as fell into
    its present state, for both sides alike; says how many cases it moved.

    Raises:
        Refused: `not_found`, `not_your_step`, `second_person_needed`, `wrong_state` (done before).
    """
    policies.needs(by, Role.SUPERVISOR)
    incident = Incident.objects.select_for_update(of=("self",)).filter(pk=incident_id).first()
    if incident is None:
        raise Refused("not_found", _("We can't find that."))
    if incident.applied_at is not None:
        raise Refused("wrong_state", _("That is not possible any more."))
    if incident.by_id == by.pk:
        raise Refused("second_person_needed", _("A second person must agree."))
    incident.second_by, incident.applied_at = by, clock.now()
    incident.save(update_fields=["second_by", "applied_at"])
    running = Case.objects.live().filter(paused_at=None, state_since__lt=incident.ended_at)
    pks = list(running.order_by("pk").values_list("pk", flat=True))
    return sum(_give_back(pk, incident, incident.applied_at) for pk in pks)


def _give_back(case_id: UUID, incident: Incident, at: datetime) -> bool:
    case = locked(case_id)
    length = incident.ended_at - max(incident.began_at, case.state_since)
    if not case.is_live or case.paused_at is not None or length <= timedelta(0):
        return False
    move_dates(case, by=length)
    role = CaseRole.STAFF
    advance(case, CaseStep.PAUSE, by=None, role=role, at=at, reason=OUTAGE)
    advance(case, CaseStep.RESUME, by=None, role=role, at=at, paused_for=length)
    tell_both(case, "case_resumed", at=at, key=str(incident.pk))
    return True
