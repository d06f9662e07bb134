"""Who of our staff may do what with a case; pure questions over roles and the case's own rows."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role, has_role
from disputes import exclusions
from disputes.models import Case, Ruling, Seat
from marketplace.lib.errors import Refused


def needs(by: User, *roles: Role) -> None:
    """Raises `not_your_step` unless a member of staff holds one of the roles."""
    if not has_role(by, *roles):
        raise Refused("not_your_step", _("Your role at the desk does not allow this."))


def needs_independence(case: Case, by: User) -> None:
    """Raises `conflict` for whoever is not independent of the case [Liu Junhai].

    That is anybody with a link, a trade or contact with a party, who sat on the panel, or who had
    a part in an earlier decision of this case.
    """
    if exclusions.conflict(case, by) or Seat.objects.filter(case=case, juror=by).exists():
        raise Refused("conflict", _("You have a link to one of the sides, or sat on this case."))
    earlier = Ruling.objects.filter(case=case, issued_at__isnull=False)
    if earlier.filter(Q(prepared_by=by) | Q(approved_by=by)).exists():
        raise Refused("conflict", _("You had a part in an earlier decision of this case."))


def needs_holder(case: Case, by: User) -> None:
    """Raises `conflict` unless the case is on this person's desk."""
    if case.desk_holder_id != by.pk:
        raise Refused("conflict", _("The case is on somebody else's desk."))
