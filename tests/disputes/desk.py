"""The desk in tests: members of staff by role, and a decision that leaves nothing out."""

import dataclasses
from functools import partial
from typing import Any, cast

from django.contrib.auth.models import Group
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from disputes.actions import appealing, desk, evidence
from disputes.actions.deciding import Cited, Decision
from disputes.models import Case, Evidence
from tests import given
from tests.disputes import world

WHY = (
    "The issuer called the code valid at the hand-over and just before the first reveal. The text "
    "of the buyer names no time at all, so that it does not tell when the code was used. What is "
    "recorded speaks for what the seller says, and the appeal shows nothing that changes this."
)
ANSWER = "This argument was read; the record of the hand-over answers it, as the reasons say."
APPEAL = (
    "B2 shows that the card was empty a minute after I had seen it; nobody looked at that. " * 2
)


def member(*roles: str, name: str = "Ada") -> User:
    person = given.person(name, level=0)
    person.is_staff = True
    person.save()
    for role in roles or ("adjudicator",):
        person.groups.add(Group.objects.get(name=role))
    return person


def coming(*roles: str, name: str) -> User:
    """A member who comes when first asked for: a world is put back only where nobody is yet."""
    return cast("User", SimpleLazyObject(partial(member, *roles, name=name)))


def narrow() -> Case:
    """Decided 9-8 for the seller; the buyer may appeal."""
    return world.decided(buyer=8, seller=9)


def appeal(case: Case, *items: evidence.Item, ground: str = "error_on_evidence") -> Case:
    reasons = appealing.Ground(ground, APPEAL)
    return appealing.appeal(case.pk, by=case.person(case.loser), ground=reasons, items=items)


def taken(case: Case, by: User) -> Case:
    """On somebody's desk; the questions to both sides have run out."""
    desk.take(case.pk, by=by)
    return world.later(case, hours=72, minutes=1)


def cited(row: Evidence, supports: str = "none", *, conclusive: bool = False) -> Cited:
    return Cited(row.pk, "Whether the code worked", supports, conclusive, "yes", "yes", "yes")


def decision(outcome: str, *citations: Cited, **changes: object) -> Decision:
    facts = {
        "outcome": outcome,
        "reasons": WHY,
        "answer_to_buyer": ANSWER,
        "answer_to_seller": ANSWER,
        "rule_ids": ("court/appeal",),
        "citations": citations,
    }
    return Decision(**(facts | changes))  # type: ignore[arg-type]


def replaced(whole: Any, **changes: Any) -> Any:
    """The same with something changed; a decision or one of its citations."""
    return dataclasses.replace(whole, **changes)


def exhibit(case: Case, label: str) -> Evidence:
    return next(row for row in case.evidence.all() if row.label == label)


def overturning(case: Case) -> Decision:
    """For the buyer, on an exhibit of his that is called conclusive."""
    return decision("buyer", cited(exhibit(case, "B2"), "buyer", conclusive=True))
