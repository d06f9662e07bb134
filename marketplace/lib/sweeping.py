"""How every sweep goes through its rows: each in its own transaction, one bad row harms no other.

A sweep only selects; the verb decides again under the lock. So a sweep may run twice, late, or
beside another one.
"""

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from marketplace.lib.errors import Refused

log = logging.getLogger(__name__)

BATCH = 200

Verb = Callable[[UUID], object]


def each(rows: QuerySet[Any], verb: Verb, *, of: str = "self") -> int:
    """Runs `verb` on each row that is still due and that nobody else holds.

    Args:
        of: whose lock is tried: the rows' own, or that of a row they belong to (`case`), where
            the verb locks that one first.
    """
    return sum(_attempt(pk, partial(_claimed, rows, pk, verb, of)) for pk in _ids(rows))


def each_by_itself(rows: QuerySet[Any], verb: Verb) -> int:
    """The same for verbs that lock in an order of their own, or ask somebody outside first."""
    return sum(_attempt(pk, partial(_done, pk, verb)) for pk in _ids(rows))


def _claimed(rows: QuerySet[Any], pk: UUID, verb: Verb, of: str) -> bool:
    with transaction.atomic():
        free = rows.filter(pk=pk).select_for_update(skip_locked=True, no_key=True, of=(of,))
        found = free.first() is not None
        if found:
            verb(pk)
        return found


def _done(pk: UUID, verb: Verb) -> bool:
    verb(pk)
    return True


def _ids(rows: QuerySet[Any]) -> list[UUID]:
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _attempt(pk: UUID, act: Callable[[], bool]) -> bool:
    """One row that fails is logged and left for the next tick; the others go on."""
    try:
        return act()
    except Refused as refusal:
        log.info("sweep_refused", extra={"row": str(pk), "outcome_code": refusal.code})
    except Exception:
        log.exception("sweep_failed", extra={"row": str(pk)})
    return False


def run(sweeps: Iterable[Callable[[], int]]) -> int:
    """All of these sweeps once, in their order; answers the rows that were done."""
    return sum(sweep() for sweep in sweeps)
