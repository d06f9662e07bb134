"""What takes two members of staff: the first asks and says why, the second agrees or declines."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from disputes import policies
from disputes.actions.desk import needs_reason
from disputes.actions.steps import locked
from disputes.models import Case, Trouble
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.verbs import verb

VOID, STOP, GO_ON = "void", "stop", "go_on"
KINDS = (VOID, STOP, GO_ON)


def ask(case: Case, kind: str, *, by: User, text: str, at: datetime, **facts: object) -> Trouble:
    """What the first of two wants of the locked case; nothing happens yet.

    Raises:
        Refused: `reason_required`, `already_open`.
    """
    needs_reason(text)
    if case.troubles.filter(kind=kind, ended_at=None).exists():
        raise Refused("already_open", _("A colleague has asked for the same already."))
    said = {"by": str(by.pk), "text": text.strip()[:1000], **facts}
    return Trouble.objects.create(case=case, kind=kind, facts=said, at=at)


def second(case: Case, kind: str, *, by: User, at: datetime) -> Trouble:
    """The second of two agrees to what was asked of the locked case.

    Raises:
        Refused: `wrong_state` when nobody asks for it (any more), `second_person_needed`.
    """
    asked = case.troubles.filter(kind=kind, ended_at=None).first()
    if asked is None:
        raise Refused("wrong_state", _("That is not possible any more."), state=case.state)
    if asked.facts["by"] == str(by.pk):
        raise Refused("second_person_needed", _("A second person must agree."))
    asked.ended_at = at
    asked.save(update_fields=["ended_at"])
    return asked


@verb
def decline(case_id: UUID, *, by: User, kind: str) -> Case:
    """Nothing comes of what was asked; who asked may take it back in this way, too.

    Raises:
        Refused: `not_found`, `not_your_step`.
    """
    case = locked(case_id)
    policies.needs(by, Role.ADJUDICATOR, Role.SUPERVISOR)
    case.troubles.filter(kind=kind, ended_at=None).update(ended_at=clock.now())
    return case
