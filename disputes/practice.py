"""Practice: invented cases with a reasoned answer, on which reviewers learn before they judge."""

import hashlib
from collections.abc import Collection, Mapping
from uuid import UUID

from disputes.practice_cases import ABOUT_CODES, PracticeCase
from disputes.practice_conduct import ABOUT_CONDUCT

BANK = (*ABOUT_CODES, *ABOUT_CONDUCT)

CASES: Mapping[str, PracticeCase] = {case.slug: case for case in BANK}


def chosen(person: UUID, before: Collection[str], count: int) -> list[PracticeCase]:
    """The next `count` cases for a person, in an order of his own, without those seen before.

    The same until they are answered; empty when the bank has too few left.
    """
    fresh = [case for case in BANK if case.slug not in before]
    ordered = sorted(
        fresh, key=lambda case: hashlib.sha256(person.bytes + case.slug.encode()).digest()
    )
    return ordered[:count] if len(ordered) >= count else []


def _place(person: UUID, case: PracticeCase) -> bytes:
    return hashlib.sha256(person.bytes + case.slug.encode()).digest()
