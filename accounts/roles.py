"""What a member of staff may do at the desk: roles are groups that a migration makes."""

from enum import StrEnum

from accounts.models import User


class Role(StrEnum):
    """A person may hold several; never the auditor's together with another."""

    AGENT = "agent"
    ADJUDICATOR = "adjudicator"
    TRUST = "trust"
    FINANCE = "finance"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"


def roles_of(person: User) -> frozenset[Role]:
    """The roles of somebody of ours; nobody else has any, whatever his groups."""
    if not person.is_staff or not person.is_active:
        return frozenset()
    names = set(person.groups.values_list("name", flat=True))
    return frozenset(role for role in Role if role in names)


def has_role(person: User, *roles: Role) -> bool:
    return not roles_of(person).isdisjoint(roles)
