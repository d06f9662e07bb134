"""17 people looked up, entered and seated once, with every trigger and key; then taken back."""

import os
from functools import cache
from typing import Any
from uuid import UUID

from benchmarks.measuring.database import sql, timing


def seated(version: int, size: int) -> float:
    """Takes 48 counters, looks them up, writes 17 entries and 17 seats, and takes it all back."""
    from itertools import islice  # noqa: PLC0415

    from django.db import transaction  # noqa: PLC0415

    from disputes.draw import stream  # noqa: PLC0415
    from disputes.models import DrawEntry, RosterSeat, Seat  # noqa: PLC0415

    case, sitters = a_case()
    drawn = list(islice(stream(os.urandom(32), size), 48))
    numbers = [each.number for each in drawn if each.number is not None]
    with transaction.atomic():
        with timing() as timed:
            rows = RosterSeat.objects.filter(version=version, number__in=numbers)
            found = dict(rows.values_list("number", "juror"))
            entries, seats = rows_of(case, drawn[:17], sitters)
            DrawEntry.objects.bulk_create(entries)
            Seat.objects.bulk_create(seats)
            sql("SET CONSTRAINTS ALL IMMEDIATE")  # as a commit would
        transaction.set_rollback(True)
    if len(found) != len(set(numbers)):
        raise RuntimeError("a number without a person")
    return sum(timed.spent)


def rows_of(case: Any, drawn: list[Any], sitters: list[UUID]) -> tuple[list[Any], list[Any]]:
    from disputes.models import DrawEntry, Seat  # noqa: PLC0415

    entries = [
        DrawEntry(
            draw_id=case.pk,
            round=1,
            counter=each.counter,
            number=each.number,
            outcome="SEATED",
            chair=chair,
            at=case.filed_at,
        )
        for chair, each in enumerate(drawn, start=1)
    ]
    seats = [
        Seat(
            case=case,
            round=1,
            chair=entry.chair or 0,
            juror_id=sitters[(entry.chair or 0) - 1],
            entry=entry,
            buyer_left=True,
            invited_at=case.filed_at,
            due_at=case.filed_at,
        )
        for entry in entries
    ]
    return entries, seats


@cache
def a_case() -> tuple[Any, list[UUID]]:
    """One case and 17 people for all repetitions: what they write is taken back."""
    from disputes.models import RosterSeat  # noqa: PLC0415
    from tests.disputes import world  # noqa: PLC0415

    sitters = RosterSeat.objects.filter(version=1, number__lt=17).values_list("juror", flat=True)
    return world.filed(), list(sitters)
