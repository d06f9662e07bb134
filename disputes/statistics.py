"""The court's public numbers, counted from rows once an hour; nothing about one case or person."""

from collections import Counter
from datetime import datetime
from statistics import median, quantiles
from typing import Any

from django.db.models import Count, F

from disputes.models import (
    Appeal,
    Case,
    CourtStatistics,
    DrawEntry,
    Outcome,
    Ruling,
    RulingState,
    Seat,
    Verdict,
)
from disputes.states import TERMINAL
from marketplace.lib import clock
from marketplace.lib.verbs import verb

Count_ = dict[str, int]


@verb
def count() -> CourtStatistics:
    """Writes one row of numbers for the public page."""
    return CourtStatistics.objects.create(at=clock.now(), numbers=numbers())


def numbers() -> dict[str, Any]:
    jury = [row.document for row in Verdict.objects.filter(instance="jury")]
    return {
        "ends": _by("state", Case.objects.filter(state__in=TERMINAL)),
        "tallies": dict(Counter("-".join(str(v) for v in row["tally"]) for row in jury)),
        "wins": dict(Counter(f"{row['claim']} {row['winner']}" for row in jury)),
        "appeals": Appeal.objects.count(),
        "overturned": _issued().filter(overturns=True).count(),
        "upheld": _issued().filter(instance="appeal", overturns=False).count(),
        "staff_first": _issued().filter(instance="first").count(),
        "mistrials": Case.objects.filter(round__gt=1).count(),
        "hours": _hours(),
        # Of ended cases alone: in a small court the rest would tell how many have voted in one.
        "seats": _by("state", Seat.objects.filter(case__state__in=TERMINAL)),
        "drawn": DrawEntry.objects.filter(outcome=Outcome.SEATED).count(),
        "excluded": _by("code", DrawEntry.objects.filter(outcome=Outcome.EXCLUDED)),
    }


def _issued() -> Any:
    return Ruling.objects.filter(state=RulingState.ISSUED)


def _by(column: str, rows: Any) -> Count_:
    found = rows.order_by().values(name=F(column)).annotate(n=Count("pk"))
    return {row["name"]: row["n"] for row in found}


def _hours() -> dict[str, float]:
    """From the filing to the first verdict: median and the ninth decile."""
    times = Verdict.objects.values_list("case__filed_at", "issued_at").order_by()
    hours = [_between(*pair) for pair in times]
    if len(hours) < 2:  # noqa: PLR2004 - no spread over fewer
        return {}
    return {"median": round(median(hours), 1), "p90": round(quantiles(hours, n=10)[-1], 1)}


def _between(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 3600
