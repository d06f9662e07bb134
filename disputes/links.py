"""Which accounts belong together: as much as is known of them, and never shown to anybody.

Today that is one payout account used by two people. One document never makes two accounts
(`identity.Mark`), and a shared browser alone proves nothing.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from orders.escrow.models import PayoutAccount

Marks = Mapping[UUID, frozenset[tuple[str, bytes]]]


def marks_of(people: Iterable[UUID]) -> Marks:
    """What each of these people could share with somebody else; one query.

    A removed payout account still counts: money has gone there.
    """
    rows = PayoutAccount.objects.filter(owner__in=list(people))
    found: dict[UUID, frozenset[tuple[str, bytes]]] = {}
    for owner, key, number in rows.values_list("owner", "number_key", "number_hash"):
        found[owner] = found.get(owner, frozenset()) | {(key, bytes(number))}
    return found


def linked_to(person: UUID, others: Iterable[UUID], marks: Marks) -> list[UUID]:
    """Those of `others` who share a mark with this person."""
    own = marks.get(person, frozenset())
    return [other for other in others if other != person and own & marks.get(other, frozenset())]
