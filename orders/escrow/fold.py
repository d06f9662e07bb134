"""What a payment is, from all that is known of it: pure, and blind to the order of arrival.

Providers repeat, reorder and lose their messages, so no message moves a state machine. Each is a
fact in a set, and the state is computed from the set: facts are only ever added, and more facts
never make a payment payable again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

# Later outranks earlier: a capture is money on the account, whatever else was said.
RANK = ("CREATED", "PENDING", "EXPIRED", "FAILED", "STRAY", "CAPTURED")


@dataclass(frozen=True)
class Fact:
    """One thing known: `source` names it, so that the same thing told twice counts once."""

    what: str  # a state of RANK, or REFUNDED
    source: str
    amount: int = 0  # fen, where money moved


def fold(facts: Iterable[Fact]) -> str:
    """The state of the payment that all of `facts` are about."""
    known = frozenset(facts)
    state = max((fact.what for fact in known if fact.what in RANK), key=RANK.index, default=RANK[0])
    went = _sum(known, "REFUNDED")
    if state != "CAPTURED" or not went:
        return state
    return "REFUNDED" if went >= _sum(known, "CAPTURED") else "PARTLY_REFUNDED"


def _sum(facts: Iterable[Fact], what: str) -> int:
    return sum(fact.amount for fact in facts if fact.what == what)
