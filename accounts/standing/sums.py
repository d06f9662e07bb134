"""The standing of many people in one statement; `weights.py` says the same in Python for one."""

from datetime import datetime

from django.db.models import (
    Case,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from accounts.standing.models import StandingEvent
from accounts.standing.weights import (
    HALF_AFTER,
    NEVER_FADES,
    NOTHING_AFTER,
    START,
)


def at_least(least: int, *, now: datetime) -> GreaterThanOrEqual:
    """A condition on a queryset of people: their score, as its owner reads it, is `least` or more.

    Counted in half points, so that nothing is rounded before the end; a half is rounded to the
    even number, as `weights.score` does.
    """
    rounded_up = 1 if least % 2 == 0 else 0
    return GreaterThanOrEqual(_half_points(now), 2 * (least - START) - rounded_up)


def _half_points(now: datetime) -> Coalesce:
    fading = Q(points__lt=0) & ~Q(kind__in=NEVER_FADES)
    worth = Case(
        When(fading & Q(at__lte=now - NOTHING_AFTER), then=Value(0)),
        When(fading & Q(at__lte=now - HALF_AFTER), then=F("points")),
        default=F("points") * 2,
        output_field=IntegerField(),
    )
    events = StandingEvent.objects.counting().filter(person=OuterRef("pk")).order_by()
    total = events.values("person").annotate(total=Sum(worth)).values("total")
    return Coalesce(Subquery(total), Value(0))
